//! Functions of a window's samples, each as its definition says.

use super::{Refusal, Result, seconds};

/// What a function makes of the samples in the window `(end - width, end]`; `None` when that is nothing.
pub(super) fn call(
    name: &str,
    samples: &[(i64, f64)],
    width: i64,
    end: i64,
) -> Result<Option<f64>> {
    let values: Vec<f64> = samples.iter().map(|(_, value)| *value).collect();
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return Ok(None);
    };
    let pairs = || values.windows(2).map(|pair| (pair[0], pair[1]));
    let of_two = |value: f64| (samples.len() > 1).then_some(value);
    let time_of = |is_best: &dyn Fn(f64, f64) -> bool| {
        let mut best = *first;
        for sample in samples {
            if is_best(sample.1, best.1) || best.1.is_nan() {
                best = *sample;
            }
        }
        Some(seconds(best.0))
    };
    Ok(match name {
        "rate" => increase(samples, width, end, true).map(|rise| rise / seconds(width)),
        "increase" => increase(samples, width, end, true),
        "delta" => increase(samples, width, end, false),
        "irate" | "idelta" => match samples {
            [.., before, now] => {
                let is_rate = name == "irate";
                let rise = if is_rate && now.1 < before.1 {
                    now.1
                } else {
                    now.1 - before.1
                };
                let per = if is_rate {
                    seconds(now.0 - before.0)
                } else {
                    1.0
                };
                Some(rise / per)
            }
            _ => None,
        },
        "changes" => Some(
            pairs()
                .filter(|(a, b)| a != b && !(a.is_nan() && b.is_nan()))
                .count() as f64,
        ),
        "resets" => Some(pairs().filter(|(a, b)| b < a).count() as f64),
        "first_over_time" => Some(first.1),
        "last_over_time" => Some(last.1),
        "present_over_time" => Some(1.0),
        "ts_of_first_over_time" => Some(seconds(first.0)),
        "ts_of_last_over_time" => Some(seconds(last.0)),
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
        "double_exponential_smoothing" => of_two(smooth(&values)).filter(|_| samples.len() > 1),
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

/// The rise between the first and the last sample, stretched to the window's edges as far as the series may have reached.
fn increase(samples: &[(i64, f64)], width: i64, end: i64, is_counter: bool) -> Option<f64> {
    let (first, last) = match samples {
        [first, .., last] => (*first, *last),
        _ => return None,
    };
    let mut rise = last.1 - first.1;
    if is_counter {
        let falls = samples.windows(2).filter(|pair| pair[1].1 < pair[0].1);
        rise += falls.map(|pair| pair[0].1).sum::<f64>();
    }
    let sampled = seconds(last.0 - first.0);
    let between = sampled / (samples.len() - 1) as f64;
    let reach = |distance: f64| {
        if distance >= between * 1.1 {
            between / 2.0
        } else {
            distance
        }
    };
    let mut before = reach(seconds(first.0 - (end - width)));
    let after = reach(seconds(end - last.0));
    if is_counter && rise > 0.0 && first.1 >= 0.0 {
        before = before.min(sampled * first.1 / rise);
    }
    Some(rise * (sampled + before + after) / sampled)
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
