//! `and`, `or`, `unless`: which samples stay depends on whether the other side has any sample that matches.

use promql::BinaryOp;

use crate::column::Column;
use crate::context::Context;
use crate::operator::Result;
use crate::operator::binary::matching::match_groups;
use crate::operator::buffer::Vector;
use crate::plan::BinaryVectors;

pub(crate) fn combine<'q>(
    context: &'q Context<'q>,
    node: &BinaryVectors,
    mut lhs: Vector<'q>,
    mut rhs: Vector<'q>,
    steps: usize,
) -> Result<Vector<'q>> {
    let groups = match_groups(&node.matching, &lhs.series, &rhs.series);
    for group in &groups {
        match node.op {
            BinaryOp::And => {
                let present = presence(&rhs, &group.rhs, steps);
                keep_where(&mut lhs, &group.lhs, |step| present[step]);
            }
            BinaryOp::Unless => {
                let present = presence(&rhs, &group.rhs, steps);
                keep_where(&mut lhs, &group.lhs, |step| !present[step]);
            }
            _ => {
                let present = presence(&lhs, &group.lhs, steps);
                keep_where(&mut rhs, &group.rhs, |step| !present[step]);
            }
        }
    }
    let mut out = Vector::new(context);
    let sides = if node.op == BinaryOp::Or {
        vec![&mut lhs, &mut rhs]
    } else {
        vec![&mut lhs]
    };
    for side in sides {
        let series = std::mem::take(&mut side.series);
        let columns = std::mem::take(&mut side.columns);
        for (one, column) in series.into_iter().zip(columns) {
            if !column.is_empty() {
                out.push(one, column)?;
            }
        }
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

fn keep_where(side: &mut Vector<'_>, members: &[usize], keep: impl Fn(usize) -> bool) {
    for index in members {
        let column: &mut Column = &mut side.columns[*index];
        for step in 0..column.floats.len() {
            if !keep(step) {
                column.set(step, None);
            }
        }
    }
}
