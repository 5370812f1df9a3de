//! Our own families, from cells and label text. Nothing here touches the interpreter.

use std::borrow::Cow;
use std::sync::atomic::Ordering::Relaxed;

use ferula_exposition::{escape, float};
use pyo3::prelude::*;

use super::Style;
use super::line::{Head, push_family, push_repr};
use crate::exemplar::Exemplar;
use crate::family::{Family, Kind};
use crate::metric::Metric;
use crate::series::Series;
use crate::shared::{OVERFLOWS, OVERFLOWS_HELP};

/// Room for a line, so that the page seldom has to move.
const LINE_BYTES: usize = 64;

pub(super) fn family(out: &mut Vec<u8>, family: &Family, leaves: &[Py<Metric>], style: Style) {
    let Family {
        name,
        documentation,
        unit,
        kind,
        ..
    } = family;
    let total = !style.openmetrics && *kind == Kind::Counter;
    let shown = if total {
        Cow::Owned(format!("{name}_total"))
    } else {
        Cow::Borrowed(name.as_str())
    };
    push_family(out, &shown, kind.as_str(), documentation, unit, style);
    out.reserve(leaves.len() * LINE_BYTES * (2 + family.bounds.len()));
    let lines = Lines::new(family, style);
    for series in leaves.iter().filter_map(|leaf| leaf.get().series()) {
        lines.series(out, series);
    }
    let created = *kind != Kind::Gauge && style.created && !style.openmetrics;
    if created && !leaves.is_empty() {
        push_family(
            out,
            &format!("{name}_created"),
            "gauge",
            documentation,
            "",
            style,
        );
        for series in leaves.iter().filter_map(|leaf| leaf.get().series()) {
            lines
                .created
                .line(out, &[&lines.labels(series)], series.created());
        }
    }
}

/// The families that were full when somebody asked for a new child, as a counter of their own.
pub(super) fn overflows(out: &mut Vec<u8>, families: &[&Family], style: Style) {
    if families.is_empty() {
        return;
    }
    let total = format!("{OVERFLOWS}_total");
    let shown = if style.openmetrics { OVERFLOWS } else { &total };
    push_family(out, shown, "counter", OVERFLOWS_HELP, "", style);
    let head = Head::new(&total, style);
    for family in families {
        let mut label = Vec::new();
        super::line::push_label(&mut label, true, "family", &family.name, style);
        let label = String::from_utf8(label).unwrap_or_default();
        head.line(out, &[&label], family.overflows.load(Relaxed) as f64);
    }
}

/// How the lines of a family begin.
struct Lines<'f> {
    family: &'f Family,
    style: Style,
    /// The value of a counter or gauge, the buckets of a histogram.
    main: Head,
    count: Head,
    sum: Head,
    created: Head,
    /// `le="0.5"` of each bucket.
    bounds: Vec<String>,
    /// How many labels stand before `le`.
    before_le: usize,
    /// Whether label text is shown as it is kept.
    plain: bool,
}

impl<'f> Lines<'f> {
    fn new(family: &'f Family, style: Style) -> Self {
        let head = |suffix: &str| Head::new(&format!("{}{suffix}", family.name), style);
        let main = match family.kind {
            Kind::Counter => "_total",
            Kind::Histogram => "_bucket",
            _ => "",
        };
        Self {
            family,
            style,
            main: head(main),
            count: head("_count"),
            sum: head("_sum"),
            created: head("_created"),
            bounds: family
                .bound_texts
                .iter()
                .map(|bound| format!("le=\"{bound}\""))
                .collect(),
            before_le: family.labels.before("le"),
            plain: family.labels.unchanged_by(style.escaping),
        }
    }

    fn labels<'s>(&self, series: &'s Series) -> Cow<'s, str> {
        if self.plain {
            return Cow::Borrowed(&series.labels);
        }
        Cow::Owned(
            self.family
                .labels
                .rewritten(&series.labels, self.style.escaping)
                .into_string(),
        )
    }

    fn series(&self, out: &mut Vec<u8>, series: &Series) {
        let labels = &*self.labels(series);
        match self.family.kind {
            Kind::Histogram => self.histogram(out, series, labels),
            Kind::Summary => {
                let count = series.count(0);
                self.count.line(out, &[labels], count as f64);
                self.sum.line(out, &[labels], series.value());
            }
            _ => self.main_line(out, &[labels], series.value(), series, 0),
        }
        if self.style.openmetrics && self.style.created && self.family.kind != Kind::Gauge {
            self.created.push(out, &[labels]);
            float::push_python(out, series.created());
            out.push(b'\n');
        }
    }

    fn histogram(&self, out: &mut Vec<u8>, series: &Series, labels: &str) {
        let (left, right) = if self.plain {
            self.family.labels.split(labels, self.before_le)
        } else {
            // Rewritten names have no place in the order of the text; `le` comes last.
            (labels, "")
        };
        let mut sum_of_counts = 0;
        for (index, bound) in self.bounds.iter().enumerate() {
            sum_of_counts += series.count(index);
            self.main_line(
                out,
                &[left, bound, right],
                sum_of_counts as f64,
                series,
                index,
            );
        }
        self.count.line(out, &[labels], sum_of_counts as f64);
        // With negative bounds the sum may fall, and a reader takes it for a counter.
        if self
            .family
            .bounds
            .first()
            .is_some_and(|&bound| bound >= 0.0)
        {
            self.sum.line(out, &[labels], series.value());
        }
    }

    /// A line that may have an exemplar.
    #[inline]
    fn main_line(
        &self,
        out: &mut Vec<u8>,
        labels: &[&str],
        value: f64,
        series: &Series,
        index: usize,
    ) {
        self.main.push(out, labels);
        float::push_python(out, value);
        if self.style.openmetrics {
            series.exemplar(index, |exemplar| push_exemplar(out, exemplar));
        }
        out.push(b'\n');
    }
}

fn push_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar) {
    out.extend_from_slice(b" # {");
    for (place, (name, value)) in exemplar.labels.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"=\"");
        escape::push_quoted(out, value);
        out.push(b'"');
    }
    out.extend_from_slice(b"} ");
    float::push_python(out, exemplar.value);
    if let Some(seconds) = exemplar.seconds {
        out.push(b' ');
        push_repr(out, seconds);
    }
}
