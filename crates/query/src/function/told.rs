//! Functions of range vectors from what the store tells of whole windows, without samples.
//!
//! Each is to the bit what the function makes of the samples: that is what a store promises of its [`Summary`], and what a law tests. So averages
//! and sums are had only of whole numbers, and other functions, such as quantiles, not at all.

use storage::{Measure, Summary};

use crate::column::ABSENT;
use crate::function::{PerSecond, WindowFunction};
use crate::kernel::rate::{self, Ends};
use crate::kernel::window::Frame;

/// What the function must be told of its windows; `None` if it needs the samples.
pub(crate) fn measure(function: &WindowFunction) -> Option<Measure> {
    Some(match function.name {
        "count_over_time"
        | "delta"
        | "first_over_time"
        | "last_over_time"
        | "present_over_time"
        | "ts_of_first_over_time"
        | "ts_of_last_over_time" => Measure::Ends,
        "max_over_time" | "min_over_time" => Measure::Extremes,
        "avg_over_time" | "sum_over_time" => Measure::Sum,
        "changes" => Measure::Changes,
        "resets" => Measure::Falls,
        "increase" | "rate" => Measure::Lost,
        _ => return None,
    })
}

/// Writes what the function makes of each window. It has a [`measure`], and the windows were told by that.
pub(crate) fn call(function: &WindowFunction, windows: &[Summary], frame: Frame, out: &mut [f64]) {
    if let Some(PerSecond(per_second)) = function.extrapolates {
        return extrapolated(function.is_for_counters, per_second, windows, frame, out);
    }
    let seconds = |time_ms: i64| time_ms as f64 / 1000.0;
    match function.name {
        "count_over_time" => each(windows, out, |one| one.count as f64),
        "first_over_time" => each(windows, out, |one| one.first),
        "last_over_time" => each(windows, out, |one| one.last),
        "present_over_time" => each(windows, out, |_| 1.0),
        "ts_of_first_over_time" => each(windows, out, |one| seconds(one.first_ms)),
        "ts_of_last_over_time" => each(windows, out, |one| seconds(one.last_ms)),
        "max_over_time" => each(windows, out, |one| one.max),
        "min_over_time" => each(windows, out, |one| one.min),
        "sum_over_time" => each(windows, out, |one| one.sum),
        "avg_over_time" => each(windows, out, |one| one.sum / one.count as f64),
        "changes" => each(windows, out, |one| one.changes as f64),
        "resets" => each(windows, out, |one| one.falls as f64),
        name => unreachable!("{name} has no measure"),
    }
}

fn each(windows: &[Summary], out: &mut [f64], value: impl Fn(&Summary) -> f64) {
    for (slot, window) in out.iter_mut().zip(windows) {
        *slot = match window.count {
            0 => ABSENT,
            _ => value(window),
        };
    }
}

/// As [`rate::extrapolated`] of samples.
fn extrapolated(
    is_counter: bool,
    per_second: bool,
    windows: &[Summary],
    frame: Frame,
    out: &mut [f64],
) {
    for (step, (slot, window)) in out.iter_mut().zip(windows).enumerate() {
        if window.count < 2 {
            *slot = ABSENT;
            continue;
        }
        let right = frame.ends.at(step);
        let left = right.saturating_sub(frame.range_ms);
        let ends = Ends {
            first_ms: window.first_ms,
            last_ms: window.last_ms,
            samples: window.count as usize,
        };
        let gap = rate::Gap::of(left, right, ends, per_second);
        let mut increase = window.last - window.first;
        if is_counter && window.falls > 0 {
            increase += window.lost;
        }
        *slot = gap.extrapolate(is_counter, window.first, increase);
    }
}
