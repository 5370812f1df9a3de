//! The families of a segment, for all processes at once. Nothing here touches the interpreter.

use std::borrow::Cow;

use ferula::{
    Description, Exemplar, FamilySink, HistogramPoint, LabelPairs, NativePoint, Page, Point,
    Selection, Sink,
};
use ferula_exposition::{Escaping, escape, float};

use super::Style;
use super::line::{Head, push_family, push_label, push_repr};
use crate::family::Family;
use crate::segment::{self, lines};

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
            name,
            style,
            heads: Vec::new(),
        })
    }
}

struct Points<'o> {
    out: &'o mut Vec<u8>,
    name: &'o str,
    style: Style,
    /// By suffix.
    heads: Vec<(&'static str, Head)>,
}

impl FamilySink for Points<'_> {
    fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>) {
        let (before, after) = self.labels(labels);
        match point {
            Point::Info(facts) => {
                // Facts stand among the family's labels in the order of the alphabet.
                let mut pairs: Vec<(&str, &str)> = labels.iter().chain(facts.iter()).collect();
                pairs.sort_unstable();
                let text = self.rendered(pairs.into_iter());
                self.line("_info", &[&text], 1.0, None);
            }
            Point::StateSet(states) => {
                for &(state, holds) in *states {
                    let mut pairs: Vec<(&str, &str)> =
                        labels.iter().chain([(self.name, state)]).collect();
                    pairs.sort_unstable();
                    let text = self.rendered(pairs.into_iter());
                    self.line("", &[&text], f64::from(u8::from(holds)), None);
                }
            }
            Point::Histogram(HistogramPoint {
                native: Some(native),
                sum,
                ..
            }) if self.style.native_histograms => {
                let place = self.head("");
                self.heads[place].1.push(self.out, &[&before, after]);
                push_native(self.out, native, sum.unwrap_or(f64::NAN));
                self.out.push(b'\n');
            }
            _ => lines(point, &mut |suffix, bound, value, place| {
                let mut text = Vec::new();
                if let Some((name, bound)) = bound {
                    text.extend_from_slice(name.as_bytes());
                    text.extend_from_slice(b"=\"");
                    float::push_python(&mut text, bound);
                    text.push(b'"');
                }
                let bound = std::str::from_utf8(&text).unwrap_or_default();
                let exemplar = place.and_then(|place| exemplar(point, place));
                self.line(suffix, &[&before, bound, after], value, exemplar);
            }),
        }
    }
}

/// The exemplar of a counter or of a bucket.
fn exemplar<'p>(point: &'p Point<'p>, place: usize) -> Option<&'p Exemplar<'p>> {
    match point {
        Point::Counter { exemplar, .. } => exemplar.as_ref(),
        Point::Histogram(histogram) => histogram.exemplars.get(place)?.as_ref(),
        _ => None,
    }
}

impl Points<'_> {
    /// Label text before and after `le`.
    fn labels<'l>(&self, labels: LabelPairs<'l>) -> (Cow<'l, str>, &'l str) {
        match labels.text() {
            // Dots rewrites plain names too.
            Some((before, after)) if self.style.escaping != Escaping::Dots => {
                (Cow::Borrowed(before), after)
            }
            _ => (Cow::Owned(self.rendered(labels.iter())), ""),
        }
    }

    fn rendered<'l>(&self, pairs: impl Iterator<Item = (&'l str, &'l str)>) -> String {
        let mut text = Vec::new();
        for (name, value) in pairs {
            let first = text.is_empty();
            push_label(&mut text, first, name, value, self.style);
        }
        String::from_utf8(text).unwrap_or_default()
    }

    /// The place of a suffix's head, which is made when the suffix comes first.
    fn head(&mut self, suffix: &'static str) -> usize {
        if let Some(place) = self.heads.iter().position(|(known, _)| *known == suffix) {
            return place;
        }
        let head = Head::new(&format!("{}{suffix}", self.name), self.style);
        self.heads.push((suffix, head));
        self.heads.len() - 1
    }

    fn line(
        &mut self,
        suffix: &'static str,
        labels: &[&str],
        value: f64,
        exemplar: Option<&Exemplar<'_>>,
    ) {
        let place = self.head(suffix);
        self.heads[place].1.push(self.out, labels);
        float::push_python(self.out, value);
        if let (true, Some(exemplar)) = (self.style.openmetrics, exemplar) {
            push_exemplar(self.out, exemplar);
        }
        self.out.push(b'\n');
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
