//! Series that share one column of timestamps.

use std::sync::Arc;

use model::{Labels, TimeRange};

use crate::{Broken, Columns, Measure, Summaries};

/// Series that share one column of timestamps.
pub trait Group: Send + Sync {
    /// Their labels; column `n` of [`read`](Self::read) belongs to label set `n`.
    fn labels(&self) -> &GroupLabels;

    /// Reads the samples in `range` (both ends included) into `out`, whose former content is gone.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    fn read(&self, range: TimeRange, out: &mut Columns) -> Result<(), Broken>;

    /// What the samples of each window come to, for each series, if the store can tell without looking at most of them; `false` if it can't, and the
    /// caller reads samples instead. Windows ascend, both in their first and in their last moment; they may overlap, and may lie apart.
    ///
    /// What is told is to the bit what [`Summary::of`](crate::Summary::of) makes of the samples, as far as `measure` says that it is wanted.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    fn summarize(
        &self,
        windows: &[TimeRange],
        measure: Measure,
        out: &mut Summaries,
    ) -> Result<bool, Broken> {
        let _ = (windows, measure, out);
        Ok(false)
    }
}

/// The labels of a group's series, in two factors: what they have in common, and what each has besides.
///
/// A thousand targets with the same five hundred metrics are a thousand small sets and one list; half a million whole
/// sets come into being only if somebody asks for them. Whoever looks at labels can look at each factor once, as long as
/// the lists of two groups are the same one (see [`Arc::ptr_eq`]).
#[derive(Clone, Debug)]
pub struct GroupLabels {
    /// What all have.
    pub target: Labels,
    /// What each has besides; no name stands in both.
    pub metrics: Arc<[Labels]>,
}

impl GroupLabels {
    /// Of series that have nothing in common, as far as is known.
    #[must_use]
    pub fn whole(labels: Vec<Labels>) -> Self {
        Self {
            target: Labels::empty(),
            metrics: labels.into(),
        }
    }

    /// How many series there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.metrics.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty()
    }

    /// All labels of series `index`.
    ///
    /// # Panics
    ///
    /// When there is no such series.
    #[must_use]
    pub fn get(&self, index: usize) -> Labels {
        let metric = &self.metrics[index];
        if self.target.is_empty() {
            return metric.clone();
        }
        self.target.merged(metric)
    }

    /// All labels of each series, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Labels> + '_ {
        (0..self.len()).map(|index| self.get(index))
    }
}
