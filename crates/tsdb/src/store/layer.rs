//! What a querier reads from: a part, or a generation of the head.
//!
//! ```text
//!   older                                                     newer
//!   part 08:00–10:00 │ part 10:00–12:00 │ generation │ generation     each a Layer
//! ```
//!
//! A layer knows a target's series as *stretches*: series that share the times of their samples in this layer. Mostly a target has one; a
//! series with times of its own is a stretch of its own. Layers mostly are disjoint in time. Where they aren't, the older one is right.

mod ahead;
mod head;
mod part;

use std::sync::Arc;

use model::{Exemplar, Labels, Matcher, TimeRange};
use storage::{Broken, Columns};

use crate::part::{Clock, SeriesCells};

pub(crate) use head::HeadLayer;
pub(crate) use part::PartLayer;

/// A place that samples lie in, as one querier sees it.
pub(crate) trait Layer: Send + Sync {
    /// No sample is outside.
    fn range(&self) -> TimeRange;

    /// Whether it turned out to be damaged, so that all it can say is an error: answers do without it, and say so.
    fn is_lost(&self) -> bool {
        false
    }

    /// The series that match all of `matchers` and may have samples in `range`.
    fn select(&self, matchers: &[Matcher], range: TimeRange) -> Result<Vec<Stretch>, Broken>;

    /// Reads the samples in `range` of a stretch that this layer gave, or of some of its columns, into `out`, whose former content is gone.
    fn read(
        &self,
        place: Place,
        columns: &[u32],
        wanted: Wanted,
        out: &mut Columns,
    ) -> Result<(), Broken>;

    /// These stretches, or some of their columns, will all be read soon. Whoever can do something for many at once does it now.
    fn warm(&self, wanted: &mut dyn Iterator<Item = (Place, &[u32])>) {
        let _ = wanted;
    }

    /// Whether it may have summaries of anything.
    fn has_cells(&self) -> bool {
        false
    }

    /// In which cells of time a stretch has summaries of these columns; `None` if it has none, or what they were made of is no longer all there.
    fn clock(&self, place: Place, columns: &[u32]) -> Result<Option<Arc<Clock>>, Broken> {
        let _ = (place, columns);
        Ok(None)
    }

    /// What the columns come to in these cells, one entry for each.
    fn cells(
        &self,
        place: Place,
        columns: &[u32],
        clock: &Clock,
    ) -> Result<Vec<SeriesCells>, Broken> {
        let _ = (place, clock);
        Ok(vec![SeriesCells::Unknown; columns.len()])
    }

    /// Calls `visit` with each label set of either factor that series with samples in `range` have; with some of them more than once.
    fn label_sets(&self, range: TimeRange, visit: &mut dyn FnMut(&Labels)) -> Result<(), Broken> {
        visit_sets(&self.select(&[], range)?, visit);
        Ok(())
    }

    /// The exemplars in `range` of the series that match; by series, in any order.
    fn exemplars(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
    ) -> Result<Vec<(Labels, Vec<Exemplar>)>, Broken> {
        let _ = (matchers, range);
        Ok(Vec::new())
    }
}

/// Calls `visit` with the label sets of both factors.
pub(crate) fn visit_sets(stretches: &[Stretch], visit: &mut dyn FnMut(&Labels)) {
    let mut last: Option<&Arc<[Labels]>> = None;
    for stretch in stretches {
        visit(&stretch.target);
        if last.is_none_or(|last| !Arc::ptr_eq(last, &stretch.metrics)) {
            stretch.metrics.iter().for_each(&mut *visit);
            last = Some(&stretch.metrics);
        }
    }
}

/// What a layer said; nothing, if that was how its damage came to light.
pub(crate) fn or_nothing<T: Default>(
    layer: &(impl Layer + ?Sized),
    said: Result<T, Broken>,
) -> Result<T, Broken> {
    match said {
        Err(_) if layer.is_lost() => Ok(T::default()),
        said => said,
    }
}

/// Which samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Both ends included.
    pub range: TimeRange,
    /// Whether of each series its newest sample in the range is enough.
    pub newest_only: bool,
    /// Whether any value serves in place of one that is no stale marker.
    pub presence_only: bool,
}

/// Where a layer keeps a stretch; it means nothing to anybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// A number of the layer's own.
    pub number: u32,
    /// Whether it is a series that is read with its own times.
    pub alone: bool,
}

/// Series of one target whose samples have the same times.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub place: Place,
    /// Labels that all of them have.
    pub target: Labels,
    /// What each has besides. Stretches of a layer with the same metrics share the list, and then they share `columns` too.
    pub metrics: Arc<[Labels]>,
    /// What the layer calls them, in the order of `metrics`.
    pub columns: Arc<[u32]>,
}
