//! The largest or smallest value of each window, in one pass over all samples.
//!
//! Windows only move to the right, so a value can be forgotten once a later one is as good: what remains is a queue whose first
//! entry is the answer. Each sample enters it once and leaves it once, however much windows overlap.

use crate::column::ABSENT;
use crate::kernel::window::Samples;

/// Writes the best value of each window; NaN only where there is nothing else. `beats` is `<` or `>`.
pub(crate) fn sliding(
    samples: Samples<'_, f64>,
    out: &mut [f64],
    beats: impl Fn(f64, f64) -> bool,
) {
    let values = samples.values;
    // Indices by ascending time, each better than all behind it. Those before `head` have left their windows.
    let mut queue: Vec<u32> = Vec::new();
    let mut head = 0;
    let mut next = 0;
    for (slot, window) in out.iter_mut().zip(samples.windows) {
        next = next.max(window.start);
        while next < window.end {
            let value = values[next as usize];
            if !value.is_nan() {
                while queue.len() > head && !beats(values[queue[queue.len() - 1] as usize], value) {
                    queue.pop();
                }
                queue.push(next);
            }
            next += 1;
        }
        while queue.get(head).is_some_and(|index| *index < window.start) {
            head += 1;
        }
        *slot = match queue.get(head) {
            _ if window.start == window.end => ABSENT,
            Some(index) => values[*index as usize],
            None => f64::NAN,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::is_absent;
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
        sliding(samples, &mut out, |a, b| a > b);
        let bits = |values: &[f64]| {
            values
                .iter()
                .map(|value| value.to_bits())
                .collect::<Vec<_>>()
        };
        assert_eq!(bits(&out), bits(expected));
    }

    #[test]
    fn windows_slide() {
        let values = [3.0, 1.0, 2.0, 2.0, 5.0, 4.0];
        check(
            &values,
            &[(0, 1), (0, 3), (1, 4), (2, 6), (5, 6)],
            &[3.0, 3.0, 2.0, 5.0, 4.0],
        );
    }

    #[test]
    fn windows_may_stand_still_or_jump() {
        check(
            &[3.0, 1.0, 9.0, 2.0],
            &[(0, 2), (0, 2), (3, 4)],
            &[3.0, 3.0, 2.0],
        );
    }

    #[test]
    fn nan_is_the_last_resort() {
        check(
            &[f64::NAN, 1.0, f64::NAN],
            &[(0, 1), (0, 2), (2, 3)],
            &[f64::NAN, 1.0, f64::NAN],
        );
    }

    #[test]
    fn an_empty_window_has_no_value() {
        let mut out = [0.0];
        let samples = Samples {
            times: &[0],
            values: &[1.0],
            starts: &[],
            windows: &[Window { start: 1, end: 1 }],
        };
        sliding(samples, &mut out, |a, b| a > b);
        assert!(is_absent(out[0]));
    }
}
