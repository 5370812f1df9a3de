//! `and`, `or`, `unless`: which samples stay depends on whether the other side has any sample that matches.

use promql::BinaryOp;

use crate::column::Column;
use crate::context::Context;
use crate::operator::binary::matching::match_groups;
use crate::operator::buffer::Vector;
use crate::operator::{InstantOperator, Result};
use crate::plan::BinaryVectors;
use crate::series::Series;

pub(crate) fn combine<'q>(
    context: &'q Context<'q>,
    node: &BinaryVectors,
    lhs: &mut dyn InstantOperator,
    rhs: &mut dyn InstantOperator,
    steps: usize,
) -> Result<Vector<'q>> {
    if node.op == BinaryOp::Or {
        let lhs = Vector::collect(context, lhs)?;
        let rhs = Vector::collect(context, rhs)?;
        return either(context, node, lhs, rhs, steps);
    }
    filter(context, node, lhs, rhs, steps)
}

/// All of the left side, and of the right side what has nothing to match there.
fn either<'q>(
    context: &'q Context<'q>,
    node: &BinaryVectors,
    mut lhs: Vector<'q>,
    mut rhs: Vector<'q>,
    steps: usize,
) -> Result<Vector<'q>> {
    for group in &match_groups(&node.matching, &lhs.series, &rhs.series) {
        let present = presence(&lhs, &group.lhs, steps);
        for index in &group.rhs {
            keep_where(&mut rhs.columns[*index], &present, false);
        }
    }
    let mut out = Vector::new(context);
    for side in [&mut lhs, &mut rhs] {
        for (index, one) in std::mem::take(&mut side.series).into_iter().enumerate() {
            push(&mut out, one, &mut side.take(index))?;
        }
    }
    Ok(out)
}

/// Of the left side what has something to match, or what has not. Of the right side only that is kept, so the left one passes series by series.
fn filter<'q>(
    context: &'q Context<'q>,
    node: &BinaryVectors,
    lhs: &mut dyn InstantOperator,
    rhs: &mut dyn InstantOperator,
    steps: usize,
) -> Result<Vector<'q>> {
    let series = lhs.series()?;
    let rhs = Vector::collect(context, rhs)?;
    let groups = match_groups(&node.matching, &series, &rhs.series);
    let mut members = vec![0; series.len()];
    let mut present = Vec::with_capacity(groups.len());
    for (number, group) in groups.iter().enumerate() {
        group.lhs.iter().for_each(|index| members[*index] = number);
        present.push(match group.lhs.is_empty() {
            true => Vec::new(),
            false => presence(&rhs, &group.rhs, steps),
        });
    }
    drop(rhs);
    let mut out = Vector::new(context);
    let mut column = Column::default();
    for (one, group) in series.into_iter().zip(members) {
        lhs.next(&mut column)?;
        keep_where(&mut column, &present[group], node.op == BinaryOp::And);
        push(&mut out, one, &mut column)?;
    }
    Ok(out)
}

/// At which steps any of the series has a value.
fn presence(side: &Vector<'_>, members: &[usize], steps: usize) -> Vec<bool> {
    let mut present = vec![false; steps];
    for index in members {
        for (step, slot) in present.iter_mut().enumerate() {
            *slot |= side.columns[*index].has(step);
        }
    }
    present
}

/// Keeps the values of the steps for which that was wanted.
fn keep_where(column: &mut Column, present: &[bool], wanted: bool) {
    for (step, present) in present.iter().enumerate() {
        if *present != wanted {
            column.set(step, None);
        }
    }
}

/// Adds a series with what the column holds, if that is anything.
fn push(out: &mut Vector<'_>, series: Series, column: &mut Column) -> Result<()> {
    if column.is_empty() {
        return Ok(());
    }
    out.push(series, std::mem::take(column))
}
