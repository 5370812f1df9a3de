//! A child of a family: what all its handles share.
//!
//! ```text
//!  handle --> node: shape, labels, exemplars, facts
//!     '-----> words: [ state | created | link | the kind's own cells ... ]
//! ```
//!
//! Few words lie in the node itself, which makes a counter one allocation and its labels' text: a program has a hundred thousand of them.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cell::{AtomicU64, float, set_float};
use crate::exemplar::{Exemplars, Owner};
use crate::info::Facts;
use crate::labels::LabelText;
use crate::point::LabelPairs;
use crate::words::{Held, Owned, Words};
use crate::{Error, Kind, Points};

/// A kind of handle: [`Counter`](crate::Counter), [`Gauge`](crate::Gauge),
/// [`Histogram`](crate::Histogram), [`Summary`](crate::Summary), [`Info`](crate::Info) or
/// [`StateSet`](crate::StateSet).
///
/// Sealed: what lies beneath the handles is ours to change, and a metric of your own is a
/// [`Collector`](crate::Collector).
pub trait Metric: Clone + fmt::Debug + Send + Sync + 'static + Sealed {}

impl<M: Sealed + Clone + fmt::Debug + Send + Sync + 'static> Metric for M {}

/// The part of [`Metric`] that callers neither need nor see.
pub trait Sealed: Sized {
    /// What all children of a family have in common: bounds, states.
    type Shape: fmt::Debug + Send + Sync + 'static;

    const KIND: Kind;

    /// The label that the kind writes itself, beside those of the family.
    const BOUND: Option<&'static str> = None;

    /// Learns the family's names, and refuses what this kind cannot show: states that repeat, a label that it writes
    /// itself.
    fn settle(_name: &str, _shape: &mut Self::Shape, _labels: &[Box<str>]) -> Result<(), Error> {
        Ok(())
    }
    /// Shows `then` this thread's tables of families of this kind; `None` at the thread's end.
    fn tables<R>(then: impl FnOnce(&crate::family::Tables<Self>) -> R) -> Option<R>;
    /// How many cells a child has.
    fn cells(shape: &Self::Shape) -> usize;
    /// The shape as a segment keeps it.
    #[cfg(target_os = "linux")]
    fn shared(shape: &Self::Shape) -> crate::segment::Shape;
    /// Told to a child that this process has not had before.
    fn arrive(&self) {}
    /// Makes zeros a new child.
    fn begin(_shape: &Self::Shape, _cells: &[AtomicU64]) {}
    fn of_handle(handle: Handle<Self::Shape>) -> Self;
    fn handle(&self) -> &Handle<Self::Shape>;
    fn show(seen: &Seen<'_, Self::Shape>, labels: LabelPairs<'_>, points: &mut Points<'_>);
}

pub(crate) fn refuse_label(reserved: &str, labels: &[Box<str>]) -> Result<(), Error> {
    if labels.iter().any(|label| **label == *reserved) {
        return Err(Error::ReservedLabel {
            name: reserved.to_owned(),
        });
    }
    Ok(())
}

/// Words before the kind's own cells.
pub(crate) const HEAD_WORDS: usize = 3;
/// 0 while the child is its family's; see [`REMOVED`].
const STATE: usize = 0;
/// When counting began: a float, seconds since 1970.
const CREATED: usize = 1;
/// Where the segment has what the child got later: exemplars, or facts. Zero: nowhere.
#[cfg(target_os = "linux")]
pub(crate) const LINK: usize = 2;

/// The state of a child that was taken off the page.
pub(crate) const REMOVED: u64 = 1;

/// A share of one child.
pub(crate) type Handle<S> = Held<Node<S>>;

/// Shared by the handles of one child and by its family.
#[derive(Debug)]
pub struct Node<S> {
    shape: Arc<S>,
    labels: LabelText,
    later: OnceLock<Box<Later>>,
}

/// What most children never have.
#[derive(Debug, Default)]
pub(crate) struct Later {
    pub(crate) exemplars: OnceLock<Words>,
    pub(crate) facts: Facts,
    /// Which cell of a segment's gauge is this process'.
    #[cfg(target_os = "linux")]
    pub(crate) bound: AtomicU64,
}

impl<S> Handle<S> {
    /// A child on the heap, which begins to count now.
    pub(crate) fn born(shape: &Arc<S>, labels: LabelText, cells: usize) -> Self {
        let words = Words::heap(HEAD_WORDS + cells);
        set_float(&words.get()[CREATED], now_seconds());
        Self::on(words, shape, labels)
    }

    /// A child whose words are there.
    pub(crate) fn on(words: Words, shape: &Arc<S>, labels: LabelText) -> Self {
        let node = Node {
            shape: Arc::clone(shape),
            labels,
            later: OnceLock::new(),
        };
        Self::new(Owned::new(words, node))
    }

    /// The kind's own words.
    #[inline]
    pub(crate) fn cells(&self) -> &[AtomicU64] {
        &self.words()[HEAD_WORDS..]
    }

    #[inline]
    pub(crate) fn shape(&self) -> &S {
        &self.owned().what.shape
    }

    #[inline]
    pub(crate) fn labels(&self) -> &LabelText {
        &self.owned().what.labels
    }

    #[inline]
    pub(crate) fn is_removed(&self) -> bool {
        is_removed(self.words())
    }

    /// Answers whether it was not removed before.
    pub(crate) fn remove(&self) -> bool {
        remove(self.words())
    }

    pub(crate) fn is_on_heap(&self) -> bool {
        #[cfg(target_os = "linux")]
        return self.owned().words().segment().is_none();
        #[cfg(not(target_os = "linux"))]
        true
    }

    pub(crate) fn created_seconds(&self) -> f64 {
        float(&self.words()[CREATED])
    }

    pub(crate) fn set_created_seconds(&self, seconds: f64) {
        set_float(&self.words()[CREATED], seconds);
    }

    pub(crate) fn later(&self) -> &Later {
        self.owned().what.later.get_or_init(Box::default)
    }

    /// Keeps an example for the cell of this number among `count`.
    pub(crate) fn keep_exemplar(&self, index: usize, count: usize, exemplar: &crate::Exemplar<'_>) {
        if let Some(words) = self.exemplar_words(count) {
            Exemplars::new(words.get()).keep(index, exemplar);
        }
    }

    fn exemplar_words(&self, count: usize) -> Option<&Words> {
        let cell = &self.later().exemplars;
        if let Some(words) = cell.get() {
            return Some(words);
        }
        let words = Owner::of(self.owned().words()).exemplars(count)?;
        Some(cell.get_or_init(|| words))
    }

    pub(crate) fn seen(&self) -> Seen<'_, S> {
        let later = self.owned().what.later.get();
        Seen {
            shape: self.shape(),
            words: self.words(),
            exemplars: later.and_then(|later| later.exemplars.get().map(Words::get)),
            facts: later.map(|later| &later.facts),
        }
    }
}

/// A child as a page sees it, be it ours or another process'.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a, S> {
    pub(crate) shape: &'a S,
    words: &'a [AtomicU64],
    exemplars: Option<&'a [AtomicU64]>,
    pub(crate) facts: Option<&'a Facts>,
}

impl<'a, S> Seen<'a, S> {
    #[cfg(target_os = "linux")]
    pub(crate) fn new(
        shape: &'a S,
        words: &'a [AtomicU64],
        exemplars: Option<&'a [AtomicU64]>,
        facts: Option<&'a Facts>,
    ) -> Self {
        Self {
            shape,
            words,
            exemplars,
            facts,
        }
    }

    pub(crate) fn cells(&self) -> &'a [AtomicU64] {
        &self.words[HEAD_WORDS..]
    }

    pub(crate) fn created_seconds(&self) -> f64 {
        float(&self.words[CREATED])
    }

    pub(crate) fn exemplars(&self) -> Option<Exemplars<'a>> {
        self.exemplars.map(Exemplars::new)
    }
}

/// Whether the child with these words was taken off the page.
#[inline]
pub(crate) fn is_removed(words: &[AtomicU64]) -> bool {
    words[STATE].load(Relaxed) == REMOVED
}

/// Answers whether it was not removed before.
pub(crate) fn remove(words: &[AtomicU64]) -> bool {
    words[STATE].swap(REMOVED, Relaxed) != REMOVED
}

/// Notes when counting began.
#[cfg(target_os = "linux")]
pub(crate) fn set_created(words: &[AtomicU64], seconds: f64) {
    set_float(&words[CREATED], seconds);
}

/// Seconds since 1970. A clock before that is a clock that was never set.
#[expect(
    clippy::disallowed_methods,
    reason = "lib/ has no platform crate: it runs in any program"
)]
pub(crate) fn now_seconds() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}
