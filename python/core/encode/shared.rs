//! The families of a segment, for all processes at once. Nothing here touches the interpreter.

use std::borrow::Cow;

use ferula::{
    Description, Exemplar, FamilySink, HistogramPoint, LabelPairs, NativePoint, Page, Point,
    Selection, Sink,
};
use ferula_exposition::write::Bound;
use ferula_exposition::{Escaping, Suffix, escape, float};

use super::Style;
use super::line::{Head, push_family, push_label, push_repr};
use crate::family::Family;
use crate::segment::{self, bound_text, lines};

/// Writes all families of a segment, and with `processes` what each of its processes costs.
pub(super) fn families(
    out: &mut Vec<u8>,
    segment: &ferula::Segment,
    processes: bool,
    style: Style,
) {
    segment::show(segment, &mut Text { out, style }, processes);
}

/// Writes a family that the core keeps.
pub(super) fn family(out: &mut Vec<u8>, family: &Family, style: Style) {
    let all = Selection::all();
    if let Some(shared) = &family.shared {
        shared.show(&mut Page::new(&mut Text { out, style }, &all));
    }
}

struct Text<'o> {
    out: &'o mut Vec<u8>,
    style: Style,
}

impl Sink for Text<'_> {
    fn family<'s>(&'s mut self, description: &Description<'s>) -> Box<dyn FamilySink + 's> {
        let Description {
            name,
            help,
            unit,
            kind,
            ..
        } = *description;
        let style = self.style;
        let (suffix, word) = match (style.openmetrics, kind) {
            (true, _) => ("", kind.as_str()),
            (false, ferula::Kind::Counter) => ("_total", "counter"),
            (false, ferula::Kind::Info) => ("_info", "gauge"),
            (false, _) => ("", kind.as_text_str()),
        };
        push_family(
            self.out,
            &format!("{name}{suffix}"),
            word,
            help,
            unit,
            style,
        );
        Box::new(Points {
            out: self.out,
            heads: Heads::new(name, style),
            buckets: Buckets::default(),
            name,
            style,
        })
    }
}

struct Points<'o> {
    out: &'o mut Vec<u8>,
    name: &'o str,
    style: Style,
    heads: Heads<'o>,
    buckets: Buckets,
}

impl FamilySink for Points<'_> {
    fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>) {
        match point {
            Point::Info(facts) => {
                // Facts stand among the family's labels in the order of the alphabet.
                let mut pairs: Vec<(&str, &str)> = labels.iter().chain(facts.iter()).collect();
                pairs.sort_unstable();
                self.one(Suffix::Info, &pairs);
            }
            Point::StateSet(states) => self.states(labels, states),
            _ => self.lines(labels, point),
        }
    }
}

impl Points<'_> {
    /// A line of the value 1.
    fn one(&mut self, suffix: Suffix, pairs: &[(&str, &str)]) {
        let text = rendered(pairs.iter().copied(), self.style);
        self.heads.of(suffix).line(self.out, &[&text], 1.0);
    }

    /// Each state is a series with the metric's own name as a label.
    fn states(&mut self, labels: LabelPairs<'_>, states: &[(&str, bool)]) {
        for &(state, holds) in states {
            let own = [(self.name, state)];
            let mut pairs: Vec<(&str, &str)> = labels.iter().chain(own).collect();
            pairs.sort_unstable();
            let text = rendered(pairs.into_iter(), self.style);
            let value = f64::from(u8::from(holds));
            self.heads.of(Suffix::None).line(self.out, &[&text], value);
        }
    }

    /// A point whose lines differ in nothing but their suffixes and bounds.
    fn lines(&mut self, labels: LabelPairs<'_>, point: &Point<'_>) {
        let (before, after) = text(labels, self.style);
        let Self {
            out,
            style,
            heads,
            buckets,
            ..
        } = self;
        if let Point::Histogram(HistogramPoint {
            native,
            sum,
            bounds,
            ..
        }) = point
        {
            if let (Some(native), true) = (native, style.native_histograms) {
                heads.of(Suffix::None).push(out, &[&before, after]);
                push_native(out, native, sum.unwrap_or(f64::NAN));
                return out.push(b'\n');
            }
            buckets.become_those_of(bounds);
        }
        lines(point, |suffix, bound, value, place| {
            let quantile;
            let bound = match bound {
                Bound::None => "",
                Bound::Le(_) => buckets.text(place),
                Bound::Quantile(bound) => {
                    quantile = format!("quantile=\"{}\"", bound_text(bound));
                    &quantile
                }
            };
            heads.of(suffix).push(out, &[&before, bound, after]);
            float::push_python(out, value);
            let exemplar = place.filter(|_| style.openmetrics);
            if let Some(exemplar) = exemplar.and_then(|place| exemplar_of(point, place)) {
                push_exemplar(out, exemplar);
            }
            out.push(b'\n');
        });
    }
}

/// Label text before and after the label of the kind itself.
fn text<'l>(labels: LabelPairs<'l>, style: Style) -> (Cow<'l, str>, &'l str) {
    match labels.text() {
        // Dots rewrites plain names too.
        Some((before, after)) if style.escaping != Escaping::Dots => (Cow::Borrowed(before), after),
        _ => (Cow::Owned(rendered(labels.iter(), style)), ""),
    }
}

fn rendered<'l>(pairs: impl Iterator<Item = (&'l str, &'l str)>, style: Style) -> String {
    let mut text = Vec::new();
    for (name, value) in pairs {
        let first = text.is_empty();
        push_label(&mut text, first, name, value, style);
    }
    String::from_utf8(text).unwrap_or_default()
}

/// How the lines of a family begin, by their suffixes.
///
/// Not by their texts: two empty strings are equal only after a call of `memcmp` with two addresses that nothing is mapped at, for which
/// some processors take longer than for the whole line.
struct Heads<'o> {
    name: &'o str,
    style: Style,
    known: Vec<(Suffix, Head)>,
}

impl<'o> Heads<'o> {
    fn new(name: &'o str, style: Style) -> Self {
        Self {
            name,
            style,
            known: Vec::new(),
        }
    }

    /// The head of a suffix, which is made when the suffix comes first.
    fn of(&mut self, suffix: Suffix) -> &Head {
        let place = self.known.iter().position(|&(known, _)| known == suffix);
        let place = place.unwrap_or_else(|| {
            let head = Head::new(&format!("{}{}", self.name, suffix.as_str()), self.style);
            self.known.push((suffix, head));
            self.known.len() - 1
        });
        &self.known[place].1
    }
}

/// The `le` labels of a histogram, which are mostly those of the one before.
#[derive(Default)]
struct Buckets {
    bounds: Vec<f64>,
    /// One more: that of infinity.
    texts: Vec<String>,
}

impl Buckets {
    fn become_those_of(&mut self, bounds: &[f64]) {
        if self.bounds == bounds && !self.texts.is_empty() {
            return;
        }
        self.bounds = bounds.to_vec();
        let all = bounds.iter().copied().chain([f64::INFINITY]);
        self.texts = all
            .map(|bound| format!("le=\"{}\"", bound_text(bound)))
            .collect();
    }

    fn text(&self, place: Option<usize>) -> &str {
        let text = place.and_then(|place| self.texts.get(place));
        text.map_or("", String::as_str)
    }
}

/// The exemplar of a counter or of a bucket.
fn exemplar_of<'p>(point: &'p Point<'p>, place: usize) -> Option<&'p Exemplar<'p>> {
    match point {
        Point::Counter { exemplar, .. } => exemplar.as_ref(),
        Point::Histogram(histogram) => histogram.exemplars.get(place)?.as_ref(),
        _ => None,
    }
}

fn push_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar<'_>) {
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
    if let Some(milliseconds) = exemplar.timestamp_ms {
        out.push(b' ');
        push_repr(out, milliseconds as f64 / 1000.0);
    }
}

/// `{count:24,sum:100.0,schema:0,...}`, as OpenMetrics 2.0 has it.
fn push_native(out: &mut Vec<u8>, native: &NativePoint<'_>, sum: f64) {
    out.extend_from_slice(format!("{{count:{},sum:", native.count()).as_bytes());
    float::push_python(out, sum);
    let NativePoint {
        schema,
        zero_threshold,
        zero_count,
        ..
    } = native;
    out.extend_from_slice(
        format!(",schema:{schema},zero_threshold:{zero_threshold:e},zero_count:{zero_count}")
            .as_bytes(),
    );
    for (word, buckets) in [("negative", native.negative), ("positive", native.positive)] {
        push_side(out, word, buckets);
    }
    out.push(b'}');
}

/// Runs of buckets as `offset:length`, and each bucket's count as what it has more than the one before.
fn push_side(out: &mut Vec<u8>, word: &str, buckets: &[(i32, u64)]) {
    if buckets.is_empty() {
        return;
    }
    let (mut spans, mut deltas) = (Vec::new(), Vec::new());
    let (mut next, mut before) = (0, 0);
    for run in buckets.chunk_by(|&(a, _), &(b, _)| b == a + 1) {
        spans.push(format!("{}:{}", run[0].0 - next, run.len()));
        next = run[run.len() - 1].0 + 1;
        for &(_, count) in run {
            deltas.push((count as i64 - before).to_string());
            before = count as i64;
        }
    }
    let text = format!(
        ",{word}_spans:[{}],{word}_deltas:[{}]",
        spans.join(","),
        deltas.join(",")
    );
    out.extend_from_slice(text.as_bytes());
}
