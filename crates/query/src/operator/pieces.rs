//! Calls a function of range vectors in pieces, so that a query can be stopped in between.
//!
//! One series may have many wide windows: a day at steps of a second, each a day wide, is billions of samples to look at. Nothing of that
//! counts against the budget, since it is the same samples again and again; so the cancel token is asked as the work goes on.

use crate::context::Context;
use crate::function::WindowCall;
use crate::kernel::window::{Frame, Samples, Window};
use crate::operator::Result;
use crate::steps::Steps;

/// Samples that are looked at between two looks at the cancel token: some ten milliseconds. Functions that slide from window to
/// window begin anew with each piece, so pieces are not small.
const LOOKS_MAX: usize = 1 << 24;

/// What a function makes of floats, at all steps.
type Floats = fn(&WindowCall<'_>, &mut [f64]);

/// Calls `floats` for all steps of `call`.
pub(crate) fn call(
    context: &Context<'_>,
    floats: Floats,
    call: &WindowCall<'_>,
    out: &mut [f64],
) -> Result<()> {
    let samples = call.samples;
    let looks_at_most = samples.values.len().saturating_mul(samples.windows.len());
    if looks_at_most <= LOOKS_MAX {
        floats(call, out);
        return Ok(());
    }
    in_pieces(LOOKS_MAX, || context.check(), floats, call, out)
}

fn in_pieces(
    looks_max: usize,
    check: impl Fn() -> Result<()>,
    floats: Floats,
    call: &WindowCall<'_>,
    out: &mut [f64],
) -> Result<()> {
    let samples = call.samples;
    let mut begin = 0;
    while begin < samples.windows.len() {
        check()?;
        let end = begin + steps_of_a_piece(looks_max, &samples.windows[begin..]);
        let parameters = call.parameters.iter();
        let parameters: Vec<Vec<f64>> = parameters
            .map(|values| values[begin..end].to_vec())
            .collect();
        let piece = WindowCall {
            samples: Samples {
                windows: &samples.windows[begin..end],
                ..samples
            },
            constant: call.constant,
            frame: Frame {
                steps: part(call.frame.steps, begin, end),
                ends: part(call.frame.ends, begin, end),
                range_ms: call.frame.range_ms,
            },
            gaps: call.gaps.part(begin..end),
            parameters: &parameters,
        };
        floats(&piece, &mut out[begin..end]);
        begin = end;
    }
    Ok(())
}

/// How many of the windows make a piece; at least one.
fn steps_of_a_piece(looks_max: usize, windows: &[Window]) -> usize {
    let mut looks = 0;
    let fits = windows.iter().take_while(|window| {
        looks += (window.end - window.start) as usize;
        looks <= looks_max
    });
    fits.count().max(1)
}

fn part(steps: Steps, begin: usize, end: usize) -> Steps {
    Steps {
        start: steps.at(begin),
        step_ms: steps.step_ms,
        count: end - begin,
    }
}

#[cfg(test)]
mod tests;
