//! Which series there are, and how they come and go: what cardinality is made of.
//!
//! The range is looked at in windows. A series is *active* in a window if it may have samples there, *new* in the first one in which it is
//! active, and *gone* in the one after its last.

#[cfg(test)]
mod tests;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use model::{Labels, Matcher, TimeRange, Timestamp};
use storage::{Broken, Hints, Selection, Store};

type Map<K, V> = HashMap<K, V, RandomState>;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Series, each once.
    pub series: u64,
    /// By metric name.
    pub families: Map<String, Lives>,
    /// By label name.
    pub labels: Map<String, LabelUse>,
    /// By the labels that a group's series share.
    pub targets: Map<Labels, u64>,
    /// By time.
    pub windows: Vec<Window>,
}

/// The series of one family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lives {
    /// Those that there ever were.
    pub ever: u64,
    /// Those that are active in the last window.
    pub now: u64,
}

/// How a label is used.
#[derive(Clone, Debug, Default)]
pub struct LabelUse {
    /// Series that have it.
    pub series: u64,
    /// Its values, with the number of series that have them.
    pub values: Map<String, Lives>,
}

/// One window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// From the first to the last millisecond.
    pub range: TimeRange,
    /// Series that are active.
    pub active: u64,
    /// Those that are new.
    pub born: u64,
    /// Those that were active in the window before and are not in this one.
    pub gone: u64,
}

/// Looks at the series that pass all matchers of one of `selectors` (every series, if there are none), in so many windows.
///
/// # Errors
///
/// When the store can't be read.
pub fn analyze(
    store: &dyn Store,
    selectors: &[Vec<Matcher>],
    range: TimeRange,
    windows: u32,
) -> Result<Analysis, Broken> {
    let every = [Vec::new()];
    let selectors = if selectors.is_empty() {
        &every
    } else {
        selectors
    };
    let mut analysis = Analysis::default();
    let mut seen: HashSet<u64, RandomState> = HashSet::default();
    let mut before: HashSet<u64, RandomState> = HashSet::default();
    let ranges = split(range, windows);
    for (index, window) in ranges.iter().enumerate() {
        let is_last = index + 1 == ranges.len();
        let mut active: HashSet<u64, RandomState> = HashSet::default();
        let born_before = analysis.series;
        let querier = store.querier(*window)?;
        for matchers in selectors {
            let selection = Selection {
                matchers,
                range: *window,
                hints: Hints::default(),
            };
            for group in querier.select(&selection)? {
                let labels = group.labels();
                for all in labels.iter() {
                    // Two of a million series have one hash about once in forty million years.
                    let identity = all.stable_hash();
                    if !active.insert(identity) {
                        continue;
                    }
                    let is_new = seen.insert(identity);
                    if is_new {
                        *analysis.targets.entry_ref(&labels.target).or_default() += 1;
                    }
                    analysis.note(&all, is_new, is_last);
                }
            }
        }
        analysis.windows.push(Window {
            range: *window,
            active: active.len() as u64,
            born: analysis.series - born_before,
            gone: before.difference(&active).count() as u64,
        });
        before = active;
    }
    Ok(analysis)
}

impl Analysis {
    fn note(&mut self, labels: &Labels, is_new: bool, is_last: bool) {
        if !is_new && !is_last {
            return;
        }
        let (ever, now) = (u64::from(is_new), u64::from(is_last));
        let add = |lives: &mut Lives| {
            lives.ever += ever;
            lives.now += now;
        };
        self.series += ever;
        add(self.families.entry_ref(labels.metric_name()).or_default());
        for (name, value) in labels.iter() {
            let label = self.labels.entry_ref(name).or_default();
            label.series += ever;
            add(label.values.entry_ref(value).or_default());
        }
    }
}

impl LabelUse {
    /// The values that series of the last window have.
    #[must_use]
    pub fn values_now(&self) -> u64 {
        self.values.values().filter(|lives| lives.now > 0).count() as u64
    }
}

/// Equal pieces, the last a little shorter or longer.
fn split(range: TimeRange, pieces: u32) -> Vec<TimeRange> {
    let whole = range.end.0.saturating_sub(range.start.0).saturating_add(1);
    let pieces = i64::from(pieces).clamp(1, whole.max(1));
    let width = whole / pieces;
    let piece = |index: i64| {
        let start = range.start.0 + index * width;
        let end = if index + 1 == pieces {
            range.end.0
        } else {
            start + width - 1
        };
        TimeRange::new(Timestamp(start), Timestamp(end))
    };
    (0..pieces).map(piece).collect()
}
