//! Children of one name, found by label values.
//!
//! A look-up of a child that exists takes no lock and writes to nothing that other threads read: a
//! thread keeps its own share of the family's [table](table), and asks no more than whether that is still the
//! right one. A child is born, and removed, under the family's lock.
//!
//! Showing a family takes a share of the table and goes through it without the lock. Children that are born meanwhile are
//! left out: one that is removed and born again would else come twice.
//!
//! **The cap.** Labels from outside (a path, a user agent) can be without end, and a family without end takes the
//! program's memory and the server's with it. A family that has `series_max` children answers further values
//! with one child that all such values share, [`OVERFLOW_LABEL_VALUE`] in every label, and counts them.

mod child;
mod expiry;
mod local;
mod place;
pub(crate) mod table;

use std::hash::{BuildHasher, Hasher};
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use crate::cell::{AtomicU64, add_count, count};
use crate::labels::{LabelNames, LabelText};
use crate::node::Metric;
use crate::point::LabelPairs;
use crate::{Collector, Description, Error, Page};

pub use child::Child;

use expiry::Watches;
pub(crate) use local::Tables;
pub(crate) use local::tables;
use local::{Local, Seat};
pub(crate) use place::Place;
use table::Table;

/// How many children a family has before further label values share one, if nothing else is said.
pub const SERIES_MAX_DEFAULT: usize = 10_000;

/// The value of every label of the child that stands for all label values over the cap.
pub const OVERFLOW_LABEL_VALUE: &str = "__overflow__";

/// Metrics of one name that differ in the values of their labels.
///
/// Clones are the same family.
#[derive(Debug)]
pub struct Family<M: Metric>(Arc<Inner<M>>);

#[derive(Debug)]
struct Inner<M: Metric> {
    naming: Naming,
    shape: Arc<M::Shape>,
    series_max: usize,
    idle_seconds: Option<f64>,
    place: Place,
    hasher: RandomState,
    seat: Seat,
    /// One more with each new table.
    version: AtomicU64,
    births: Mutex<Births<M>>,
    overflows: AtomicU64,
}

/// What changes when a child is born or removed.
#[derive(Debug)]
struct Births<M: Metric> {
    table: Arc<Table<M>>,
    /// Removed, and still in the table.
    dead: usize,
    watches: Watches,
}

/// What a family is called.
#[derive(Debug)]
pub(crate) struct Naming {
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) unit: String,
    pub(crate) labels: LabelNames,
}

/// Limits of a family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) series_max: usize,
    /// Children that haven't changed for so long leave.
    pub(crate) idle_seconds: Option<f64>,
}

impl<M: Metric> Drop for Inner<M> {
    fn drop(&mut self) {
        self.seat.forget::<M>();
    }
}

impl<M: Metric> Clone for Family<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Metric> Family<M> {
    pub(crate) fn new(naming: Naming, shape: Arc<M::Shape>, bounds: Bounds, place: Place) -> Self {
        Self(Arc::new(Inner {
            naming,
            shape,
            series_max: bounds.series_max,
            idle_seconds: bounds.idle_seconds,
            place,
            hasher: RandomState::default(),
            seat: Seat::take(),
            version: AtomicU64::new(0),
            births: Mutex::new(Births {
                table: Arc::new(Table::with_room(0)),
                dead: 0,
                watches: Watches::default(),
            }),
            overflows: AtomicU64::new(0),
        }))
    }

    /// The child with these label values, in the order of the label names. It is made when it is asked for first.
    ///
    /// The answer is borrowed by this thread, which makes it cheap: use it at once. Keep a
    /// [`handle`](Self::handle) where the values are known beforehand: that saves the look-up.
    ///
    /// # Panics
    /// When there are more or fewer values than labels, which is a mistake in the program; where the number of
    /// values comes from elsewhere, use [`try_with`](Self::try_with).
    #[must_use = "looking a child up counts nothing"]
    #[inline]
    pub fn with(&self, values: &[&str]) -> Child<M> {
        let hash = self.hash(values.iter().copied());
        match self.find(hash, values) {
            Some(child) => child,
            None => match self.bear_or_refuse(hash, values) {
                Ok(child) => child,
                Err(error) => panic!("{error}"),
            },
        }
    }

    /// As [`with`](Self::with), without the panic.
    ///
    /// # Errors
    /// [`Error::LabelCount`] when there are more or fewer values than labels.
    #[inline]
    pub fn try_with(&self, values: &[&str]) -> Result<Child<M>, Error> {
        let hash = self.hash(values.iter().copied());
        match self.find(hash, values) {
            Some(child) => Ok(child),
            None => self.bear_or_refuse(hash, values),
        }
    }

    /// As [`with`](Self::with), to keep: a handle may go to other threads, and stay as long as it likes.
    ///
    /// # Panics
    /// As [`with`](Self::with).
    #[must_use = "looking a child up counts nothing"]
    pub fn handle(&self, values: &[&str]) -> M {
        self.with(values).handle()
    }

    /// Takes the child with these values off the page. Its handles still work, unseen; asking for the values
    /// again makes a new child. Answers whether there was one.
    pub fn remove(&self, values: &[&str]) -> bool {
        let hash = self.hash(values.iter().copied());
        let own = self.changed(|births| {
            let table = Arc::clone(&births.table);
            let found = table.find(hash, values).and_then(|place| table.get(place));
            found.is_some_and(|metric| births.bury(metric))
        });
        own | (self.0.place.remove_where(&|theirs| theirs == values) > 0)
    }

    /// Takes the children off the page whose label values, in the order of the label names, `is` picks.
    /// Answers how many.
    pub fn remove_where(&self, is: impl Fn(&[&str]) -> bool) -> usize {
        let own = self.changed(|births| {
            let table = Arc::clone(&births.table);
            let mut removed = 0;
            for metric in table.living(table.len()) {
                let values = metric.handle().labels().values().collect::<Vec<_>>();
                if is(&values) {
                    removed += usize::from(births.bury(metric));
                }
            }
            removed
        });
        own + self.0.place.remove_where(&is)
    }

    /// Takes all children off the page.
    pub fn clear(&self) {
        self.remove_where(|_| true);
    }

    /// The names of the labels, in order.
    pub fn label_names(&self) -> impl Iterator<Item = &str> {
        self.0.naming.labels.names().iter().map(AsRef::as_ref)
    }

    /// The name, without what samples add to it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.naming.name
    }

    /// Whether a child was taken off the page, by this process or another: its handles still work, unseen.
    #[must_use]
    #[inline]
    pub fn is_removed(handle: &M) -> bool {
        handle.handle().is_removed()
    }

    /// How many children there are.
    #[must_use]
    pub fn series(&self) -> usize {
        self.locked(|births| births.table.len() - births.dead)
    }

    #[inline]
    fn version(&self) -> u64 {
        self.0.version.load(Ordering::Acquire)
    }

    /// Values that run together alike may have one hash: they are told apart when they are compared.
    #[inline]
    fn hash<'v>(&self, values: impl Iterator<Item = &'v str>) -> u64 {
        let mut hasher = self.0.hasher.build_hasher();
        for value in values {
            hasher.write(value.as_bytes());
        }
        hasher.finish()
    }

    /// A child that this thread's table has, which only has those with the right number of values.
    #[inline]
    fn find(&self, hash: u64, values: &[&str]) -> Option<Child<M>> {
        let local = self.0.seat.get(self.version())?;
        let place = local.table.find(hash, values)?;
        Some(Child::new(local, place))
    }

    #[cold]
    fn bear_or_refuse(&self, hash: u64, values: &[&str]) -> Result<Child<M>, Error> {
        let expected = self.0.naming.labels.names().len();
        if values.len() != expected {
            return Err(Error::LabelCount {
                family: self.0.naming.name.clone(),
                expected,
                given: values.len(),
            });
        }
        Ok(self.long_way(hash, values))
    }

    /// This thread has no table, or an old one, or there is no such child.
    #[cold]
    fn long_way(&self, hash: u64, values: &[&str]) -> Child<M> {
        let (place, version, table) = self.locked(|births| {
            let found = births.table.find(hash, values);
            let place = found.unwrap_or_else(|| self.bear(births, hash, values));
            (place, self.version(), Arc::clone(&births.table))
        });
        let local: Rc<Local<M>> = self.0.seat.put(version, table);
        let child = Child::new(local, place);
        child.arrive();
        child
    }

    /// Makes a child, if the cap allows.
    fn bear(&self, births: &mut Births<M>, hash: u64, values: &[&str]) -> usize {
        if births.table.len() - births.dead < self.0.series_max {
            return self.insert(births, hash, values);
        }
        add_count(&self.0.overflows, 1);
        let values = vec![OVERFLOW_LABEL_VALUE; values.len()];
        let hash = self.hash(values.iter().copied());
        if let Some(place) = births.table.find(hash, &values) {
            return place;
        }
        self.insert(births, hash, &values)
    }

    fn insert(&self, births: &mut Births<M>, hash: u64, values: &[&str]) -> usize {
        if births.table.is_full() {
            self.renew(births);
        }
        let labels = LabelText::new(&self.0.naming.labels, values);
        let handle = self.0.place.bear::<M>(&self.0.shape, labels, values);
        births.table.push(hash, M::of_handle(handle))
    }

    /// Puts those that live into a new table with room for as many again.
    fn renew(&self, births: &mut Births<M>) {
        let old = Arc::clone(&births.table);
        let len = old.len();
        let table = Table::with_room((len - births.dead) * 2);
        for metric in old.living(len) {
            table.push(self.hash(metric.handle().labels().values()), metric.clone());
        }
        births.watches.keep(&old);
        births.table = Arc::new(table);
        births.dead = 0;
        self.0.version.fetch_add(1, Ordering::Release);
    }

    /// Removes children, and the dead from the table when they are many.
    fn changed<R>(&self, change: impl FnOnce(&mut Births<M>) -> R) -> R {
        let (result, old) = self.locked(|births| {
            let result = change(births);
            let old = Arc::clone(&births.table);
            if births.dead > (old.len() - births.dead) / DEAD_SHARE + DEAD_MIN {
                self.renew(births);
            }
            (result, old)
        });
        // Dropping many children takes a while; nobody waits for the lock meanwhile.
        drop(old);
        result
    }

    // A panic while the lock is held leaves the children as they were before or after a step,
    // and a metric that panics for ever after helps nobody.
    fn locked<R>(&self, then: impl FnOnce(&mut Births<M>) -> R) -> R {
        let _gate = crate::fork::pass();
        let mut births: MutexGuard<'_, _> =
            self.0.births.lock().unwrap_or_else(PoisonError::into_inner);
        then(&mut births)
    }

    fn description(&self) -> Description<'_> {
        let Naming {
            name, help, unit, ..
        } = &self.0.naming;
        Description {
            kind: M::KIND,
            name,
            help,
            unit,
            as_named: false,
        }
    }
}

/// One dead for so many living is worth a new table,
const DEAD_SHARE: usize = 2;
/// with some more, so that a small family is not always made anew.
const DEAD_MIN: usize = 8;

impl<M: Metric> Births<M> {
    /// Answers whether the child was alive.
    fn bury(&mut self, metric: &M) -> bool {
        let alive = metric.handle().remove();
        self.dead += usize::from(alive);
        alive
    }
}

impl<M: Metric> Collector for Family<M> {
    fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
        each(&self.description());
    }

    fn collect(&self, page: &mut Page<'_>) {
        if let Some(idle_seconds) = self.0.idle_seconds {
            self.expire(idle_seconds, crate::node::now_seconds());
        }
        let mut points = page.family(self.description());
        let is_shared = self.0.place.show(&mut points);
        let table = self.locked(|births| Arc::clone(&births.table));
        for metric in table.living(table.len()) {
            let handle = metric.handle();
            // What is in the segment has been shown, with what others have.
            if is_shared && !handle.is_on_heap() {
                continue;
            }
            let labels = LabelPairs::rendered(&self.0.naming.labels, handle.labels());
            M::show(&handle.seen(), labels, &mut points);
        }
    }

    fn overflows(&self) -> u64 {
        count(&self.0.overflows)
    }
}
