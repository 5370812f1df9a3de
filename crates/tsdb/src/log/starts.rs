//! When counters began to count, as rows say it again and again and the log only when it changes.
//!
//! ```text
//!  rows       10:00 start 9:58    10:15 start 9:58    10:30 start 10:29    10:45 none
//!  log        start 9:58          nothing             start 10:29          no start
//! ```
//!
//! What a column's last sample had stands until another is said; a column that has no sample in a row keeps it.

use model::Timestamp;

use super::record::{Detail, DetailKind};

/// Nothing is known; a start at this very moment is said each time.
const NONE: i64 = i64::MIN;

/// What both sides know of a target's start times.
#[derive(Debug, Default)]
pub(super) struct Starts {
    /// By column. Empty for most targets, which never say any.
    last_ms: Vec<i64>,
}

/// Lists that are used again.
#[derive(Debug, Default)]
pub(super) struct StartBuffer {
    /// What is said of columns; ascending, each once.
    pub(super) said: Vec<(u32, Option<i64>)>,
    own: Vec<(u32, i64)>,
    columns: Vec<u32>,
}

impl Starts {
    fn last(&self, column: u32) -> Option<i64> {
        let last = self.last_ms.get(column as usize).copied();
        last.filter(|ms| *ms != NONE)
    }

    fn set(&mut self, column: u32, start_ms: Option<i64>) {
        let at = column as usize;
        if at >= self.last_ms.len() {
            if start_ms.is_none() {
                return;
            }
            self.last_ms.resize(at + 1, NONE);
        }
        self.last_ms[at] = start_ms.unwrap_or(NONE);
    }

    /// Finds out what a row says anew, and leaves it in `buffer.said`.
    pub(super) fn change(&mut self, columns: &[u32], details: &[Detail], buffer: &mut StartBuffer) {
        buffer.said.clear();
        buffer.own.clear();
        for detail in details {
            if let DetailKind::Start(start) = detail.kind {
                buffer.own.push((detail.column, start.0));
            }
        }
        if buffer.own.is_empty() && self.last_ms.is_empty() {
            return;
        }
        // Of several the last one counts.
        buffer.own.reverse();
        buffer.own.sort_by_key(|(column, _)| *column);
        buffer.own.dedup_by_key(|(column, _)| *column);
        buffer.find_columns(columns, details);
        let mut own = buffer.own.iter().peekable();
        for column in &buffer.columns {
            // A start without a sample is said as it is.
            while let Some((alone, start_ms)) = own.next_if(|(other, _)| other < column) {
                buffer.said.push((*alone, Some(*start_ms)));
            }
            let start_ms = own.next_if(|(other, _)| other == column).map(|own| own.1);
            if self.last(*column) != start_ms {
                buffer.said.push((*column, start_ms));
            }
        }
        buffer.said.extend(own.map(|own| (own.0, Some(own.1))));
        for (column, start_ms) in &buffer.said {
            self.set(*column, *start_ms);
        }
    }

    /// The inverse: adds to a row's `details` the starts of its samples, of which `buffer.said` tells what is new.
    pub(super) fn restore(
        &mut self,
        columns: &[u32],
        details: &mut Vec<Detail>,
        buffer: &mut StartBuffer,
    ) {
        if buffer.said.is_empty() && self.last_ms.is_empty() {
            return;
        }
        buffer.find_columns(columns, details);
        for (column, start_ms) in &buffer.said {
            self.set(*column, *start_ms);
            if start_ms.is_some() {
                buffer.columns.push(*column);
            }
        }
        buffer.columns.sort_unstable();
        buffer.columns.dedup();
        // What can't be remembered stands for this row alone.
        let is_odd = |own: &&(u32, Option<i64>)| own.1 == Some(NONE);
        let odd: Vec<u32> = buffer.said.iter().filter(is_odd).map(|own| own.0).collect();
        for column in &buffer.columns {
            let is_odd = || odd.contains(column).then_some(NONE);
            if let Some(start_ms) = self.last(*column).or_else(is_odd) {
                details.push(Detail {
                    column: *column,
                    kind: DetailKind::Start(Timestamp(start_ms)),
                });
            }
        }
    }
}

impl StartBuffer {
    /// The columns that have a sample in the row, ascending, each once.
    fn find_columns(&mut self, columns: &[u32], details: &[Detail]) {
        self.columns.clear();
        self.columns.extend_from_slice(columns);
        let samples = details.iter().filter(|detail| detail.kind.is_sample());
        self.columns.extend(samples.map(|detail| detail.column));
        self.columns.sort_unstable();
        self.columns.dedup();
    }
}
