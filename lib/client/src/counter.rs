//! Counts what only goes up.

use crate::cell::{AtomicU64, add_count, add_float, count, float, set_float};
use crate::node::{Handle, Sealed, Seen, now_seconds};
use crate::point::{LabelPairs, Point};
use crate::{Builder, Exemplar, Kind, Points};

/// A number that only goes up, until the program restarts.
///
/// Clones count together.
#[derive(Clone, Debug)]
pub struct Counter(Handle<()>);

/// Whole amounts and the rest apart, because a fetch-and-add never has to try twice.
const WHOLE: usize = 0;
const REST: usize = 1;
const CELLS: usize = 2;

/// Floats from here on may be multiples of two only, so a whole number of this size may stand for another.
const WHOLE_BELOW: f64 = (1_u64 << 53) as f64;

impl Counter {
    /// Begins a counter. The sample's name ends in `_total`, and gets it if it doesn't.
    pub fn builder(name: &str, help: &str) -> Builder<Self> {
        Builder::new(name, help, ())
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        add_count(&self.0.cells()[WHOLE], 1);
    }

    /// Adds a whole number.
    #[inline]
    pub fn inc_by(&self, amount: u64) {
        add_count(&self.0.cells()[WHOLE], amount);
    }

    /// Adds any amount, such as seconds. A counter doesn't go down: an amount that is negative or no
    /// number changes nothing.
    #[inline]
    pub fn add(&self, amount: f64) {
        let whole = amount as u64;
        if whole as f64 == amount && amount < WHOLE_BELOW {
            add_count(&self.0.cells()[WHOLE], whole);
        } else if amount >= 0.0 {
            add_float(&self.0.cells()[REST], amount);
        }
    }

    /// As [`add`](Self::add), and keeps `exemplar` in the place of the one before.
    ///
    /// One that has more than four labels, or more than 160 bytes of them, is left out. It is shown in OpenMetrics and protobuf.
    pub fn add_with(&self, amount: f64, exemplar: &Exemplar<'_>) {
        self.add(amount);
        self.0.keep_exemplar(0, 1, exemplar);
    }

    /// Begins again at zero, now.
    pub fn reset(&self) {
        self.set(0.0);
        self.0.set_created_seconds(now_seconds());
    }

    /// Puts the total at `value`: for totals that are kept elsewhere and shown here. Additions of other threads meanwhile may
    /// be lost.
    pub fn set(&self, value: f64) {
        let [whole, rest] = self.parts();
        whole.store(0, std::sync::atomic::Ordering::Relaxed);
        set_float(rest, value);
    }

    /// The total so far.
    #[must_use]
    pub fn get(&self) -> f64 {
        total(self.0.cells())
    }

    /// When counting began, in seconds since 1970.
    #[must_use]
    pub fn created_seconds(&self) -> f64 {
        self.0.created_seconds()
    }

    fn parts(&self) -> [&AtomicU64; CELLS] {
        let cells = self.0.cells();
        [&cells[WHOLE], &cells[REST]]
    }
}

fn total(cells: &[AtomicU64]) -> f64 {
    count(&cells[WHOLE]) as f64 + float(&cells[REST])
}

impl Sealed for Counter {
    type Shape = ();
    const KIND: Kind = Kind::Counter;

    fn cells((): &()) -> usize {
        CELLS
    }

    #[cfg(target_os = "linux")]
    fn shared((): &()) -> crate::segment::Shape {
        crate::segment::Shape::Counter
    }

    crate::family::tables!(Counter);

    fn of_handle(handle: Handle<()>) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle<()> {
        &self.0
    }

    fn show(seen: &Seen<'_, ()>, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        let total = total(seen.cells());
        let created_seconds = Some(seen.created_seconds());
        let kept = seen.exemplars().and_then(|exemplars| exemplars.get(0));
        let pairs = kept.as_ref().and_then(|kept| kept.pairs());
        let exemplar = kept.as_ref().zip(pairs.as_deref());
        let point = Point::Counter {
            total,
            created_seconds,
            exemplar: exemplar.map(|(kept, pairs)| kept.exemplar(pairs)),
        };
        points.point(labels, &point);
    }
}
