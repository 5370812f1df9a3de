//! The labels of a gauge that each process shows for itself, one process after the other.
//!
//! There may be many processes, and only the digits of the pid change, so all else is written once for each series.

use ferula_exposition::{escape, float};

use crate::labels::LabelNames;
use crate::point::LabelPairs;

/// The labels of a gauge that is shown for each pid: they differ in that one alone.
pub(super) struct PidLabels<'a> {
    pairs: Vec<(&'a str, &'a str)>,
    /// Where the pid stands among them.
    place: usize,
    /// Digits of one pid.
    pid: Vec<u8>,
    /// What stands before the pid's digits, and then one pid and what stands after it.
    text: String,
    before: usize,
    after: String,
    is_bare: bool,
}

impl<'a> PidLabels<'a> {
    pub(super) fn new(labels: LabelPairs<'a>, names: &LabelNames) -> Self {
        let others = labels.iter().filter(|&(name, _)| name != "pid");
        let mut pairs = others.collect::<Vec<_>>();
        let mut place = pairs.len();
        if names.is_sorted() {
            pairs.sort_unstable();
            place = pairs.partition_point(|&(name, _)| name < "pid");
        }
        let mut text = written(&pairs[..place]);
        text.push_str(if place > 0 { ",pid=\"" } else { "pid=\"" });
        let mut after = "\"".to_owned();
        if place < pairs.len() {
            after.push(',');
            after.push_str(&written(&pairs[place..]));
        }
        Self {
            place,
            pid: Vec::new(),
            before: text.len(),
            text,
            after,
            is_bare: names.bare(),
            pairs,
        }
    }

    /// The labels of one process.
    pub(super) fn with(&mut self, pid: u32) -> LabelPairs<'_> {
        self.pid.clear();
        float::push_integer(&mut self.pid, pid.into());
        let pid = str::from_utf8(&self.pid).unwrap_or_default();
        self.text.truncate(self.before);
        self.text.push_str(pid);
        self.text.push_str(&self.after);
        let text = self.is_bare.then_some(self.text.as_str());
        LabelPairs::joined(&self.pairs, self.place, ("pid", pid), text)
    }
}

/// Labels as they stand on a page.
fn written(pairs: &[(&str, &str)]) -> String {
    let mut text = Vec::new();
    for (place, (name, value)) in pairs.iter().enumerate() {
        if place > 0 {
            text.push(b',');
        }
        text.extend_from_slice(name.as_bytes());
        text.extend_from_slice(b"=\"");
        escape::push_quoted(&mut text, value);
        text.push(b'"');
    }
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests;
