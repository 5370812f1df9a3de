//! Operators, with the rules of matching as the documentation words them.

use std::collections::BTreeMap;

use model::Labels;
use promql::{Binary, BinaryOp, Cardinality, ValueType, VectorMatching};

use super::{Reference, Refusal, Result, Vector, unique, unnamed};
use crate::answer::key;

/// Arithmetic; comparisons answer 0 and 1.
pub(super) fn compute(op: BinaryOp, a: f64, b: f64) -> Result<f64> {
    let truth = |is: bool| f64::from(u8::from(is));
    Ok(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Mod => a % b,
        BinaryOp::Pow => a.powf(b),
        BinaryOp::Atan2 => a.atan2(b),
        BinaryOp::Equal => truth(a == b),
        BinaryOp::NotEqual => truth(a != b),
        BinaryOp::Less => truth(a < b),
        BinaryOp::LessOrEqual => truth(a <= b),
        BinaryOp::Greater => truth(a > b),
        BinaryOp::GreaterOrEqual => truth(a >= b),
        _ => return Err(Refusal::Unknown),
    })
}

pub(super) fn binary(of: &Reference<'_>, node: &Binary, at: i64) -> Result<Vector> {
    match (node.lhs.value_type(), node.rhs.value_type(), &node.matching) {
        (ValueType::Vector, ValueType::Scalar, _) => {
            let (vector, number) = (of.vector(&node.lhs, at)?, of.scalar(&node.rhs, at)?);
            with_scalar(node, vector, |value| (value, number))
        }
        (ValueType::Scalar, ValueType::Vector, _) => {
            let (number, vector) = (of.scalar(&node.lhs, at)?, of.vector(&node.rhs, at)?);
            with_scalar(node, vector, |value| (number, value))
        }
        (ValueType::Vector, ValueType::Vector, Some(matching)) => {
            let (lhs, rhs) = (of.vector(&node.lhs, at)?, of.vector(&node.rhs, at)?);
            if node.op.is_set() {
                return set(node.op, matching, lhs, rhs);
            }
            join(node, matching, lhs, rhs)
        }
        _ => Err(Refusal::Unknown),
    }
}

fn with_scalar(node: &Binary, vector: Vector, sides: impl Fn(f64) -> (f64, f64)) -> Result<Vector> {
    let mut found = Vec::new();
    for (labels, value) in vector {
        let (a, b) = sides(value);
        let result = compute(node.op, a, b)?;
        if !node.op.is_comparison() || node.return_bool {
            found.push((unnamed(&labels), result));
        } else if result == 1.0 {
            found.push((labels, value));
        }
    }
    unique(found)
}

/// The labels that must be equal.
fn signature(matching: &VectorMatching, labels: &Labels) -> Labels {
    let is_named = |name: &str| matching.labels.iter().any(|own| own == name);
    labels.filtered(|name| is_named(name) == matching.on && (matching.on || name != "__name__"))
}

fn set(op: BinaryOp, matching: &VectorMatching, lhs: Vector, rhs: Vector) -> Result<Vector> {
    let meets = |labels: &Labels, others: &Vector| {
        let own = key(&signature(matching, labels));
        others
            .iter()
            .any(|(other, _)| key(&signature(matching, other)) == own)
    };
    let found: Vector = match op {
        BinaryOp::And => lhs
            .into_iter()
            .filter(|(labels, _)| meets(labels, &rhs))
            .collect(),
        BinaryOp::Unless => lhs
            .into_iter()
            .filter(|(labels, _)| !meets(labels, &rhs))
            .collect(),
        _ => {
            let rest: Vector = rhs
                .into_iter()
                .filter(|(labels, _)| !meets(labels, &lhs))
                .collect();
            lhs.into_iter().chain(rest).collect()
        }
    };
    unique(found)
}

/// One-to-one, and many-to-one with the many on the left.
fn join(node: &Binary, matching: &VectorMatching, lhs: Vector, rhs: Vector) -> Result<Vector> {
    if matching.cardinality == Cardinality::OneToMany {
        return Err(Refusal::Unknown);
    }
    if matching.fill.is_empty() && (lhs.is_empty() || rhs.is_empty()) {
        return Ok(Vec::new());
    }
    let is_one_to_one = matching.cardinality == Cardinality::OneToOne;
    let mut ones: BTreeMap<String, (Labels, f64, bool)> = BTreeMap::new();
    for (labels, value) in rhs {
        let own = key(&signature(matching, &labels));
        if ones.insert(own, (labels, value, false)).is_some() {
            return Err(Refusal::Wrong("several on the side of one"));
        }
    }
    let mut found = Vec::new();
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for (labels, value) in lhs {
        let own = key(&signature(matching, &labels));
        let other = match ones.get_mut(&own) {
            Some(one) => {
                one.2 = true;
                Some(one.1)
            }
            None => matching.fill.right,
        };
        let Some(other) = other else { continue };
        let count = met.entry(own).or_default();
        *count += 1;
        if is_one_to_one && *count > 1 {
            return Err(Refusal::Wrong("several on the side of many"));
        }
        found.extend(result(node, matching, &labels, value, other)?);
    }
    if let Some(fill) = matching.fill.left {
        for (labels, value, _) in ones.into_values().filter(|(_, _, is_met)| !is_met) {
            let labels = signature(matching, &unnamed(&labels));
            let computed = compute(node.op, fill, value)?;
            found.push((labels, computed));
        }
    }
    unique(found)
}

fn result(
    node: &Binary,
    matching: &VectorMatching,
    labels: &Labels,
    value: f64,
    other: f64,
) -> Result<Option<(Labels, f64)>> {
    let computed = compute(node.op, value, other)?;
    let is_filter = node.op.is_comparison() && !node.return_bool;
    let labels = if is_filter {
        labels.clone()
    } else {
        unnamed(labels)
    };
    let is_named = |name: &str| matching.labels.iter().any(|own| own == name);
    let labels = if matching.cardinality == Cardinality::OneToOne {
        labels.filtered(|name| is_named(name) == matching.on)
    } else {
        labels
    };
    Ok(match (is_filter, computed == 1.0) {
        (false, _) => Some((labels, computed)),
        (true, true) => Some((labels, value)),
        (true, false) => None,
    })
}
