//! A registry as text.

use ferula_exposition::write::{
    Bound, Exemplar, Family, FamilyWriter, Number, Sample, Style, Writer, render_labels,
};
use ferula_exposition::{Escaping, Format, Suffix};

use crate::page::{FamilySink, Sink};
use crate::point::{HistogramPoint, LabelPairs, Point, SummaryPoint};
use crate::{Collector, Description, Page, Selection};

/// Appends what `collector`, usually a [`Registry`](crate::Registry), shows and `selection` wants to `out`, as a
/// whole page of `style`.
///
/// ```
/// use ferula::{Format, Gauge, Registry, Selection, Style, encode};
///
/// let registry = Registry::new();
/// Gauge::builder("up", "All is well.").register(&registry)?.set(1.0);
/// let mut page = Vec::new();
/// encode(&registry, &Selection::all(), Style::new(Format::Text), &mut page);
/// assert_eq!(page, b"# HELP up All is well.\n# TYPE up gauge\nup 1\n");
/// # Ok::<(), ferula::Error>(())
/// ```
pub fn encode(collector: &dyn Collector, selection: &Selection, style: Style, out: &mut Vec<u8>) {
    let mut text = Text::new(out, style);
    collector.collect(&mut Page::new(&mut text, selection));
    text.finish();
}

/// A sink that writes text, for pages that come from elsewhere than a registry.
#[derive(Debug)]
pub struct Text<'o>(Writer<'o>);

impl<'o> Text<'o> {
    /// Text that is appended to `out`.
    pub fn new(out: &'o mut Vec<u8>, style: Style) -> Self {
        Self(Writer::new(out, style))
    }

    /// Ends the page: OpenMetrics has a line for that.
    pub fn finish(self) {
        self.0.finish();
    }
}

impl Sink for Text<'_> {
    fn family<'s>(&'s mut self, description: &Description<'s>) -> Box<dyn FamilySink + 's> {
        let &Description {
            name,
            help,
            unit,
            kind,
            as_named,
        } = description;
        let Style {
            escaping,
            format,
            created,
            ..
        } = self.0.style();
        let family = Family {
            name,
            kind,
            help: Some(help),
            unit,
        };
        let (writer, total) = if as_named && format == Format::Text {
            (self.0.family_as_named(&family), Suffix::None)
        } else {
            (self.0.family(&family), Suffix::Total)
        };
        Box::new(TextFamily {
            writer,
            name,
            escaping,
            total,
            created,
        })
    }
}

struct TextFamily<'w, 'o> {
    writer: FamilyWriter<'w, 'o>,
    name: &'w str,
    escaping: Escaping,
    /// What the sample of a counter has after the family's name.
    total: Suffix,
    /// Whether it is said when counting began.
    created: bool,
}

impl FamilySink for TextFamily<'_, '_> {
    fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>) {
        // Most points come with their labels rendered.
        if let Some(text) = labels.text() {
            let (labels, labels_after) = text;
            return Lines {
                family: self,
                labels,
                labels_after,
            }
            .point(point);
        }
        // Most others are one sample, for which pairs are as good.
        match *point {
            Point::Gauge(value) | Point::Unknown(value) => {
                self.writer.sample(Suffix::None, labels.iter(), value);
            }
            Point::Counter {
                total,
                created_seconds,
                exemplar: None,
            } if created_seconds.is_none() || !self.created => {
                self.writer.sample(self.total, labels.iter(), total);
            }
            _ => {
                let text = render_labels(labels.iter(), self.escaping);
                Lines {
                    family: self,
                    labels: &text,
                    labels_after: "",
                }
                .point(point);
            }
        }
    }
}

/// The lines of one series.
struct Lines<'f, 'w, 'o> {
    family: &'f mut TextFamily<'w, 'o>,
    labels: &'f str,
    /// What stands after the label of the kind itself.
    labels_after: &'f str,
}

impl Lines<'_, '_, '_> {
    fn point(&mut self, point: &Point<'_>) {
        match *point {
            Point::Gauge(value) | Point::Unknown(value) => {
                self.line(Suffix::None, Bound::None, value.into(), None);
            }
            Point::Counter {
                total,
                created_seconds,
                exemplar,
            } => {
                self.line(self.family.total, Bound::None, total.into(), exemplar);
                self.created(created_seconds);
            }
            Point::Histogram(ref histogram) => self.histogram(histogram),
            Point::Summary(ref summary) => self.summary(summary),
            Point::Info(facts) => self.facts(facts),
            Point::StateSet(states) => self.states(states),
        }
    }

    fn histogram(&mut self, histogram: &HistogramPoint<'_>) {
        let bounds = histogram.bounds.iter().copied().chain([f64::INFINITY]);
        for (index, (bound, count)) in bounds.zip(histogram.cumulative()).enumerate() {
            let exemplar = histogram.exemplars.get(index).copied().flatten();
            self.line(Suffix::Bucket, Bound::Le(bound), count.into(), exemplar);
        }
        if let Some(sum) = histogram.sum {
            self.line(Suffix::Sum, Bound::None, sum.into(), None);
        }
        let count = histogram.count().into();
        self.line(Suffix::Count, Bound::None, count, None);
        self.created(histogram.created_seconds);
    }

    fn summary(&mut self, summary: &SummaryPoint<'_>) {
        for &(quantile, value) in summary.quantiles {
            self.line(Suffix::None, Bound::Quantile(quantile), value.into(), None);
        }
        self.line(Suffix::Sum, Bound::None, summary.sum.into(), None);
        self.line(Suffix::Count, Bound::None, summary.count.into(), None);
        self.created(summary.created_seconds);
    }

    fn facts(&mut self, facts: LabelPairs<'_>) {
        let own = render_labels(facts.iter(), self.family.escaping);
        let text = join(self.labels, &own);
        Lines {
            family: self.family,
            labels: &text,
            labels_after: self.labels_after,
        }
        .line(Suffix::Info, Bound::None, 1_u64.into(), None);
    }

    /// Each state is a series with the metric's own name as a label.
    fn states(&mut self, states: &[(&str, bool)]) {
        for &(state, holds) in states {
            let own = [(self.family.name, state)];
            let own = render_labels(own, self.family.escaping);
            let text = join(self.labels, &own);
            let value = u64::from(holds).into();
            Lines {
                family: self.family,
                labels: &text,
                labels_after: self.labels_after,
            }
            .line(Suffix::None, Bound::None, value, None);
        }
    }

    fn created(&mut self, created_seconds: Option<f64>) {
        if let (true, Some(seconds)) = (self.family.created, created_seconds) {
            self.line(Suffix::Created, Bound::None, seconds.into(), None);
        }
    }

    fn line(
        &mut self,
        suffix: Suffix,
        bound: Bound,
        value: Number,
        exemplar: Option<Exemplar<'_>>,
    ) {
        let labels = self.labels;
        self.family.writer.write(&Sample {
            suffix,
            labels,
            bound,
            labels_after: self.labels_after,
            value,
            timestamp_ms: None,
            exemplar,
        });
    }
}

/// Two label texts as one.
fn join(first: &str, second: &str) -> String {
    let comma = if first.is_empty() || second.is_empty() {
        ""
    } else {
        ","
    };
    [first, comma, second].concat()
}
