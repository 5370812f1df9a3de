//! Children of one name, found by label values.
//!
//! ```text
//!  values --hash--> index --slot--> slots: [ node | free | node | node ]
//! ```
//!
//! A look-up of a child that exists takes the lock for reading, compares borrowed values with the
//! child's own, and clones the handle. A child is born under the lock for writing.
//!
//! Showing a family must neither hold the lock while the page is written nor show a series twice.
//! So a page takes its children in small chunks, and leaves out those that were born after
//! it began: a child that is removed and born again meanwhile would else come in both its slots.
//!
//! **The cap.** Labels from outside (a path, a user agent) can be without end, and a family without end takes the
//! program's memory and the server's with it. A family that has `series_max` children answers further values
//! with one child that all such values share, [`OVERFLOW_LABEL_VALUE`] in every label, and counts them.

use std::hash::BuildHasher;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use foldhash::fast::RandomState;

use crate::cell::Count;
use crate::node::{LabelText, Metric, Node};
use crate::point::LabelPairs;
use crate::{Collector, Description, Error, Page};

mod children;

use children::Children;

/// How many children a family has before further label values share one, if nothing else is said.
pub const SERIES_MAX_DEFAULT: usize = 10_000;

/// The value of every label of the child that stands for all label values over the cap.
pub const OVERFLOW_LABEL_VALUE: &str = "__overflow__";

/// How many children a page takes out of the lock at a time.
const CHUNK_CHILDREN: usize = 256;

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
    hasher: RandomState,
    children: RwLock<Children<M::Cells>>,
    overflows: Count,
}

/// What a family is called.
#[derive(Debug)]
pub(crate) struct Naming {
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) unit: String,
    pub(crate) labels: Box<[Box<str>]>,
}

impl<M: Metric> Clone for Family<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Metric> Family<M> {
    pub(crate) fn new(naming: Naming, shape: Arc<M::Shape>, series_max: usize) -> Self {
        Self(Arc::new(Inner {
            naming,
            shape,
            series_max,
            hasher: RandomState::default(),
            children: RwLock::new(Children::default()),
            overflows: Count::default(),
        }))
    }

    /// The child with these label values, in the order of the label names. It is made when it is asked for first.
    ///
    /// Keep the handle where the values are known beforehand: that saves the look-up.
    ///
    /// # Panics
    /// When there are more or fewer values than labels, which is a mistake in the program; where the number of
    /// values comes from elsewhere, use [`try_with`](Self::try_with).
    #[must_use = "looking a child up counts nothing"]
    pub fn with(&self, values: &[&str]) -> M {
        match self.try_with(values) {
            Ok(child) => child,
            Err(error) => panic!("{error}"),
        }
    }

    /// As [`with`](Self::with), without the panic.
    ///
    /// # Errors
    /// [`Error::LabelCount`] when there are more or fewer values than labels.
    pub fn try_with(&self, values: &[&str]) -> Result<M, Error> {
        let labels = &self.0.naming.labels;
        if values.len() != labels.len() {
            let family = self.0.naming.name.clone();
            return Err(Error::LabelCount {
                family,
                expected: labels.len(),
                given: values.len(),
            });
        }
        let hash = self.0.hasher.hash_one(values);
        if let Some(node) = self.read().find(hash, values) {
            return Ok(M::of_node(Arc::clone(node)));
        }
        Ok(M::of_node(self.bear(hash, values)))
    }

    /// Takes the child with these values off the page. Its handles still work, unseen; asking for the values
    /// again makes a new child. Answers whether there was one.
    pub fn remove(&self, values: &[&str]) -> bool {
        let hash = self.0.hasher.hash_one(values);
        self.write().remove(hash, values).is_some()
    }

    /// Takes all children off the page.
    pub fn clear(&self) {
        let old = self.write().take();
        // Dropping many nodes takes a while; nobody waits for the lock meanwhile.
        drop(old);
    }

    /// The names of the labels, in order.
    pub fn label_names(&self) -> impl Iterator<Item = &str> {
        self.0.naming.labels.iter().map(AsRef::as_ref)
    }

    /// How many children there are.
    #[must_use]
    pub fn series(&self) -> usize {
        self.read().len()
    }

    /// The slow path of a look-up: the child may be there by now, else it is made, if the cap allows.
    fn bear(&self, hash: u64, values: &[&str]) -> Arc<Node<M::Cells>> {
        let mut children = self.write();
        if let Some(node) = children.find(hash, values) {
            return Arc::clone(node);
        }
        if children.len() < self.0.series_max {
            return self.insert(&mut children, hash, values);
        }
        self.0.overflows.add(1);
        let values = vec![OVERFLOW_LABEL_VALUE; values.len()];
        let hash = self.0.hasher.hash_one(values.as_slice());
        if let Some(node) = children.find(hash, &values) {
            return Arc::clone(node);
        }
        self.insert(&mut children, hash, &values)
    }

    fn insert(
        &self,
        children: &mut Children<M::Cells>,
        hash: u64,
        values: &[&str],
    ) -> Arc<Node<M::Cells>> {
        let labels = LabelText::new(&self.0.naming.labels, values);
        children.insert(hash, labels, M::cells(&self.0.shape))
    }

    fn description(&self) -> Description<'_> {
        let Naming {
            name, help, unit, ..
        } = &self.0.naming;
        Description {
            unit,
            ..Description::new(M::KIND, name, help)
        }
    }

    // A panic while the lock is held leaves the children as they were before or after a step,
    // and a metric that panics for ever after helps nobody.
    fn read(&self) -> RwLockReadGuard<'_, Children<M::Cells>> {
        self.0
            .children
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Children<M::Cells>> {
        self.0
            .children
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: Metric> Collector for Family<M> {
    fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
        each(&self.description());
    }

    fn collect(&self, page: &mut Page<'_>) {
        let mut points = page.family(self.description());
        let born_before = self.read().next_serial();
        let mut chunk = Vec::new();
        let mut from = 0;
        loop {
            from = self
                .read()
                .chunk(from, CHUNK_CHILDREN, born_before, &mut chunk);
            for node in chunk.drain(..) {
                let labels = LabelPairs::rendered(&self.0.naming.labels, &node.labels);
                M::show(&node.cells, labels, &mut points);
            }
            if from == usize::MAX {
                return;
            }
        }
    }

    fn overflows(&self) -> u64 {
        self.0.overflows.get()
    }
}
