//! `limitk` and `limit_ratio`: choose among the series of a group, step by step, and leave those that are chosen as they are.

use promql::AggregateOp;

use crate::column::Column;
use crate::context::Context;
use crate::kernel::hash;
use crate::kernel::print::general;
use crate::operator::aggregate::Groups;
use crate::operator::buffer::Vector;
use crate::operator::{Result, execution};
use crate::plan::AggregateNode;
use crate::series::Series;

/// Chooses; `parameter` has a number per step.
pub(crate) fn choose<'q>(
    context: &'q Context<'q>,
    node: &AggregateNode,
    input: Vector<'q>,
    groups: &Groups,
    parameter: &[f64],
) -> Result<Vector<'q>> {
    if node.op == AggregateOp::LimitRatio {
        return limit_ratio(context, node, input, parameter);
    }
    let most = parameter.iter().copied().fold(f64::NAN, f64::max);
    if most < 1.0 {
        return Ok(Vector::new(context));
    }
    check_count(parameter)?;
    let ranks = ranks(&input.series);
    let mut members = vec![Vec::new(); groups.series.len()];
    for index in &ranks {
        members[groups.members[*index]].push(*index);
    }
    limitk(context, input, &members, parameter)
}

/// Indices of the series by ascending labels: of equal values the first one is chosen, whatever order the store has.
pub(crate) fn ranks(series: &[Series]) -> Vec<usize> {
    let mut ranks: Vec<usize> = (0..series.len()).collect();
    ranks.sort_by(|a, b| series[*a].labels.cmp(&series[*b].labels));
    ranks
}

/// Refuses what is no number of series.
pub(crate) fn check_count(parameter: &[f64]) -> Result<()> {
    if parameter.iter().any(|value| value.is_nan()) {
        return Err(execution("Parameter value is NaN"));
    }
    // 2^63 is exact as a float, and the first value that no longer fits.
    let limit = 9_223_372_036_854_775_808.0;
    if let Some(value) = parameter.iter().find(|value| **value <= -limit) {
        return Err(execution(format!(
            "Scalar value {} underflows int64",
            general(*value)
        )));
    }
    if let Some(value) = parameter.iter().find(|value| **value >= limit) {
        return Err(execution(format!(
            "Scalar value {} overflows int64",
            general(*value)
        )));
    }
    Ok(())
}

/// A parameter as a number of series.
pub(crate) fn count(k: f64) -> usize {
    if k < 1.0 { 0 } else { k as usize }
}

fn limitk<'q>(
    context: &'q Context<'q>,
    input: Vector<'q>,
    members: &[Vec<usize>],
    parameter: &[f64],
) -> Result<Vector<'q>> {
    let mut kept = Kept::new(&input, parameter.len());
    for group in members {
        for (step, k) in parameter.iter().enumerate() {
            let present = group
                .iter()
                .filter(|index| input.columns[**index].has(step));
            for index in present.take(count(*k)) {
                kept.keep(&input, *index, step);
            }
        }
    }
    kept.into_vector(context, input)
}

/// Keeps a share of the series by a hash of their labels, so that a share and the negative rest never overlap.
fn limit_ratio<'q>(
    context: &'q Context<'q>,
    node: &AggregateNode,
    input: Vector<'q>,
    parameter: &[f64],
) -> Result<Vector<'q>> {
    if parameter.iter().all(|ratio| *ratio == 0.0) {
        return Ok(Vector::new(context));
    }
    if parameter.iter().any(|ratio| ratio.is_nan()) {
        return Err(execution("Ratio value is NaN"));
    }
    // Of all steps' ratios that are none, the farthest on either side are told.
    let largest = parameter.iter().copied().fold(1.0, f64::max);
    let smallest = parameter.iter().copied().fold(-1.0, f64::min);
    for (ratio, limit) in [(largest, 1.0), (smallest, -1.0)] {
        if ratio != limit {
            let text = format!(
                "ratio value should be between -1 and 1, got {}, capping to {}",
                general(ratio),
                general(limit)
            );
            context.warn(node.parameter_span, &text);
        }
    }
    let mut kept = Kept::new(&input, parameter.len());
    for (index, series) in input.series.iter().enumerate() {
        let place = hash::place(&series.labels);
        for (step, ratio) in parameter.iter().enumerate() {
            let is_chosen = if *ratio >= 0.0 {
                place < *ratio
            } else {
                place >= 1.0 + *ratio
            };
            if is_chosen {
                kept.keep(&input, index, step);
            }
        }
    }
    kept.into_vector(context, input)
}

/// The values that were chosen so far.
struct Kept {
    /// As many as there are series; empty until a value is chosen.
    columns: Vec<Column>,
    /// Series in the order in which they were first chosen: for an instant query, the order of the result.
    order: Vec<usize>,
    steps: usize,
}

impl Kept {
    fn new(input: &Vector<'_>, steps: usize) -> Self {
        Self {
            columns: vec![Column::default(); input.series.len()],
            order: Vec::new(),
            steps,
        }
    }

    fn keep(&mut self, input: &Vector<'_>, index: usize, step: usize) {
        let column = &mut self.columns[index];
        if column.floats.is_empty() {
            column.clear(self.steps);
            self.order.push(index);
        }
        column.set(step, input.columns[index].value(step));
    }

    fn into_vector<'q>(
        mut self,
        context: &'q Context<'q>,
        input: Vector<'q>,
    ) -> Result<Vector<'q>> {
        let mut out = Vector::new(context);
        for index in self.order {
            let column = std::mem::take(&mut self.columns[index]);
            out.push(input.series[index].clone(), column)?;
        }
        drop(input);
        Ok(out)
    }
}
