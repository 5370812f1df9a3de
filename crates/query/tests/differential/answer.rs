//! What was answered, in a form in which two answers can be compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::Labels;
use promql::Features;
use query::{CancelToken, Detail, Limits, MemoryPool, Request, Value, execute};

use crate::samples::{Samples, When};

/// The largest difference of two numbers that are taken for the same, as a share of the larger; sums are added up in other orders.
const TOLERANCE: f64 = 1e-7;

/// What two numbers may differ by in any case: the rest of a difference of large ones.
const NOISE: f64 = 1e-7;

/// A result over time, or that there is none.
#[derive(Debug)]
pub(crate) enum Answer {
    /// By label set, as text, and time.
    Matrix(BTreeMap<String, BTreeMap<i64, f64>>),
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

    /// Fails with the first difference, in words.
    pub(crate) fn compare(&self, theirs: &Self) -> Result<(), String> {
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
                if !a.zip(b).is_some_and(|(a, b)| is_near(*a, *b)) {
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

/// What is answered here.
pub(crate) fn ours(samples: &Samples, query: &str, when: When) -> Answer {
    let expr = match promql::parse(query, &Features::ALL) {
        Ok(expr) => expr,
        Err(error) => return Answer::Failed(error.to_string()),
    };
    let request = Request {
        text: query.to_owned(),
        expr,
        window: when.window(),
        lookback_ms: 300_000,
        default_step_ms: 60_000,
        limits: Limits {
            samples_max: 1 << 30,
            bytes_max: u64::MAX,
            pool: MemoryPool::new(u64::MAX),
        },
        progress: Arc::default(),
        detail: Detail::NONE,
        delayed_name_removal: false,
        start_timestamps: false,
    };
    match execute(&samples.store, &request, &CancelToken::default()) {
        Err(error) => Answer::Failed(error.to_string()),
        Ok(answer) => Answer::Matrix(rows(answer.value)),
    }
}

fn rows(value: Value) -> BTreeMap<String, BTreeMap<i64, f64>> {
    let Value::Matrix(matrix) = value else {
        panic!("a range query answers with a matrix: {value:?}");
    };
    let series = matrix.into_iter();
    series
        .map(|one| {
            let values = one.float_times.into_iter().zip(one.floats);
            (key(&one.labels), values.collect())
        })
        .collect()
}

/// A label set as text: pairs by name, the metric's name among them.
pub(crate) fn key(labels: &Labels) -> String {
    let pairs: BTreeMap<&str, &str> = labels.iter().collect();
    format!("{pairs:?}")
}
