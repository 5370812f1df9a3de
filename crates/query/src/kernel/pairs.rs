//! How often neighbours in a window are told apart: values that change, counters that fall.
//!
//! Each pair of neighbours is looked at once and counted from the first one on, so a window's count is the difference of two of those, however wide the
//! window is.

use crate::column::ABSENT;
use crate::kernel::window::Samples;

/// Writes for each window how many of its neighbours are ones that `counts`.
pub(crate) fn count(samples: Samples<'_, f64>, out: &mut [f64], counts: impl Fn(f64, f64) -> bool) {
    // For each value how many pairs count that end with it or before.
    let mut running = Vec::with_capacity(samples.values.len());
    let mut count = 0_u32;
    running.push(count);
    running.extend(samples.values.windows(2).map(|pair| {
        count += u32::from(counts(pair[0], pair[1]));
        count
    }));
    for (slot, window) in out.iter_mut().zip(samples.windows) {
        *slot = if window.start == window.end {
            ABSENT
        } else {
            f64::from(running[window.end as usize - 1] - running[window.start as usize])
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::window::Window;

    fn check(values: &[f64], windows: &[(u32, u32)], expected: &[f64]) {
        let times: Vec<i64> = (0..values.len() as i64).collect();
        let windows: Vec<Window> = windows
            .iter()
            .map(|(start, end)| Window {
                start: *start,
                end: *end,
            })
            .collect();
        let samples = Samples {
            times: &times,
            values,
            starts: &[],
            windows: &windows,
        };
        let mut out = vec![0.0; windows.len()];
        count(samples, &mut out, |before, now| now < before);
        let bits =
            |values: &[f64]| -> Vec<u64> { values.iter().map(|one| one.to_bits()).collect() };
        assert_eq!(bits(&out), bits(expected));
    }

    #[test]
    fn a_fall_belongs_to_windows_with_both_values() {
        let values = [3.0, 1.0, 2.0, 0.0, 0.0, 5.0];
        check(
            &values,
            &[(0, 1), (0, 2), (1, 3), (0, 6), (3, 6)],
            &[0.0, 1.0, 0.0, 2.0, 0.0],
        );
    }

    #[test]
    fn an_empty_window_has_no_value() {
        check(&[], &[(0, 0)], &[ABSENT]);
        check(&[2.0, 1.0], &[(2, 2), (0, 2)], &[ABSENT, 1.0]);
    }
}
