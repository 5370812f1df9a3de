//! What a part is written from.

use model::Labels;
use storage::Column;

use super::{Examples, PartError, Said};

/// Groups of series that share their timestamps. The head is one, and so are parts that are merged.
///
/// The writer asks for columns family by family over all groups, in the order of a part, so a source that is a part itself
/// reads each of its pages once.
pub trait Source {
    /// How many groups there are.
    fn groups(&self) -> usize;

    /// The labels of a group's target.
    fn target(&self, group: usize) -> &Labels;

    /// The metric labels of a group's series, each once, in any order. None has a label that the target has too, and no series is in two groups.
    fn series(&self, group: usize) -> &[Labels];

    /// Replaces `out` by a group's timestamps, strictly ascending.
    ///
    /// # Errors
    ///
    /// When the source can't be read.
    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError>;

    /// Replaces `out` by the column of a group's series, gaps and start times included, rows counted from the group's first.
    ///
    /// # Errors
    ///
    /// When the source can't be read.
    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError>;

    /// What the targets say of their families.
    ///
    /// # Errors
    ///
    /// When the source can't be read.
    fn metadata(&mut self) -> Result<Said, PartError> {
        Ok(Said::default())
    }

    /// The exemplars of all series, in any order of series.
    ///
    /// # Errors
    ///
    /// When the source can't be read.
    fn exemplars(&mut self) -> Result<Vec<Examples>, PartError> {
        Ok(Vec::new())
    }
}
