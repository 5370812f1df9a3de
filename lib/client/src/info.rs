//! Says what doesn't change, as labels of a constant.

use std::sync::{Arc, PoisonError, RwLock};

use crate::description::check_label_name;
use crate::node::{Handle, Sealed, Seen, refuse_label};
use crate::point::{LabelPairs, Point};
use crate::{Builder, Error, Kind, Points};

/// Facts as labels: a version, a build's commit. The sample's name ends in `_info`, its value is 1.
///
/// Setting facts is rare and takes a lock for as long as it takes to put a pointer in place.
#[derive(Clone, Debug)]
pub struct Info(Handle<Taken>);

/// The names of the family's labels, which facts must not have.
#[derive(Debug, Default)]
pub struct Taken(Box<[Box<str>]>);

/// The facts of one child.
#[derive(Debug, Default)]
pub(crate) struct Facts(RwLock<Arc<[(String, String)]>>);

impl Facts {
    #[cfg(target_os = "linux")]
    pub(crate) fn new(facts: Arc<[(String, String)]>) -> Self {
        Self(RwLock::new(facts))
    }

    pub(crate) fn set(&self, facts: Arc<[(String, String)]>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = facts;
    }

    pub(crate) fn get(&self) -> Arc<[(String, String)]> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Info {
    /// Begins an info metric, which has no facts until they are [`set`](Self::set).
    pub fn builder(name: &str, help: &str) -> Builder<Self> {
        Builder::new(name, help, Taken::default())
    }

    /// Replaces all facts.
    ///
    /// # Errors
    /// [`Error::LabelName`], [`Error::ReservedLabel`] or [`Error::DuplicateLabel`] when the names could not be on a page
    /// beside each other and the family's labels; the facts stay as they were.
    pub fn set(&self, facts: &[(&str, &str)]) -> Result<(), Error> {
        let taken = &self.0.shape().0;
        for (index, &(name, _)) in facts.iter().enumerate() {
            check_label_name(name)?;
            refuse_label(name, taken)?;
            if facts[..index].iter().any(|&(earlier, _)| earlier == name) {
                return Err(Error::DuplicateLabel {
                    name: name.to_owned(),
                });
            }
        }
        let owned = facts
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()));
        let facts: Arc<[_]> = owned.collect();
        #[cfg(target_os = "linux")]
        crate::segment::facts::keep(self.0.owned().words(), &facts);
        self.0.later().facts.set(facts);
        Ok(())
    }
}

impl Sealed for Info {
    type Shape = Taken;
    const KIND: Kind = Kind::Info;

    fn settle(_: &str, taken: &mut Taken, labels: &[Box<str>]) -> Result<(), Error> {
        taken.0 = labels.into();
        Ok(())
    }

    fn cells(_: &Taken) -> usize {
        0
    }

    #[cfg(target_os = "linux")]
    fn shared(_: &Taken) -> crate::segment::Shape {
        crate::segment::Shape::Info
    }

    crate::family::tables!(Info);

    fn of_handle(handle: Handle<Taken>) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle<Taken> {
        &self.0
    }

    fn show(seen: &Seen<'_, Taken>, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        let facts = seen.facts.map(Facts::get).unwrap_or_default();
        let pairs = facts
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs = pairs.collect::<Vec<_>>();
        points.point(labels, &Point::Info(LabelPairs::from(pairs.as_slice())));
    }
}
