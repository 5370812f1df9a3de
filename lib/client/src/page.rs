//! One answer being written: families, and the points in them.

use std::{fmt, mem};

use ferula_exposition::Kind;

use crate::description::Description;
use crate::point::{HistogramPoint, LabelPairs, Point, SummaryPoint};

/// Where a page goes: text, rows of a store, anything.
pub trait Sink {
    /// Begins a family, which ends when the answer is dropped. It gets at least one point.
    fn family<'s>(&'s mut self, description: &Description<'s>) -> Box<dyn FamilySink + 's>;
}

/// Where the points of one family go.
pub trait FamilySink {
    /// Takes one series' state.
    fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>);

    /// Takes one series' state as somebody else measured it, in milliseconds since 1970. A sink that has no place for the time takes the state
    /// without.
    fn point_at(&mut self, labels: LabelPairs<'_>, point: &Point<'_>, timestamp_ms: i64) {
        let _ = timestamp_ms;
        self.point(labels, point);
    }
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
    pub fn family<'p>(&'p mut self, description: Description<'p>) -> Points<'p> {
        let kind = description.kind;
        if !self.wants(&description) {
            return Points {
                kind,
                stage: Stage::Unwanted,
            };
        }
        let sink = &mut *self.sink;
        Points {
            kind,
            stage: Stage::Waiting { sink, description },
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
pub struct Points<'p> {
    kind: Kind,
    stage: Stage<'p>,
}

enum Stage<'p> {
    Unwanted,
    /// Wanted, and not begun on the sink, since there may be no point at all.
    Waiting {
        sink: &'p mut dyn Sink,
        description: Description<'p>,
    },
    Begun(Box<dyn FamilySink + 'p>),
}

impl Points<'_> {
    /// Writes a point of any kind, which is the family's.
    pub fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>) {
        if let Stage::Begun(family) = &mut self.stage {
            return family.point(labels, point);
        }
        if let Stage::Waiting { sink, description } = mem::replace(&mut self.stage, Stage::Unwanted)
        {
            let mut family = sink.family(&description);
            family.point(labels, point);
            self.stage = Stage::Begun(family);
        }
    }

    /// Writes a single number, as a point of the family's kind; a kind that takes more than a number is
    /// not what it says it is, and the number is shown under the family's plain name.
    pub fn value<'l>(&mut self, labels: impl Into<LabelPairs<'l>>, value: f64) {
        let point = match self.kind {
            Kind::Counter => Point::counter(value),
            Kind::Gauge => Point::Gauge(value),
            _ => Point::Unknown(value),
        };
        self.point(labels.into(), &point);
    }

    /// Writes a histogram.
    pub fn histogram<'l>(&mut self, labels: impl Into<LabelPairs<'l>>, point: HistogramPoint<'_>) {
        self.point(labels.into(), &Point::Histogram(point));
    }

    /// Writes a summary.
    pub fn summary<'l>(&mut self, labels: impl Into<LabelPairs<'l>>, point: SummaryPoint<'_>) {
        self.point(labels.into(), &Point::Summary(point));
    }
}

impl fmt::Debug for Stage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unwanted => "Unwanted",
            Self::Waiting { .. } => "Waiting",
            Self::Begun(_) => "Begun",
        })
    }
}
