//! How a store is, in numbers.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use model::TimeRange;
use storage::Refusal;

/// Whether samples are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// They are.
    #[default]
    Healthy,
    /// The log has not been read to its end; appenders wait for that.
    Replaying,
    /// The disk was full when it was last tried. Each commit tries again.
    Full,
    /// The disk failed while the log was written. Nothing is taken until the next start; queries go on.
    Poisoned,
}

/// A store in numbers. Counts begin when it is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Whether samples are taken.
    pub health: Health,
    /// Series in memory.
    pub head_series: u64,
    /// Samples in memory.
    pub head_samples: u64,
    /// First and last sample in memory.
    pub head_range: Option<TimeRange>,
    /// Bytes that heads and names have on the heap.
    pub head_bytes: u64,
    /// Parts.
    pub parts: u64,
    /// Bytes of their files.
    pub parts_bytes: u64,
    /// First and last sample in them.
    pub parts_range: Option<TimeRange>,
    /// Parts that could not be read, when the store was opened or since.
    pub set_aside: u64,
    /// Bytes of decoded pages that queries share.
    pub pages_bytes: u64,
    /// Bytes that were written to the log.
    pub log_bytes: u64,
    /// Syncs of the log.
    pub syncs: u64,
    /// Groups of commits that were synced together.
    pub groups: u64,
    /// Commits in them.
    pub commits: u64,
    /// Samples that were stored.
    pub samples: u64,
    /// Of these, late ones.
    pub late: u64,
    /// Samples that were there already.
    pub known: u64,
    /// Samples that were refused, by reason.
    pub refused: Refused,
    /// Series that did not exist in memory before.
    pub series_created: u64,
    /// Series that were forgotten.
    pub series_removed: u64,
    /// Generations that went into parts.
    pub flushes: u64,
    /// Flushes that failed.
    pub flush_failures: u64,
    /// Merges of parts.
    pub merges: u64,
    /// Merges that failed.
    pub merge_failures: u64,
}

/// Samples that were refused, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Older than the newest one, without a window for late samples.
    pub out_of_order: u64,
    /// Older than the window for late samples.
    pub too_old: u64,
    /// Another value is there.
    pub duplicate: u64,
    /// No room, or a log that takes nothing.
    pub full: u64,
    /// No labels, a histogram that is none, a series that was forgotten between append and commit.
    pub other: u64,
}

/// The counters behind [`State`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    health: AtomicU8,
    pub(super) log_bytes: Counter,
    pub(super) syncs: Counter,
    pub(super) groups: Counter,
    pub(super) commits: Counter,
    pub(super) samples: Counter,
    pub(super) late: Counter,
    pub(super) known: Counter,
    out_of_order: Counter,
    too_old: Counter,
    duplicate: Counter,
    full: Counter,
    other: Counter,
    pub(super) series_created: Counter,
    pub(super) series_removed: Counter,
    pub(super) flushes: Counter,
    pub(super) flush_failures: Counter,
    pub(super) merges: Counter,
    pub(super) merge_failures: Counter,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, more: u64) {
        if more > 0 {
            self.0.fetch_add(more, Ordering::Relaxed);
        }
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl State {
    /// First and last sample, wherever they are.
    #[must_use]
    pub fn range(&self) -> Option<TimeRange> {
        let ranges = [self.parts_range, self.head_range].into_iter().flatten();
        ranges.reduce(|a, b| TimeRange::new(a.start.min(b.start), a.end.max(b.end)))
    }
}

impl Counters {
    pub(super) fn set_health(&self, health: Health) {
        self.health.store(health as u8, Ordering::Relaxed);
    }

    pub(super) fn health(&self) -> Health {
        let tag = self.health.load(Ordering::Relaxed);
        [Health::Replaying, Health::Full, Health::Poisoned]
            .into_iter()
            .find(|health| *health as u8 == tag)
            .unwrap_or_default()
    }

    pub(super) fn refuse(&self, refusal: Refusal) {
        let counter = match refusal {
            Refusal::OutOfOrder => &self.out_of_order,
            Refusal::TooOld => &self.too_old,
            Refusal::Duplicate => &self.duplicate,
            Refusal::Full => &self.full,
            // The caller tries again, by labels.
            Refusal::UnknownReference => return,
            Refusal::NoLabels | Refusal::InvalidHistogram => &self.other,
        };
        counter.add(1);
    }

    /// Samples whose series was forgotten before they were committed.
    pub(super) fn refuse_forgotten(&self, samples: u64) {
        self.other.add(samples);
    }

    /// Samples of a commit that failed.
    pub(super) fn refuse_commit(&self, samples: u64) {
        self.full.add(samples);
    }

    /// All but what heads and names tell.
    pub(super) fn state(&self) -> State {
        State {
            health: self.health(),
            log_bytes: self.log_bytes.get(),
            syncs: self.syncs.get(),
            groups: self.groups.get(),
            commits: self.commits.get(),
            samples: self.samples.get(),
            late: self.late.get(),
            known: self.known.get(),
            refused: Refused {
                out_of_order: self.out_of_order.get(),
                too_old: self.too_old.get(),
                duplicate: self.duplicate.get(),
                full: self.full.get(),
                other: self.other.get(),
            },
            series_created: self.series_created.get(),
            series_removed: self.series_removed.get(),
            flushes: self.flushes.get(),
            flush_failures: self.flush_failures.get(),
            merges: self.merges.get(),
            merge_failures: self.merge_failures.get(),
            ..State::default()
        }
    }
}
