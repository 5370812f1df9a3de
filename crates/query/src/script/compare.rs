//! When two results are the same.

use hashbrown::HashMap;
use model::{Histogram, Labels, Value as SampleValue, is_stale};
use promql::series_notation::{Series, SeriesValue};

use crate::answer::{Annotation, MatrixSeries, Severity, Value, VectorSample};
use crate::kernel::histogram as kernel;
use crate::script::parse::{Mode, Pattern};

/// The largest difference of two floats that are taken for equal, as a share of their sum.
const TOLERANCE: f64 = 1e-6;

/// What differs, in words.
pub(crate) type Difference = String;

/// Compares the result of an instant query with series of one value each.
pub(crate) fn vector(
    got: &[VectorSample],
    expected: &[Series],
    is_ordered: bool,
) -> Result<(), Difference> {
    let mut rest: HashMap<&Labels, (usize, &VectorSample), foldhash::fast::RandomState> =
        HashMap::default();
    for (place, sample) in got.iter().enumerate() {
        if rest.insert(&sample.labels, (place, sample)).is_some() {
            return Err(format!("{} comes twice", sample.labels));
        }
    }
    for (place, series) in expected.iter().enumerate() {
        let Some((found, sample)) = rest.remove(&series.labels) else {
            return Err(format!("{} is missing; got {}", series.labels, shown(got)));
        };
        if is_ordered && found != place {
            return Err(format!(
                "{} is at place {found}, not {place}",
                series.labels
            ));
        }
        let Some(Some(value)) = series.values.first() else {
            return Err(format!("{} is expected without a value", series.labels));
        };
        check_value(&series.labels, &sample.value, value)?;
    }
    match rest.keys().next() {
        Some(labels) => Err(format!("{labels} is not expected; got {}", shown(got))),
        None => Ok(()),
    }
}

fn shown(got: &[VectorSample]) -> String {
    let samples: Vec<String> = got
        .iter()
        .map(|sample| match &sample.value {
            SampleValue::Float(value) => format!("{} {value}", sample.labels),
            SampleValue::Histogram(histogram) => format!("{} {histogram:?}", sample.labels),
        })
        .collect();
    format!("[{}]", samples.join(", "))
}

/// Compares samples over time with series that have a value per step.
pub(crate) fn matrix(
    got: &[MatrixSeries],
    expected: &[Series],
    start: i64,
    step_ms: i64,
) -> Result<(), Difference> {
    if !got.is_sorted_by(|a, b| a.labels < b.labels) {
        return Err("series are not sorted by labels".to_owned());
    }
    let mut rest: Vec<&MatrixSeries> = got.iter().collect();
    for series in expected {
        let found = rest.iter().position(|one| one.labels == series.labels);
        let Some(found) = found.map(|place| rest.remove(place)) else {
            let labels: Vec<&Labels> = got.iter().map(|one| &one.labels).collect();
            return Err(format!("{} is missing; got {labels:?}", series.labels));
        };
        check_samples(found, series, start, step_ms)?;
    }
    match rest.first() {
        Some(series) => Err(format!(
            "{} is not expected; it has {:?} {:?}",
            series.labels, series.floats, series.histograms
        )),
        None => Ok(()),
    }
}

fn check_samples(
    got: &MatrixSeries,
    expected: &Series,
    start: i64,
    step_ms: i64,
) -> Result<(), Difference> {
    let mut count = 0;
    for (index, value) in expected.values.iter().enumerate() {
        let Some(value) = value else { continue };
        let at = start + step_ms * index as i64;
        let Some(found) = sample_at(got, at) else {
            return Err(format!(
                "{} has no sample at {at}; it has {:?} {:?} at {:?}",
                expected.labels, got.floats, got.histograms, got.float_times
            ));
        };
        count += 1;
        check_value(&expected.labels, &found, value)
            .map_err(|difference| format!("at {at}: {difference}; all: {:?}", got.floats))?;
    }
    if count == got.floats.len() + got.histograms.len() {
        return Ok(());
    }
    Err(format!(
        "{} has more samples than expected: {:?} at {:?}, {:?} at {:?}",
        expected.labels, got.floats, got.float_times, got.histograms, got.histogram_times
    ))
}

fn sample_at(series: &MatrixSeries, at: i64) -> Option<SampleValue> {
    if let Ok(index) = series.float_times.binary_search(&at) {
        return Some(SampleValue::Float(series.floats[index]));
    }
    let index = series.histogram_times.binary_search(&at).ok()?;
    Some(SampleValue::Histogram(series.histograms[index].clone()))
}

fn check_value(
    labels: &Labels,
    got: &SampleValue,
    expected: &SeriesValue,
) -> Result<(), Difference> {
    let same = match (got, &expected.value) {
        (SampleValue::Float(got), SampleValue::Float(expected)) => is_almost(*got, *expected),
        (SampleValue::Histogram(got), SampleValue::Histogram(want)) => {
            are_alike(got, want, expected.reset_hint_written)
        }
        _ => false,
    };
    if same {
        return Ok(());
    }
    Err(format!("{labels} is {got:?}, not {:?}", expected.value))
}

fn are_alike(got: &Histogram, expected: &Histogram, with_hint: bool) -> bool {
    let (got, expected) = (kernel::compacted(got), kernel::compacted(expected));
    let counts = |histogram: &Histogram| {
        let mut counts = vec![histogram.zero_count, histogram.count, histogram.sum];
        counts.extend(&histogram.positive_buckets);
        counts.extend(&histogram.negative_buckets);
        counts
    };
    let (got_counts, expected_counts) = (counts(&got), counts(&expected));
    got.schema == expected.schema
        && (got.zero_threshold - expected.zero_threshold).abs() < f64::EPSILON
        && got.positive_spans == expected.positive_spans
        && got.negative_spans == expected.negative_spans
        && got.custom_values == expected.custom_values
        && got_counts.len() == expected_counts.len()
        && got_counts
            .iter()
            .zip(&expected_counts)
            .all(|(a, b)| is_almost(*a, *b))
        && (!with_hint || got.reset_hint == expected.reset_hint)
}

/// Compares a number with a scalar result.
pub(crate) fn scalar(got: &Value, expected: f64) -> Result<(), Difference> {
    match got {
        Value::Scalar(_, got) if is_almost(*got, expected) => Ok(()),
        other => Err(format!("{other:?} is not {expected}")),
    }
}

/// Whether two floats are the same, but for rounding.
pub(crate) fn is_almost(a: f64, b: f64) -> bool {
    if is_stale(a) || is_stale(b) {
        return is_stale(a) && is_stale(b);
    }
    if a == b || (a.is_nan() && b.is_nan()) {
        return true;
    }
    let sum = a.abs() + b.abs();
    let difference = (a - b).abs();
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < TOLERANCE * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < TOLERANCE
}

/// Checks what was said about a result.
pub(crate) fn annotations(got: &[Annotation], modes: &[Mode]) -> Result<(), Difference> {
    let of = |severity| {
        got.iter()
            .filter(move |one| one.severity == severity)
            .map(|one| one.text.as_str())
            .collect::<Vec<_>>()
    };
    let pick = |wanted: fn(&Mode) -> Option<&Pattern>| modes.iter().filter_map(wanted).collect();
    check_texts(
        "warning",
        &of(Severity::Warning),
        pick(|mode| match mode {
            Mode::Warn(pattern) => Some(pattern),
            _ => None,
        }),
        modes.contains(&Mode::NoWarn),
    )?;
    check_texts(
        "info",
        &of(Severity::Info),
        pick(|mode| match mode {
            Mode::Info(pattern) => Some(pattern),
            _ => None,
        }),
        modes.contains(&Mode::NoInfo),
    )
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a list that was made for this call"
)]
fn check_texts(
    kind: &str,
    got: &[&str],
    patterns: Vec<&Pattern>,
    none: bool,
) -> Result<(), Difference> {
    if none && !got.is_empty() {
        return Err(format!("no {kind} is expected; got {got:?}"));
    }
    if patterns.is_empty() {
        return Ok(());
    }
    for pattern in &patterns {
        if !got.iter().any(|text| pattern.matches(text)) {
            return Err(format!("no {kind} like {pattern:?}; got {got:?}"));
        }
    }
    let unexpected = |text: &&&str| !patterns.iter().any(|pattern| pattern.matches(text));
    match got.iter().find(unexpected) {
        Some(text) => Err(format!("{kind} is not expected: {text}")),
        None => Ok(()),
    }
}

impl Pattern {
    /// Whether a message is as expected.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(expected) => text == expected,
            Self::Regex(regex) => regex::Regex::new(regex).is_ok_and(|regex| regex.is_match(text)),
        }
    }
}
