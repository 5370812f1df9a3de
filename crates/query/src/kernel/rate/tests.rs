use super::*;
use crate::kernel::window::borders;
use crate::steps::Steps;

/// Samples 10 s apart from time 0; one window of `range_s` that ends at `end_s`.
fn check(values: &[f64], end_s: i64, range_s: i64, expected: f64) {
    let times: Vec<i64> = (0..values.len() as i64).map(|i| i * 10_000).collect();
    let steps = Steps::once(end_s * 1000);
    let frame = Frame {
        steps,
        ends: steps,
        range_ms: range_s * 1000,
    };
    let mut windows = Vec::new();
    borders(&times, steps, frame.range_ms, &mut windows);
    let samples = Samples {
        times: &times,
        values,
        starts: &[],
        windows: &windows,
    };
    let mut gaps_of = Vec::new();
    let stride = gaps(&times, &windows, frame, false, &mut gaps_of);
    let mut out = [0.0];
    extrapolated::<true>(samples, Gaps::new(&gaps_of, stride), &mut out);
    assert!(
        (out[0] - expected).abs() < 1e-9,
        "{} is not {expected}",
        out[0]
    );
}

#[test]
fn both_borders_are_near() {
    // 100, 110, 120 seen in 20 s of a window of 30 s: 5 s to the left and 5 s to the right are near.
    check(&[90.0, 100.0, 110.0, 120.0], 35, 30, 30.0);
}

#[test]
fn a_far_border_adds_half_a_distance() {
    // The series begins 80 s into the window: half of 10 s to the left, nothing to the right.
    check(&[100.0, 110.0, 120.0], 20, 100, 25.0);
}

#[test]
fn a_counter_does_not_begin_below_zero() {
    // From 1 at 1 per second, zero was 1 s before the first sample.
    check(&[1.0, 11.0, 21.0], 20, 100, 21.0);
}

#[test]
fn a_fall_is_a_reset() {
    // Of 20, 5, 15 (the first sample lies on the open border): 20 lost, so 15 in 20 s, and 10 s to the left are near.
    check(&[10.0, 20.0, 5.0, 15.0], 30, 30, 22.5);
    // Of 100, 1: 1 in 10 s, and 5 s to either side. Resets outside of the window don't count.
    check(&[5.0, 100.0, 1.0, 2.0, 0.0, 1.0], 25, 20, 2.0);
}

/// The windows look alike, but for the one with a sample less and those behind a pause.
#[test]
fn gaps_of_windows_that_look_alike_are_their_own() {
    let times: Vec<i64> = [0, 10, 20, 30, 40, 50, 70, 80, 93, 103, 113, 123]
        .map(|second| second * 1000)
        .to_vec();
    let steps = Steps::between(35_000, 125_000, 10_000);
    let frame = Frame {
        steps,
        ends: steps,
        range_ms: 32_000,
    };
    let mut windows = Vec::new();
    borders(&times, steps, frame.range_ms, &mut windows);
    let mut all = Vec::new();
    assert_eq!(gaps(&times, &windows, frame, true, &mut all), None);
    for (step, (window, gap)) in windows.iter().zip(&all).enumerate() {
        let seen = &times[window.start as usize..window.end as usize];
        let right = steps.at(step);
        let alone = Gap::between(right - frame.range_ms, right, seen, true);
        assert_eq!(format!("{gap:?}"), format!("{alone:?}"), "{step}");
    }
}

/// Windows that all look alike are computed together, and give what each gives by itself.
#[test]
fn windows_that_look_alike_give_what_they_give_alone() {
    let times: Vec<i64> = (0..40).map(|i| 3_000 + i * 10_000).collect();
    let values: Vec<f64> = (0..40).map(|i| f64::from(i * i) / 7.0).collect();
    for step_ms in [10_000, 30_000] {
        let steps = Steps::between(60_000, 390_000, step_ms);
        let frame = Frame {
            steps,
            ends: steps,
            range_ms: 45_000,
        };
        let (mut windows, mut all) = (Vec::new(), Vec::new());
        borders(&times, steps, frame.range_ms, &mut windows);
        let stride = gaps(&times, &windows, frame, true, &mut all);
        assert_eq!(stride, Some(step_ms as usize / 10_000));
        let samples = Samples {
            times: &times,
            values: &values,
            starts: &[],
            windows: &windows,
        };
        let mut together = vec![0.0; steps.count];
        extrapolated::<true>(samples, Gaps::new(&all, stride), &mut together);
        for (step, window) in windows.iter().enumerate() {
            let seen = &times[window.start as usize..window.end as usize];
            let right = steps.at(step);
            let gap = Gap::between(right - frame.range_ms, right, seen, true);
            let samples = Samples {
                windows: &[*window],
                ..samples
            };
            let mut alone = [0.0];
            extrapolated::<true>(samples, Gaps::Each(&[gap]), &mut alone);
            assert_eq!(together[step].to_bits(), alone[0].to_bits(), "{step}");
        }
    }
}
