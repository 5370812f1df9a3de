//! A straight line through samples, by least squares; and smoothing that follows a trend.

use crate::kernel::compensated::Sum;

/// A line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Line {
    /// Per second.
    pub slope: f64,
    /// The value at the origin.
    pub intercept: f64,
}

/// The line through two samples or more; `origin_ms` is where its intercept lies.
pub(crate) fn line(times: &[i64], values: &[f64], origin_ms: i64) -> Line {
    let first = values[0];
    if values.iter().all(|value| *value == first) {
        // Sums of squares would only add noise; and of an infinity there is no slope.
        return if first.is_infinite() {
            Line {
                slope: f64::NAN,
                intercept: f64::NAN,
            }
        } else {
            Line {
                slope: 0.0,
                intercept: first,
            }
        };
    }
    let [mut x_sum, mut y_sum, mut xy_sum, mut xx_sum] = [Sum::default(); 4];
    for (time, y) in times.iter().zip(values) {
        let x = (time - origin_ms) as f64 / 1000.0;
        x_sum = x_sum.plus(x);
        y_sum = y_sum.plus(*y);
        xy_sum = xy_sum.plus(x * y);
        xx_sum = xx_sum.plus(x * x);
    }
    let count = values.len() as f64;
    let (x_sum, y_sum) = (x_sum.total(), y_sum.total());
    let covariance = xy_sum.total() - x_sum * y_sum / count;
    let variance = xx_sum.total() - x_sum * x_sum / count;
    let slope = covariance / variance;
    Line {
        slope,
        intercept: y_sum / count - slope * x_sum / count,
    }
}

/// Smooths two values or more exponentially, with a trend that is smoothed too (Holt's linear method); both factors lie
/// between 0 and 1, and the larger, the more the newest values weigh.
pub(crate) fn smooth(values: &[f64], smoothing: f64, trending: f64) -> f64 {
    let mut level = values[0];
    let mut trend = values[1] - values[0];
    let mut level_before = 0.0;
    for (index, value) in values.iter().enumerate().skip(1) {
        if index > 1 {
            trend = trending * (level - level_before) + (1.0 - trending) * trend;
        }
        let next = smoothing * value + (1.0 - smoothing) * (level + trend);
        level_before = level;
        level = next;
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_line() {
        let line = line(&[0, 1000, 2000], &[1.0, 3.0, 5.0], 1000);
        assert_eq!((line.slope, line.intercept), (2.0, 3.0));
    }

    #[test]
    fn a_constant_has_no_slope() {
        let line = line(&[0, 1000], &[7.0, 7.0], 0);
        assert_eq!((line.slope, line.intercept), (0.0, 7.0));
    }

    #[test]
    fn a_straight_line_is_smooth_already() {
        assert_eq!(smooth(&[1.0, 2.0, 3.0, 4.0], 0.5, 0.5), 4.0);
    }
}
