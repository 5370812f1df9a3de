//! Where a gauge is heading.

use crate::column::ABSENT;
use crate::context::Context;
use crate::function::Mixed::FloatsOnly;
use crate::function::{Check, WindowCall, WindowFunction};
use crate::kernel::regression;
use crate::kernel::window::each;
use crate::operator::{Result, execution};
use crate::plan::WindowNode;

pub(crate) static TABLE: &[WindowFunction] = &[
    WindowFunction::new("deriv", deriv, FloatsOnly),
    WindowFunction {
        check: Some(Check {
            floats_only: false,
            run: check_factors,
        }),
        ..WindowFunction::new("double_exponential_smoothing", smooth, FloatsOnly)
    },
    WindowFunction {
        reads_time: true,
        ..WindowFunction::new("predict_linear", predict, FloatsOnly)
    },
];

fn deriv(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |_, times, values| {
        if values.len() < 2 {
            return ABSENT;
        }
        regression::line(times, values, times[0]).slope
    });
}

fn predict(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |step, times, values| {
        if values.len() < 2 {
            return ABSENT;
        }
        // From the evaluation time on, not from where an offset or `@` has moved the window.
        let line = regression::line(times, values, call.frame.steps.at(step));
        line.slope * call.parameters[0][step] + line.intercept
    });
}

fn check_factors(_: &Context<'_>, _: &WindowNode, parameters: &[f64]) -> Result<()> {
    let named = [("smoothing", "sf"), ("trend", "tf")];
    for (value, (name, letter)) in parameters.iter().zip(named) {
        if *value <= 0.0 || *value >= 1.0 {
            return Err(execution(format!(
                "invalid {name} factor. Expected: 0 < {letter} < 1, got: {value:.6}"
            )));
        }
    }
    Ok(())
}

fn smooth(call: &WindowCall<'_>, out: &mut [f64]) {
    each(call.samples, out, |step, _, values| {
        if values.len() < 2 {
            return ABSENT;
        }
        regression::smooth(values, call.parameters[0][step], call.parameters[1][step])
    });
}
