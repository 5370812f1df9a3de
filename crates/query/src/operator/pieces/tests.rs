use std::cell::Cell;

use super::*;
use crate::answer::QueryError;
use crate::function::PerSecond;
use crate::kernel::rate::{self, Gaps};
use crate::kernel::window;

/// A minute of samples each second, which fall now and then, and windows of 20 s each second.
fn check(name: &str, parameters: &[Vec<f64>]) {
    let function = crate::function::window(name).expect("a function of range vectors");
    let times: Vec<i64> = (0..60).map(|second| second * 1000).collect();
    let values: Vec<f64> = (0..60).map(|second| f64::from(second % 17)).collect();
    let steps = Steps::between(0, 59_000, 1000);
    let frame = Frame {
        steps,
        ends: steps.earlier(500),
        range_ms: 20_000,
    };
    let (mut windows, mut gaps, mut stride) = (Vec::new(), Vec::new(), None);
    window::borders(&times, frame.ends, frame.range_ms, &mut windows);
    if let Some(PerSecond(per_second)) = function.extrapolates {
        stride = rate::gaps(&times, &windows, frame, per_second, &mut gaps);
    }
    let call = WindowCall {
        samples: Samples {
            times: &times,
            values: &values,
            starts: &[],
            windows: &windows,
        },
        constant: None,
        frame,
        gaps: Gaps::new(&gaps, stride),
        parameters,
    };
    let mut whole = vec![0.0; 60];
    (function.floats)(&call, &mut whole);
    let bits = |values: &[f64]| {
        values
            .iter()
            .map(|value| value.to_bits())
            .collect::<Vec<_>>()
    };
    for looks_max in [0, 1, 50, 10_000] {
        let mut pieces = vec![0.0; 60];
        in_pieces(looks_max, || Ok(()), function.floats, &call, &mut pieces).expect("not stopped");
        assert_eq!(bits(&pieces), bits(&whole), "{name} by {looks_max}");
    }
    // It stops at the second piece.
    let asked = Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        if asked.get() == 2 {
            Err(QueryError::Canceled)
        } else {
            Ok(())
        }
    };
    let stopped = in_pieces(50, stop, function.floats, &call, &mut vec![0.0; 60]);
    assert_eq!((stopped, asked.get()), (Err(QueryError::Canceled), 2));
}

#[test]
fn pieces_give_what_the_whole_gives() {
    for name in [
        "sum_over_time",
        "max_over_time",
        "changes",
        "rate",
        "increase",
        "delta",
        "irate",
        "resets",
        "deriv",
    ] {
        check(name, &[]);
    }
    let by_step = |value: fn(i32) -> f64| (0..60).map(value).collect::<Vec<f64>>();
    check(
        "quantile_over_time",
        &[by_step(|step| f64::from(step) / 60.0)],
    );
    check("predict_linear", &[by_step(f64::from)]);
}
