//! What the store should have, as plain maps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Histogram, Labels, Matcher, TimeRange, Timestamp, Value};
use storage::Refusal;

/// A sample: of which series, when, what.
pub(super) type Triple = (Labels, i64, Value);

/// All samples that should be there.
#[derive(Default)]
pub(super) struct Expected {
    pub(super) series: BTreeMap<Labels, BTreeMap<i64, Value>>,
    /// Samples of a commit that failed: all there after the next start, or none.
    pub(super) perhaps: Vec<Triple>,
    /// Samples of a deletion that failed: there or not, and settled by the next start.
    pub(super) perhaps_gone: BTreeSet<(Labels, i64)>,
}

/// What becomes of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    New,
    Known,
}

impl Expected {
    /// What should become of a sample, by the rules of the contract.
    pub(super) fn judge(
        &self,
        labels: &Labels,
        time_ms: i64,
        value: &Value,
        late_window_ms: i64,
    ) -> Result<Verdict, Refusal> {
        let Some(samples) = self.series.get(labels) else {
            return Ok(Verdict::New);
        };
        if let Some(there) = samples.get(&time_ms) {
            return if same(there, value) {
                Ok(Verdict::Known)
            } else {
                Err(Refusal::Duplicate)
            };
        }
        let newest = samples.keys().next_back().copied().unwrap_or(i64::MIN);
        if time_ms >= newest.saturating_sub(late_window_ms) {
            Ok(Verdict::New)
        } else if late_window_ms == 0 {
            Err(Refusal::OutOfOrder)
        } else {
            Err(Refusal::TooOld)
        }
    }

    pub(super) fn insert(&mut self, (labels, time_ms, value): Triple) {
        self.series
            .entry(labels)
            .or_default()
            .insert(time_ms, value);
    }

    /// The samples that a deletion removes.
    pub(super) fn matching(&self, matchers: &[Matcher], range: TimeRange) -> Vec<(Labels, i64)> {
        let all = self.series.iter().filter(|(labels, _)| {
            matchers
                .iter()
                .all(|matcher| matcher.matches_labels(labels))
        });
        all.flat_map(|(labels, samples)| {
            let times = samples
                .keys()
                .filter(|time| range.contains(Timestamp(**time)));
            times.map(|time| (labels.clone(), *time))
        })
        .collect()
    }

    pub(super) fn remove(&mut self, gone: &[(Labels, i64)]) {
        for (labels, time_ms) in gone {
            if let Some(samples) = self.series.get_mut(labels) {
                samples.remove(time_ms);
            }
        }
        self.series.retain(|_, samples| !samples.is_empty());
    }

    /// Compares with what was read; after a start it settles what was open.
    pub(super) fn check(
        &mut self,
        read: &BTreeMap<Labels, BTreeMap<i64, Value>>,
        after_start: bool,
    ) -> Result<(), String> {
        let has = |labels: &Labels, time_ms: i64| {
            read.get(labels).and_then(|samples| samples.get(&time_ms))
        };
        if after_start {
            let gone = std::mem::take(&mut self.perhaps_gone);
            let gone: Vec<_> = gone
                .into_iter()
                .filter(|(labels, time_ms)| has(labels, *time_ms).is_none())
                .collect();
            self.remove(&gone);
            let perhaps = std::mem::take(&mut self.perhaps);
            let there = perhaps
                .iter()
                .filter(|(labels, time_ms, _)| has(labels, *time_ms).is_some());
            let there = there.count();
            if there != 0 && there != perhaps.len() {
                return Err(format!(
                    "{there} of {} samples of one commit",
                    perhaps.len()
                ));
            }
            if there > 0 {
                perhaps.into_iter().for_each(|sample| self.insert(sample));
            }
        }
        for (labels, samples) in &self.series {
            for (time_ms, value) in samples {
                let found = has(labels, *time_ms);
                let may_be_gone = self.perhaps_gone.contains(&(labels.clone(), *time_ms));
                match found {
                    Some(found) if same(found, value) => {}
                    None if may_be_gone => {}
                    other => {
                        return Err(format!("{labels} at {time_ms}: {other:?}, not {value:?}"));
                    }
                }
            }
        }
        for (labels, samples) in read {
            let known = self.series.get(labels);
            for time_ms in samples.keys() {
                if known.is_none_or(|known| !known.contains_key(time_ms)) {
                    return Err(format!("{labels} at {time_ms} should not be there"));
                }
            }
        }
        Ok(())
    }
}

/// The same bits.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (Value::Histogram(a), Value::Histogram(b)) => a == b,
        _ => false,
    }
}

/// A histogram that is told by its count.
pub(super) fn histogram(count: u64) -> Value {
    Value::Histogram(Arc::new(Histogram {
        count: count as f64,
        zero_count: count as f64,
        sum: count as f64 / 3.0,
        ..Histogram::default()
    }))
}
