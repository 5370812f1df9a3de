//! One answer being written: families, and the points in them.

use std::fmt;

use crate::description::Description;
use crate::point::{HistogramPoint, LabelPairs, Point, SummaryPoint};

/// Where a page goes: text, rows of a store, anything.
///
/// Families come one after the other, each with at least one point before the next.
pub trait Sink {
    /// Begins a family.
    fn family(&mut self, description: &Description<'_>);

    /// Takes one series of the family begun last.
    fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>);
}

/// Which families are wanted: all, or those that `name[]` of a request lists.
#[derive(Clone, Debug, Default)]
pub struct Selection(Option<Vec<String>>);

impl Selection {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self(None)
    }

    /// The families of these names. A sample's name (`x_total`, `x_bucket`) stands for its family.
    pub fn names<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self(Some(names.into_iter().map(Into::into).collect()))
    }

    /// Whether a family is wanted.
    #[must_use]
    pub fn wants(&self, description: &Description<'_>) -> bool {
        match &self.0 {
            None => true,
            Some(names) => names.iter().any(|name| description.answers_to(name)),
        }
    }
}

/// What a [`Collector`](crate::Collector) writes to.
pub struct Page<'a> {
    sink: &'a mut dyn Sink,
    selection: &'a Selection,
}

impl<'a> Page<'a> {
    /// A page of what `selection` wants.
    pub fn new(sink: &'a mut dyn Sink, selection: &'a Selection) -> Self {
        Self { sink, selection }
    }

    /// Whether a family is wanted: ask before work that only it needs.
    #[must_use]
    pub fn wants(&self, description: &Description<'_>) -> bool {
        self.selection.wants(description)
    }

    /// Begins a family. All its points must be written to what this returns: a family comes once.
    pub fn family<'p>(&'p mut self, description: Description<'p>) -> Points<'p, 'a> {
        let wanted = self.wants(&description);
        let stage = if wanted {
            Stage::Waiting
        } else {
            Stage::Unwanted
        };
        Points {
            page: self,
            description,
            stage,
        }
    }
}

impl fmt::Debug for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("selection", &self.selection)
            .finish_non_exhaustive()
    }
}

/// The points of one family. A family without points leaves no trace on the page.
#[derive(Debug)]
pub struct Points<'p, 'a> {
    page: &'p mut Page<'a>,
    description: Description<'p>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Unwanted,
    /// Wanted, and not begun on the sink, since there may be no point at all.
    Waiting,
    Begun,
}

impl<'l> Points<'_, '_> {
    /// Writes a point of any kind, which is the family's.
    pub fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>) {
        match self.stage {
            Stage::Unwanted => return,
            Stage::Waiting => self.page.sink.family(&self.description),
            Stage::Begun => {}
        }
        self.stage = Stage::Begun;
        self.page.sink.point(labels, point);
    }

    /// Writes a counter's total.
    pub fn counter(&mut self, labels: impl Into<LabelPairs<'l>>, total: f64) {
        self.point(labels.into(), &Point::counter(total));
    }

    /// Writes a gauge's value.
    pub fn gauge(&mut self, labels: impl Into<LabelPairs<'l>>, value: f64) {
        self.point(labels.into(), &Point::Gauge(value));
    }

    /// Writes a value of unknown kind.
    pub fn unknown(&mut self, labels: impl Into<LabelPairs<'l>>, value: f64) {
        self.point(labels.into(), &Point::Unknown(value));
    }

    /// Writes a histogram.
    pub fn histogram(&mut self, labels: impl Into<LabelPairs<'l>>, point: HistogramPoint<'_>) {
        self.point(labels.into(), &Point::Histogram(point));
    }

    /// Writes a summary.
    pub fn summary(&mut self, labels: impl Into<LabelPairs<'l>>, point: SummaryPoint<'_>) {
        self.point(labels.into(), &Point::Summary(point));
    }
}
