//! Functions of a window's samples, each as its definition says.

use promql::Extension;

use super::rise::{self, Frame};
use super::value::{Point, Quantity, Value, floats, histograms};
use super::{Refusal, Result, seconds};

/// What a function makes of the samples in a window; `None` when that is nothing.
pub(super) fn call(name: &str, points: &[Point], frame: Frame) -> Result<Option<Value>> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Ok(None);
    };
    let pairs = |counts: &dyn Fn(&Point, &Point) -> bool| {
        let pairs = points.windows(2);
        Some(Value::Float(
            pairs.filter(|pair| counts(&pair[0], &pair[1])).count() as f64,
        ))
    };
    Ok(match name {
        "rate" | "increase" | "delta" => {
            let is_counter = name != "delta";
            let rise = of_one_kind(
                points,
                |points| rise::extrapolated(points, frame, is_counter),
                |points| rise::extrapolated(points, frame, is_counter),
            );
            per_second(rise, if name == "rate" { frame.width } else { 1000 })
        }
        "irate" | "idelta" => match points {
            [.., before, now] => {
                let is_counter = name == "irate";
                let last_two = [before.clone(), now.clone()];
                let rise = of_one_kind(
                    &last_two,
                    |points| rise::of_last_two(points, is_counter),
                    |points| rise::of_last_two(points, is_counter),
                );
                per_second(rise, if is_counter { now.at - before.at } else { 1000 })
            }
            _ => None,
        },
        "changes" => pairs(&|a, b| a.value.differs(&b.value)),
        "resets" => pairs(&|a, b| a.value.is_reset(&b.value) || a.begins_anew(b)),
        "count_over_time" => Some(Value::Float(points.len() as f64)),
        "first_over_time" => Some(first.value.clone()),
        "last_over_time" => Some(last.value.clone()),
        "present_over_time" => Some(Value::Float(1.0)),
        "ts_of_first_over_time" => Some(Value::Float(seconds(first.at))),
        "ts_of_last_over_time" => Some(Value::Float(seconds(last.at))),
        "sum_over_time" | "avg_over_time" => of_one_kind(
            points,
            |points| {
                let values: Vec<f64> = points.iter().map(|point| point.value).collect();
                summary(name.trim_end_matches("_over_time"), &values).ok()
            },
            |points| {
                let values = points.iter().map(|point| point.value.clone()).collect();
                total(values, name == "avg_over_time")
            },
        ),
        _ => of_floats(name, &floats(points))?.map(Value::Float),
    })
}

/// What a function makes of a window with edges, and of the samples around it.
pub(super) fn with_edges(
    name: &str,
    points: &[Point],
    frame: Frame,
    edges: Extension,
) -> Result<Option<Value>> {
    let is_counter = name != "delta";
    Ok(match (name, edges) {
        ("changes" | "resets", Extension::Anchored) => match rise::from_anchor(points, frame) {
            Some(points) => {
                let counts = |pair: &&[Point]| match name {
                    "changes" => pair[0].value.differs(&pair[1].value),
                    _ => pair[0].value.is_reset(&pair[1].value),
                };
                Some(Value::Float(points.windows(2).filter(counts).count() as f64))
            }
            None => None,
        },
        ("rate" | "increase" | "delta", Extension::Anchored) => per_second(
            of_one_kind(
                points,
                |points| rise::anchored(points, frame, is_counter),
                |points| rise::anchored(points, frame, is_counter),
            ),
            if name == "rate" { frame.width } else { 1000 },
        ),
        ("rate" | "increase" | "delta", Extension::Smoothed) => per_second(
            of_one_kind(
                points,
                |points| rise::smoothed(points, frame, is_counter),
                |points| rise::smoothed(points, frame, is_counter),
            ),
            if name == "rate" { frame.width } else { 1000 },
        ),
        _ => return Err(Refusal::Wrong("a function that has no such edges")),
    })
}

/// What is made of samples that are all floats, or all histograms; nothing of both together.
pub(super) fn of_one_kind(
    points: &[Point],
    of_floats: impl Fn(&[Point<f64>]) -> Option<f64>,
    of_histograms: impl Fn(&[Point<super::histogram::Naive>]) -> Option<super::histogram::Naive>,
) -> Option<Value> {
    let (floats, histograms) = (floats(points), histograms(points));
    match (floats.is_empty(), histograms.is_empty()) {
        (false, true) => of_floats(&floats).map(Value::Float),
        (true, false) => of_histograms(&histograms).map(Value::Histogram),
        _ => None,
    }
}

fn per_second(rise: Option<Value>, over_ms: i64) -> Option<Value> {
    let factor = 1.0 / seconds(over_ms);
    rise.map(|rise| match rise {
        Value::Float(rise) => Value::Float(rise.scaled(factor)),
        Value::Histogram(rise) => Value::Histogram(rise.scaled(factor)),
    })
}

/// The sum or the mean; `None` when layouts don't go together.
pub(super) fn total<Q: Quantity>(values: Vec<Q>, is_mean: bool) -> Option<Q> {
    let count = values.len() as f64;
    let mut values = values.into_iter();
    let first = values.next()?;
    let sum = values.try_fold(first, |sum, value| sum.plus(&value, 1.0))?;
    Some(sum.scaled(if is_mean { 1.0 / count } else { 1.0 }))
}

/// Functions that look at floats alone.
fn of_floats(name: &str, points: &[Point<f64>]) -> Result<Option<f64>> {
    let values: Vec<f64> = points.iter().map(|point| point.value).collect();
    let Some(first) = points.first() else {
        return Ok(None);
    };
    let time_of = |is_best: &dyn Fn(f64, f64) -> bool| {
        let mut best = first;
        for point in points {
            if is_best(point.value, best.value) || best.value.is_nan() {
                best = point;
            }
        }
        Some(seconds(best.at))
    };
    Ok(match name {
        "ts_of_max_over_time" => time_of(&|value, best| value >= best),
        "ts_of_min_over_time" => time_of(&|value, best| value <= best),
        // What the middle of a list with NaN is, is a matter of taste.
        "mad_over_time" if values.iter().any(|value| value.is_nan()) => {
            return Err(Refusal::Unknown);
        }
        "mad_over_time" => {
            let middle = median(&values);
            let distances: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
            Some(median(&distances))
        }
        "double_exponential_smoothing" => Some(smooth(&values)).filter(|_| values.len() > 1),
        _ => match name.strip_suffix("_over_time") {
            Some(word) => Some(summary(word, &values)?),
            None => return Err(Refusal::Unknown),
        },
    })
}

/// What an aggregation makes of one value or more.
pub(super) fn summary(word: &str, values: &[f64]) -> Result<f64> {
    let count = values.len() as f64;
    // Rust's own `sum` of negative zeros is a negative zero; a compensated one begins at zero.
    let sum = values.iter().fold(0.0, |sum, value| sum + value);
    let mean = sum / count;
    let deviation = || {
        values
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / count
    };
    // NaN gives way to any number.
    let best = |is_better: fn(f64, f64) -> bool| {
        let pick = |best: f64, value: &f64| {
            if is_better(*value, best) || best.is_nan() {
                *value
            } else {
                best
            }
        };
        values.iter().fold(values[0], pick)
    };
    Ok(match word {
        "sum" => sum,
        "avg" => mean,
        "count" => count,
        "group" => 1.0,
        "min" => best(|value, best| value < best),
        "max" => best(|value, best| value > best),
        "stdvar" => deviation(),
        "stddev" => deviation().sqrt(),
        _ => return Err(Refusal::Unknown),
    })
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        sorted[middle - 1].midpoint(sorted[middle])
    }
}

/// With the factors that the generator writes: 0.3 for the level, 0.6 for the trend.
fn smooth(values: &[f64]) -> f64 {
    let [first, second, ..] = values else {
        return f64::NAN;
    };
    let (mut level, mut trend) = (*first, second - first);
    let mut before = None;
    for value in &values[1..] {
        if let Some(before) = before {
            trend = 0.6 * (level - before) + 0.4 * trend;
        }
        let next = 0.3 * value + 0.7 * (level + trend);
        before = Some(level);
        level = next;
    }
    level
}
