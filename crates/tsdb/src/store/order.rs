//! Whether a sample may come: its series has one value per time, and late samples come within their window.
//!
//! Mostly nothing is asked: a row that is newer than everything its target has can neither be late nor a duplicate. This is the slow path for the others. It
//! looks into every generation and into the parts, so that a flush changes nothing of what is refused.

mod parts;

use std::sync::Arc;

use model::{Timestamp, Value};
use storage::{Refusal, SampleValue};

use super::generation::Generation;
use super::registry::{Place, Registry};
use super::view::View;
use crate::head::is_same;
pub(super) use parts::PartLookup;

/// What becomes of a sample that isn't refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It comes.
    New,
    /// It comes, and is older than the series' newest.
    Late,
    /// It is there.
    Known,
}

/// Where samples that came earlier are.
pub(super) struct Past<'p> {
    pub(super) registry: &'p Registry,
    pub(super) view: &'p View,
    /// Rows that are about to be committed.
    pub(super) pending: Option<&'p Generation>,
    pub(super) late_window_ms: i64,
}

impl Past<'_> {
    /// What becomes of a sample.
    pub(super) fn judge(
        &self,
        place: Place,
        time: Timestamp,
        value: SampleValue<'_>,
        lookup: &mut PartLookup,
    ) -> Result<Verdict, Refusal> {
        let series = self.registry.series(place);
        let series = series.ok_or(Refusal::UnknownReference)?;
        let mut newest: Option<Timestamp> = None;
        let generations = self.view.generations.iter().map(Arc::as_ref);
        for generation in generations.chain(self.pending) {
            for place in self.registry.places(series) {
                let guard = generation.head(place.target);
                let (head, target) = guard.parts();
                newest = newest.max(head.newest(target, place.column));
                if let Some(there) = head.value_at(target, place.column, time) {
                    return known(&there, value);
                }
            }
        }
        let in_parts = self
            .view
            .parts
            .iter()
            .filter(|part| part.range().end >= time);
        for part in in_parts {
            let labels = self.registry.index().labels(series);
            // A part that can't be read refuses nothing; where two have a value, the older one's is read.
            let Ok(around) = lookup.around(part, &labels, time) else {
                continue;
            };
            newest = newest.max(around.newest);
            if let Some(there) = around.value {
                return known(&there, value);
            }
        }
        let Some(newest) = newest else {
            return Ok(Verdict::New);
        };
        if time > newest {
            return Ok(Verdict::New);
        }
        if time.0 < newest.0.saturating_sub(self.late_window_ms) {
            return Err(match self.late_window_ms {
                0 => Refusal::OutOfOrder,
                _ => Refusal::TooOld,
            });
        }
        Ok(Verdict::Late)
    }
}

fn known(there: &Value, value: SampleValue<'_>) -> Result<Verdict, Refusal> {
    if is_same(there, value) {
        Ok(Verdict::Known)
    } else {
        Err(Refusal::Duplicate)
    }
}
