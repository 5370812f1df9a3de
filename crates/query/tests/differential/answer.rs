//! What was answered, in a form in which two answers can be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Histogram, Labels};
use promql::Features;
use query::{
    CancelToken, Cores, Detail, Limits, MemoryPool, Request, Threads, Value, Window, execute,
};
use storage::Store;

use crate::known::Rule;
use crate::samples::When;

/// The largest difference of two numbers that are taken for the same, as a share of the larger; sums are added up in other orders.
const TOLERANCE: f64 = 1e-7;

/// What two numbers may differ by in any case: the rest of a difference of large ones.
const NOISE: f64 = 1e-7;

/// A value: numbers with names, one without a name for a float, and all that a histogram consists of; what counts nothing is left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell(BTreeMap<String, f64>);

impl Cell {
    pub(crate) fn float(value: f64) -> Self {
        Self(BTreeMap::from([(String::new(), value)]))
    }

    /// A histogram of such a layout, without any counts.
    pub(crate) fn of_histogram(schema: i8, threshold: f64, bounds: &[f64]) -> Self {
        let layout = [("schema", f64::from(schema)), ("threshold", threshold)];
        let layout = layout.map(|(name, value)| (name.to_owned(), value));
        let bounds = bounds.iter().enumerate();
        let bounds = bounds.map(|(index, bound)| (format!("bound {index}"), *bound));
        Self(layout.into_iter().chain(bounds).collect())
    }

    fn as_float(&self) -> Option<f64> {
        self.0.get("").copied()
    }

    pub(crate) fn push(&mut self, name: &str, count: f64) {
        self.0.insert(name.to_owned(), count);
    }

    fn is_near(&self, other: &Self) -> bool {
        let number = |cell: &Self, name: &str| cell.0.get(name).copied();
        let is_float = |cell: &Self| cell.0.contains_key("");
        is_float(self) == is_float(other)
            && self.0.keys().chain(other.0.keys()).all(|name| {
                let [a, b] = [self, other].map(|cell| number(cell, name).unwrap_or_default());
                is_near(a, b)
            })
    }
}

impl From<&Histogram> for Cell {
    fn from(histogram: &Histogram) -> Self {
        let bounds = &histogram.custom_values;
        let mut cell = Self::of_histogram(histogram.schema, histogram.zero_threshold, bounds);
        cell.push("count", histogram.count);
        cell.push("sum", histogram.sum);
        cell.push("zero", histogram.zero_count);
        let sides = [
            ("+", &histogram.positive_spans, &histogram.positive_buckets),
            ("-", &histogram.negative_spans, &histogram.negative_buckets),
        ];
        for (side, spans, counts) in sides {
            let mut index = 0;
            let mut counts = counts.iter();
            for span in spans {
                index += span.offset;
                for count in counts.by_ref().take(span.length as usize) {
                    cell.push(&format!("{side}{index}"), *count);
                    index += 1;
                }
            }
        }
        cell
    }
}

/// A result over time, or that there is none.
#[derive(Debug)]
pub(crate) enum Answer {
    /// By label set, as text, and time.
    Matrix(BTreeMap<String, BTreeMap<i64, Cell>>),
    /// With the reason, for whoever reads a difference.
    Failed(#[expect(dead_code, reason = "it is printed")] String),
}

impl Answer {
    /// How many values it holds.
    pub(crate) fn values(&self) -> u64 {
        match self {
            Self::Matrix(series) => series.values().map(|one| one.len() as u64).sum(),
            Self::Failed(_) => 0,
        }
    }

    /// Fails with the first difference that no rule explains, in words.
    pub(crate) fn compare(&self, theirs: &Self, rules: &[&Rule]) -> Result<(), String> {
        let (ours, theirs) = match (self, theirs) {
            (Self::Failed(_), Self::Failed(_)) => return Ok(()),
            (Self::Matrix(ours), Self::Matrix(theirs)) => (ours, theirs),
            (ours, theirs) => return Err(format!("ours {ours:?}\n  theirs {theirs:?}")),
        };
        for labels in ours.keys().chain(theirs.keys()) {
            let (a, b) = (ours.get(labels), theirs.get(labels));
            let (Some(a), Some(b)) = (a, b) else {
                return Err(format!("{labels}\n  ours {a:?}\n  theirs {b:?}"));
            };
            for time in a.keys().chain(b.keys()) {
                let (a, b) = (a.get(time), b.get(time));
                let is_explained = |a: &Cell, b: &Cell| {
                    let floats = a.as_float().zip(b.as_float());
                    floats.is_some_and(|(a, b)| rules.iter().any(|rule| (rule.explains)(a, b)))
                };
                if !a
                    .zip(b)
                    .is_some_and(|(a, b)| a.is_near(b) || is_explained(a, b))
                {
                    return Err(format!("{labels} at {time}: ours {a:?}, theirs {b:?}"));
                }
            }
        }
        Ok(())
    }
}

fn is_near(a: f64, b: f64) -> bool {
    let largest = a.abs().max(b.abs());
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= (largest * TOLERANCE).max(NOISE)
}

/// What is answered here; names are removed at once.
pub(crate) fn ours(store: &dyn Store, query: &str, when: When) -> Answer {
    ask(store, query, when, false)
}

/// The same with names removed at the end of a query.
pub(crate) fn with_names_to_the_end(store: &dyn Store, query: &str, when: When) -> Answer {
    ask(store, query, when, true)
}

fn ask(store: &dyn Store, query: &str, when: When, delayed_name_removal: bool) -> Answer {
    match run(store, query, when.window(), delayed_name_removal) {
        Err(reason) => Answer::Failed(reason),
        Ok(answer) => Answer::Matrix(rows(answer.value)),
    }
}

/// What is said about the answer, each note once; `None` if there is no answer. A note of several metrics names the last that came, so names are
/// left out.
pub(crate) fn notes(store: &dyn Store, query: &str, window: Window) -> Option<BTreeSet<String>> {
    let answer = run(store, query, window, false).ok()?;
    let unnamed = |text: &str| {
        let before = text.split_once(" for metric name ");
        before.map_or(text, |(before, _)| before).to_owned()
    };
    let texts = answer.annotations.iter().map(|note| unnamed(&note.text));
    Some(texts.collect())
}

fn run(
    store: &dyn Store,
    query: &str,
    window: Window,
    delayed_name_removal: bool,
) -> Result<query::Answer, String> {
    let expr = promql::parse(query, &Features::ALL).map_err(|error| error.to_string())?;
    let request = Request {
        text: query.to_owned(),
        expr,
        window,
        lookback_ms: 300_000,
        default_step_ms: 60_000,
        limits: Limits {
            samples_max: 1 << 30,
            bytes_max: u64::MAX,
            pool: MemoryPool::new(u64::MAX),
            threads: Threads {
                cores: Cores::new(3),
                run_work: 0,
            },
        },
        progress: Arc::default(),
        detail: Detail::NONE,
        delayed_name_removal,
        start_timestamps: true,
    };
    execute(store, &request, &CancelToken::default()).map_err(|error| error.to_string())
}

fn rows(value: Value) -> BTreeMap<String, BTreeMap<i64, Cell>> {
    let Value::Matrix(matrix) = value else {
        panic!("a range query answers with a matrix: {value:?}");
    };
    let series = matrix.into_iter();
    series
        .map(|one| {
            let floats = one.floats.into_iter().map(Cell::float);
            let floats = one.float_times.iter().copied().zip(floats);
            let histograms = one
                .histograms
                .iter()
                .map(|histogram| Cell::from(&**histogram));
            let histograms = one.histogram_times.into_iter().zip(histograms);
            (key(&one.labels), floats.chain(histograms).collect())
        })
        .collect()
}

/// A label set as text: pairs by name, the metric's name among them.
pub(crate) fn key(labels: &Labels) -> String {
    let pairs: BTreeMap<&str, &str> = labels.iter().collect();
    format!("{pairs:?}")
}
