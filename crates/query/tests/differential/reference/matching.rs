//! Operators, with the rules of matching as the documentation words them.

use std::collections::BTreeMap;

use model::{Labels, LabelsBuilder};
use promql::{Binary, BinaryOp, Cardinality, ValueType, VectorMatching};

use super::value::{Quantity, Value};
use super::{Reference, Refusal, Result, Vector, estimate, unique, unnamed};
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
            with_scalar(node, vector, |value| (value, Value::Float(number)))
        }
        (ValueType::Scalar, ValueType::Vector, _) => {
            let (number, vector) = (of.scalar(&node.lhs, at)?, of.vector(&node.rhs, at)?);
            with_scalar(node, vector, |value| (Value::Float(number), value))
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

/// What an operator makes of two values; `None` of kinds and layouts that it is not for. Comparisons answer 0 and 1.
fn between(op: BinaryOp, a: &Value, b: &Value) -> Result<Option<Value>> {
    let truth = |is: bool| Some(Value::Float(f64::from(u8::from(is))));
    let histogram = |one| Some(Value::Histogram(one));
    Ok(match (a, op, b) {
        (Value::Float(_), BinaryOp::TrimUpper | BinaryOp::TrimLower, Value::Float(_)) => None,
        (Value::Float(a), _, Value::Float(b)) => Some(Value::Float(compute(op, *a, *b)?)),
        (Value::Histogram(a), BinaryOp::Add, Value::Histogram(b)) => {
            a.plus(b, 1.0).map(Value::Histogram)
        }
        (Value::Histogram(a), BinaryOp::Sub, Value::Histogram(b)) => {
            a.plus(b, -1.0).map(Value::Histogram)
        }
        (Value::Histogram(a), BinaryOp::Equal, Value::Histogram(b)) => {
            truth(a.without_empty() == b.without_empty())
        }
        (Value::Histogram(a), BinaryOp::NotEqual, Value::Histogram(b)) => {
            truth(a.without_empty() != b.without_empty())
        }
        (Value::Histogram(one), BinaryOp::Mul, Value::Float(factor))
        | (Value::Float(factor), BinaryOp::Mul, Value::Histogram(one)) => {
            histogram(one.scaled(*factor).without_empty())
        }
        // Divided by zero the layout of what is left is a matter of taste.
        (Value::Histogram(_), BinaryOp::Div, Value::Float(0.0)) => return Err(Refusal::Unknown),
        (Value::Histogram(one), BinaryOp::Div, Value::Float(divisor)) => {
            histogram(one.scaled(1.0 / divisor).without_empty())
        }
        (Value::Histogram(one), BinaryOp::TrimUpper, Value::Float(threshold)) => {
            histogram(estimate::trimmed(one, *threshold, true))
        }
        (Value::Histogram(one), BinaryOp::TrimLower, Value::Float(threshold)) => {
            histogram(estimate::trimmed(one, *threshold, false))
        }
        _ => None,
    })
}

fn is_true(value: &Value) -> bool {
    value.float() == Some(1.0)
}

/// Of two values what is left after an operator that may be a filter, which lets `kept` through.
fn filtered(node: &Binary, a: &Value, b: &Value, kept: &Value) -> Result<Option<Value>> {
    let computed = between(node.op, a, b)?;
    if !node.op.is_comparison() || node.return_bool {
        return Ok(computed);
    }
    Ok(computed.filter(is_true).map(|_| kept.clone()))
}

/// Whether results are no longer about the metric.
fn drops_name(node: &Binary) -> bool {
    let is_trim = matches!(node.op, BinaryOp::TrimUpper | BinaryOp::TrimLower);
    node.return_bool || !(node.op.is_comparison() || is_trim)
}

fn with_scalar(
    node: &Binary,
    vector: Vector,
    sides: impl Fn(Value) -> (Value, Value),
) -> Result<Vector> {
    let mut found = Vec::new();
    for (labels, value) in vector {
        let (a, b) = sides(value.clone());
        if let Some(result) = filtered(node, &a, &b, &value)? {
            let labels = if drops_name(node) {
                unnamed(&labels)
            } else {
                labels
            };
            found.push((labels, result));
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

/// One-to-one, and many-to-one with the many on either side.
fn join(node: &Binary, matching: &VectorMatching, lhs: Vector, rhs: Vector) -> Result<Vector> {
    let is_swapped = matching.cardinality == Cardinality::OneToMany;
    let is_one_to_one = matching.cardinality == Cardinality::OneToOne;
    if matching.fill.is_empty() && (lhs.is_empty() || rhs.is_empty()) {
        return Ok(Vec::new());
    }
    let (many, one) = if is_swapped { (rhs, lhs) } else { (lhs, rhs) };
    let in_order = |many: &Value, one: &Value| {
        if is_swapped {
            (one.clone(), many.clone())
        } else {
            (many.clone(), one.clone())
        }
    };
    let mut ones: BTreeMap<String, (Labels, Value, bool)> = BTreeMap::new();
    for (labels, value) in one {
        let own = key(&signature(matching, &labels));
        if ones.insert(own, (labels, value, false)).is_some() {
            return Err(Refusal::Wrong("several on the side of one"));
        }
    }
    let mut found = Vec::new();
    // What meets the same one must differ in its labels, whatever comes of it.
    let mut met: BTreeMap<String, Vec<Labels>> = BTreeMap::new();
    for (labels, value) in many {
        let own = key(&signature(matching, &labels));
        let other = match ones.get_mut(&own) {
            Some(one) => {
                one.2 = true;
                Some((one.0.clone(), one.1.clone()))
            }
            // With `group_right` the sides have changed places, but the fills have not. What is filled in has the labels that match.
            None => matching
                .fill
                .right
                .map(|fill| (signature(matching, &labels), Value::Float(fill))),
        };
        let Some((others, other)) = other else {
            continue;
        };
        let labels = result_labels(node, matching, &labels, &others);
        let before = met.entry(own).or_default();
        if (is_one_to_one && !before.is_empty()) || before.contains(&labels) {
            return Err(Refusal::Wrong("several on the side of many"));
        }
        before.push(labels.clone());
        let (a, b) = in_order(&value, &other);
        if let Some(result) = filtered(node, &a, &b, &a)? {
            found.push((labels, result));
        }
    }
    if let Some(fill) = matching.fill.left {
        for (labels, value, _) in ones.into_values().filter(|(_, _, is_met)| !is_met) {
            let (a, b) = in_order(&Value::Float(fill), &value);
            if let Some(result) = filtered(node, &a, &b, &a)? {
                let mut filled = signature(matching, &unnamed(&labels)).to_builder();
                take_over(&mut filled, matching, &labels);
                found.push((filled.build(), result));
            }
        }
    }
    unique(found)
}

/// Sets the labels that `group_left` or `group_right` names to what the one-side has.
fn take_over(labels: &mut LabelsBuilder, matching: &VectorMatching, one: &Labels) {
    for name in &matching.include {
        labels.set(name, one.value(name));
    }
}

fn result_labels(
    node: &Binary,
    matching: &VectorMatching,
    labels: &Labels,
    one: &Labels,
) -> Labels {
    let labels = if drops_name(node) {
        unnamed(labels)
    } else {
        labels.clone()
    };
    if matching.cardinality != Cardinality::OneToOne {
        let mut labels = labels.to_builder();
        take_over(&mut labels, matching, one);
        return labels.build();
    }
    let is_named = |name: &str| matching.labels.iter().any(|own| own == name);
    labels.filtered(|name| is_named(name) == matching.on)
}
