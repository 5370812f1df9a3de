//! Sums and means of windows that overlap.
//!
//! A window's sum is what its values give when they are added one after the other with compensation: that is how Prometheus sums, and the last
//! bit of a result depends on it. A sum that is moved along from window to window, or put together of two halves, would lose that; so
//!
//! - whole numbers, which most samples are, have exact sums whatever the order, and a window's is the difference of two running sums:
//!   one subtraction, however wide the window is;
//! - of other numbers several windows are added up side by side. Additions of one window wait for each other, those of neighbours don't.

use crate::column::ABSENT;
use crate::kernel::compensated::{self, Sum, exact_loss};
use crate::kernel::window::{Samples, Window, each};

/// A float less or equal has its neighbours at a distance of at most a half, so adding [`ROUNDER`] rounds it to a whole number.
const WHOLE_MAX: f64 = (1_u64 << 51) as f64;
/// Leaves no bit below one.
const ROUNDER: f64 = (3_u64 << 51) as f64;
/// Windows that are added up side by side.
const LANES: usize = 4;

/// Writes the sum of each window.
pub(crate) fn sums(samples: Samples<'_, f64>, out: &mut [f64]) {
    slide(samples, out, |sum, _| sum.total(), compensated::sum);
}

/// Writes the mean of each window.
pub(crate) fn means(samples: Samples<'_, f64>, out: &mut [f64]) {
    let mean = |sum: Sum, count: usize| sum.sum / count as f64 + sum.lost / count as f64;
    slide(samples, out, mean, compensated::mean);
}

/// Writes what `finish` makes of each window's sum and count; for sums that are not finite, what `slow` makes of the values.
fn slide(
    samples: Samples<'_, f64>,
    out: &mut [f64],
    finish: impl Fn(Sum, usize) -> f64,
    slow: impl Fn(&[f64]) -> f64,
) {
    let looks = |window: &Window| (window.end - window.start) as usize;
    let all_looks: usize = samples.windows.iter().map(looks).sum();
    if all_looks <= samples.values.len() {
        return each(samples, out, |_, _, values| slow(values));
    }
    if let Some(running) = running_sums(samples.values) {
        for (slot, window) in out.iter_mut().zip(samples.windows) {
            let (start, end) = (window.start as usize, window.end as usize);
            *slot = match end - start {
                0 => ABSENT,
                count => finish(Sum::of(running[end] - running[start]), count),
            };
        }
        return;
    }
    for (slots, windows) in out.chunks_mut(LANES).zip(samples.windows.chunks(LANES)) {
        let sums = side_by_side(samples.values, windows);
        for ((slot, window), sum) in slots.iter_mut().zip(windows).zip(sums) {
            let values = &samples.values[window.start as usize..window.end as usize];
            *slot = if values.is_empty() {
                ABSENT
            } else if sum.total().is_finite() {
                finish(sum, values.len())
            } else {
                slow(values)
            };
        }
    }
}

/// The sums of the first values, of the first two and so on, with 0 before; `None` unless all of them are exact.
fn running_sums(values: &[f64]) -> Option<Vec<f64>> {
    if !are_small_and_whole(values) {
        return None;
    }
    let mut sum = 0.0;
    let mut running = Vec::with_capacity(values.len() + 1);
    running.push(sum);
    running.extend(values.iter().map(|value| {
        sum += value;
        sum
    }));
    Some(running)
}

/// Whether all are whole numbers, and so small together that no sum of some is rounded.
fn are_small_and_whole(values: &[f64]) -> bool {
    let (mut reach, mut are_whole) = ([0.0; LANES], true);
    let mut add = |values: &[f64]| {
        for (reach, value) in reach.iter_mut().zip(values) {
            are_whole &= (value + ROUNDER) - ROUNDER == *value;
            *reach += value.abs();
        }
    };
    let (quads, rest) = values.as_chunks::<LANES>();
    quads.iter().for_each(|quad| add(quad));
    add(rest);
    // NaN is below no limit, and no whole number either.
    are_whole && reach.iter().sum::<f64>() <= WHOLE_MAX
}

/// The sums of a few windows; what is lost means nothing where a sum is not finite.
fn side_by_side(values: &[f64], windows: &[Window]) -> [Sum; LANES] {
    let mut lanes: [&[f64]; LANES] = [&[]; LANES];
    for (lane, window) in lanes.iter_mut().zip(windows) {
        *lane = &values[window.start as usize..window.end as usize];
    }
    let common = lanes.iter().map(|lane| lane.len()).min().unwrap_or(0);
    let [a, b, c, d] = lanes.map(|lane| &lane[..common]);
    let (mut sums, mut lost) = ([0.0; LANES], [0.0; LANES]);
    for (((a, b), c), d) in a.iter().zip(b).zip(c).zip(d) {
        let values = [*a, *b, *c, *d];
        for lane in 0..LANES {
            let sum = sums[lane] + values[lane];
            lost[lane] += exact_loss(sums[lane], values[lane], sum);
            sums[lane] = sum;
        }
    }
    std::array::from_fn(|lane| {
        let sum = Sum {
            sum: sums[lane],
            lost: lost[lane],
        };
        let rest = &lanes[lane][common..];
        rest.iter().fold(sum, |sum, value| sum.plus(*value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows of `width` values that begin at each of them.
    fn check(values: &[f64], width: usize) {
        let windows: Vec<Window> = (0..values.len())
            .map(|start| Window {
                start: start as u32,
                end: (start + width).min(values.len()) as u32,
            })
            .collect();
        let times: Vec<i64> = (0..values.len() as i64).collect();
        let samples = Samples {
            times: &times,
            values,
            starts: &[],
            windows: &windows,
        };
        let (mut got_sums, mut got_means) = (vec![0.0; values.len()], vec![0.0; values.len()]);
        sums(samples, &mut got_sums);
        means(samples, &mut got_means);
        for (step, window) in windows.iter().enumerate() {
            let values = &values[window.start as usize..window.end as usize];
            let bits = |value: f64| if value.is_nan() { 0 } else { value.to_bits() };
            let expected = (compensated::sum(values), compensated::mean(values));
            let got = (got_sums[step], got_means[step]);
            assert_eq!(bits(got.0), bits(expected.0), "sum of {values:?}");
            assert_eq!(bits(got.1), bits(expected.1), "mean of {values:?}");
        }
    }

    #[test]
    fn whole_numbers() {
        let values: Vec<f64> = (0..50).map(|n| f64::from(n * n % 37 - 9)).collect();
        check(&values, 7);
        check(&[-0.0; 9], 3);
        check(&[WHOLE_MAX, 1.0, -WHOLE_MAX, 3.0, 5.0, 0.5], 3);
    }

    #[test]
    fn fractions_and_numbers_of_all_sizes() {
        let mut seed = 7_u64;
        let mut value = |_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mantissa = f64::from((seed >> 40) as i32) - 8e6;
            mantissa * 10_f64.powi((seed >> 32) as i32 % 40 - 20)
        };
        let values: Vec<f64> = (0..200).map(&mut value).collect();
        for width in [2, 3, 11, 64] {
            check(&values, width);
        }
    }

    #[test]
    fn what_is_not_finite() {
        let infinite = f64::INFINITY;
        check(&[0.5, infinite, 1.5, f64::NAN, 2.5, -infinite, 1.0, 1.0], 3);
        check(&[f64::MAX, f64::MAX, 1.5, -f64::MAX, f64::MAX, f64::MAX], 4);
    }
}
