//! What is regular in a run of integers: nothing changes, each step is the same, values stay close to one another, steps are small, or
//! steps change little. What remains are residuals.
//!
//! All arithmetic wraps, so that there is no integer it fails on.

use super::Damage;

/// How residuals become integers again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The first, again and again. No residuals.
    Constant(i64),
    /// The first, then the step more each time. No residuals.
    Stride(i64, i64),
    /// The smallest; a residual per value.
    Offsets(i64),
    /// The first; a residual per step.
    Differences(i64),
    /// The first and the first step; a residual per change of step.
    Changes(i64, i64),
}

impl Shape {
    /// How many residuals `count` values have.
    #[must_use]
    pub fn residuals(self, count: usize) -> usize {
        match self {
            Self::Constant(_) | Self::Stride(..) => 0,
            Self::Offsets(_) => count,
            Self::Differences(_) => count.saturating_sub(1),
            Self::Changes(..) => count.saturating_sub(2),
        }
    }
}

/// The three candidates for residuals; kept by the caller, so that its vectors grow once.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    offsets: Vec<i64>,
    differences: Vec<i64>,
    changes: Vec<i64>,
}

/// The shape of `values` whose residuals `cost` finds cheapest, and those residuals.
///
/// # Panics
///
/// When there are no values.
pub fn choose<'s>(
    values: &[i64],
    scratch: &'s mut Scratch,
    cost: impl Fn(&[i64]) -> usize,
) -> (Shape, &'s [i64]) {
    let first = values[0];
    if values.iter().all(|value| *value == first) {
        return (Shape::Constant(first), &[]);
    }
    differences(values, &mut scratch.differences);
    let step = scratch.differences[0];
    if values.len() > 2 && scratch.differences.iter().all(|other| *other == step) {
        return (Shape::Stride(first, step), &[]);
    }
    differences(&scratch.differences, &mut scratch.changes);
    let smallest = values.iter().copied().min().unwrap_or(first);
    scratch.offsets.clear();
    scratch
        .offsets
        .extend(values.iter().map(|value| value.wrapping_sub(smallest)));

    let costs = [
        cost(&scratch.offsets),
        cost(&scratch.differences),
        cost(&scratch.changes),
    ];
    let least = costs.iter().min();
    if least == Some(&costs[1]) {
        (Shape::Differences(first), &scratch.differences)
    } else if least == Some(&costs[0]) {
        (Shape::Offsets(smallest), &scratch.offsets)
    } else {
        (Shape::Changes(first, step), &scratch.changes)
    }
}

fn differences(values: &[i64], out: &mut Vec<i64>) {
    out.clear();
    out.extend(values.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])));
}

/// Appends `count` values to `out`.
///
/// # Errors
///
/// When there are not as many residuals as the shape needs.
pub fn restore(
    shape: Shape,
    count: usize,
    residuals: &[i64],
    out: &mut Vec<i64>,
) -> Result<(), Damage> {
    if residuals.len() != shape.residuals(count) {
        return Err(Damage::new("residuals", residuals.len()));
    }
    match shape {
        Shape::Constant(first) => out.resize(out.len() + count, first),
        Shape::Stride(first, step) => {
            out.extend((0..count as i64).map(|row| first.wrapping_add(step.wrapping_mul(row))));
        }
        Shape::Offsets(smallest) => {
            out.extend(
                residuals
                    .iter()
                    .map(|offset| smallest.wrapping_add(*offset)),
            );
        }
        Shape::Differences(first) if count > 0 => {
            let mut value = first;
            out.push(value);
            out.extend(residuals.iter().map(|step| {
                value = value.wrapping_add(*step);
                value
            }));
        }
        Shape::Changes(first, step) if count > 0 => {
            let (mut value, mut step) = (first, step);
            out.push(value);
            if count > 1 {
                value = value.wrapping_add(step);
                out.push(value);
            }
            out.extend(residuals.iter().map(|change| {
                step = step.wrapping_add(*change);
                value = value.wrapping_add(step);
                value
            }));
        }
        Shape::Differences(_) | Shape::Changes(..) => {}
    }
    Ok(())
}
