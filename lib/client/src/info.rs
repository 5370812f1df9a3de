//! Says what doesn't change, as labels of a constant.

use std::sync::{Arc, PoisonError, RwLock};

use crate::description::check_label_name;
use crate::node::{Node, Sealed};
use crate::point::{LabelPairs, Point};
use crate::{Builder, Error, Kind, Points};

/// Facts as labels: a version, a build's commit. The sample's name ends in `_info`, its value is 1.
///
/// Setting facts is rare and takes a lock for as long as it takes to put a pointer in place.
#[derive(Clone, Debug)]
pub struct Info(Arc<Node<InfoCells>>);

/// The facts.
#[derive(Debug, Default)]
pub struct InfoCells(RwLock<Arc<[(String, String)]>>);

impl Info {
    /// Begins an info metric, which says nothing until it is [`set`](Self::set).
    pub fn builder(name: &str, help: &str) -> Builder<Self> {
        Builder::new(name, help, ())
    }

    /// Replaces all facts.
    ///
    /// # Errors
    /// [`Error::LabelName`] or [`Error::DuplicateLabel`] when the names could not be on a page; the facts stay
    /// as they were.
    pub fn set(&self, facts: &[(&str, &str)]) -> Result<(), Error> {
        for (index, (name, _)) in facts.iter().enumerate() {
            check_label_name(name)?;
            if facts[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(Error::DuplicateLabel {
                    name: (*name).to_owned(),
                });
            }
        }
        let owned = facts
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let facts = owned.collect();
        *self
            .0
            .cells
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner) = facts;
        Ok(())
    }
}

impl Sealed for Info {
    type Shape = ();
    type Cells = InfoCells;
    const KIND: Kind = Kind::Info;

    fn cells(_: &Arc<()>) -> InfoCells {
        InfoCells::default()
    }

    fn of_node(node: Arc<Node<InfoCells>>) -> Self {
        Self(node)
    }

    fn show(cells: &InfoCells, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        let facts = Arc::clone(&cells.0.read().unwrap_or_else(PoisonError::into_inner));
        let pairs = facts
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs = pairs.collect::<Vec<_>>();
        points.point(labels, &Point::Info(LabelPairs::from(pairs.as_slice())));
    }
}
