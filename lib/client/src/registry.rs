//! The list of what a program shows.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::family::{Naming, Place};
use crate::node::Metric;
use crate::{Collector, Description, Error, Page};

/// Collectors, with no sample name in two of them.
///
/// Clones are the same registry. There is no global one: pass the registry to what registers metrics.
#[derive(Clone, Default)]
pub struct Registry {
    inner: Arc<RwLock<Inner>>,
    /// Where the metrics of this registry are kept, if not on the heap.
    #[cfg(target_os = "linux")]
    segment: Option<crate::Segment>,
}

#[derive(Default)]
struct Inner {
    /// In the order of registration, which is the order of the page.
    entries: Vec<Entry>,
    /// Every sample name that a described family may show, and whose it is.
    names: HashMap<String, Registration, RandomState>,
    next: u64,
}

#[derive(Clone)]
struct Entry {
    registration: Registration,
    /// The described families' names; empty for a collector that describes none.
    families: Arc<[String]>,
    collector: Arc<dyn Collector>,
}

/// What [`Registry::register`] answers, to [`unregister`](Registry::unregister) by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Registration(u64);

/// Counts look-ups that met a family's cap; on the page as soon as there is one.
const OVERFLOWS: &str = "ferula_client_series_overflows_total";
const OVERFLOWS_HELP: &str =
    "Look-ups answered with the overflow series because the family has as many series as it may.";

impl Registry {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty registry whose metrics are kept in `segment`, so that its page shows those of all processes that are attached, the
    /// families that this process doesn't have last. What collectors of one's own show is this process' alone.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn shared(segment: &crate::Segment) -> Self {
        Self {
            segment: Some(segment.clone()),
            ..Self::default()
        }
    }

    /// Adds a collector; its families come last on the page.
    ///
    /// # Errors
    /// [`Error::Duplicate`] when a family it describes would show a sample of a name that another
    /// collector's family has. Nothing is added then.
    pub fn register(&self, collector: impl Collector + 'static) -> Result<Registration, Error> {
        self.register_shared(Arc::new(collector))
    }

    /// As [`register`](Self::register), for a collector that others hold as well.
    ///
    /// # Errors
    /// As [`register`](Self::register).
    pub fn register_shared(&self, collector: Arc<dyn Collector>) -> Result<Registration, Error> {
        let mut families = Vec::new();
        let mut names = Vec::new();
        collector.describe(&mut |description| {
            families.push(description.name.to_owned());
            names.extend(
                description
                    .sample_names()
                    .map(|(name, suffix)| format!("{name}{suffix}")),
            );
        });
        let _gate = crate::fork::pass();
        let mut inner = self.write();
        names.sort_unstable();
        let twice = names
            .windows(2)
            .find(|pair| pair[0] == pair[1])
            .map(|pair| &pair[0]);
        let taken = names.iter().find(|&name| inner.names.contains_key(name));
        if let Some(name) = taken.or(twice) {
            return Err(Error::Duplicate { name: name.clone() });
        }
        let registration = Registration(inner.next);
        inner.next += 1;
        inner
            .names
            .extend(names.into_iter().map(|name| (name, registration)));
        inner.entries.push(Entry {
            registration,
            families: families.into(),
            collector,
        });
        Ok(registration)
    }

    /// Removes a collector. Answers whether it was there. Handles of its metrics still work, unseen.
    pub fn unregister(&self, registration: Registration) -> bool {
        let gate = crate::fork::pass();
        let mut inner = self.write();
        inner.names.retain(|_, owner| *owner != registration);
        let is = |entry: &mut Entry| entry.registration == registration;
        let removed = inner.entries.extract_if(.., is).collect::<Vec<_>>();
        drop((inner, gate));
        // Dropped where we hold nothing: a collector may do what it likes at its end.
        !removed.is_empty()
    }

    /// Where a family of this registry is to be.
    pub(crate) fn place<M: Metric>(&self, naming: &Naming, shape: &M::Shape) -> Place {
        #[cfg(target_os = "linux")]
        if let Some(segment) = &self.segment {
            return Place::in_segment::<M>(segment, naming, shape);
        }
        let _only_a_segment_asks = (naming, shape);
        Place::Heap
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is now. A collector may take its time, or register another: neither may meet our lock.
    fn entries(&self) -> Vec<Entry> {
        let _gate = crate::fork::pass();
        self.read().entries.clone()
    }
}

/// A registry is itself a collector: of all its collectors, in the order of registration.
impl Collector for Registry {
    fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
        for entry in self.entries() {
            entry.collector.describe(each);
        }
    }

    fn collect(&self, page: &mut Page<'_>) {
        let entries = self.entries();
        for entry in &entries {
            if entry.is_wanted(page) {
                entry.collector.collect(page);
            }
        }
        #[cfg(target_os = "linux")]
        if let Some(segment) = &self.segment {
            let own = |name: &str| {
                let mut families = entries.iter().flat_map(|entry| entry.families.iter());
                families.any(|family| family == name)
            };
            segment.show_families(page, &|name| !own(name));
        }
        let mut points = page.family(Description::counter(OVERFLOWS, OVERFLOWS_HELP));
        for entry in &entries {
            let overflows = entry.collector.overflows();
            if let (Some(family), 1..) = (entry.families.first(), overflows) {
                points.value(&[("family", family.as_str())], overflows as f64);
            }
        }
    }
}

impl Entry {
    fn is_wanted(&self, page: &Page<'_>) -> bool {
        let mut wanted = self.families.is_empty();
        self.collector
            .describe(&mut |description| wanted |= page.wants(description));
        wanted
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.read();
        let families = inner.entries.iter().flat_map(|entry| entry.families.iter());
        f.debug_list().entries(families).finish()
    }
}
