//! Aggregations: groups first, then what becomes of each.

use std::collections::BTreeMap;

use model::Labels;
use promql::{Aggregate, AggregateOp, ValueType};

use super::histogram::Naive;
use super::value::Value;
use super::{Reference, Refusal, Result, Vector, windows};
use crate::answer::key;

impl Reference<'_> {
    pub(super) fn aggregate(&self, aggregate: &Aggregate, at: i64) -> Result<Vector> {
        let parameter = match &aggregate.param {
            Some(param) if param.value_type() == ValueType::Scalar => self.scalar(param, at)?,
            Some(_) => return Err(Refusal::Unknown),
            None => 0.0,
        };
        let named = aggregate.grouping.labels();
        let is_named = |name: &str| named.iter().any(|own| own == name);
        let without = aggregate.grouping.is_without();
        let group = |labels: &Labels| {
            labels.filtered(|name| is_named(name) != without && !(without && name == "__name__"))
        };
        let mut groups: BTreeMap<String, (Labels, Vector)> = BTreeMap::new();
        for (labels, value) in self.vector(&aggregate.expr, at)? {
            let group = group(&labels);
            let members = groups.entry(key(&group)).or_insert((group, Vec::new()));
            members.1.push((labels, value));
        }
        let mut found = Vec::new();
        for (labels, members) in groups.into_values() {
            if matches!(aggregate.op, AggregateOp::Topk | AggregateOp::Bottomk) {
                found.extend(chosen(aggregate.op, members, parameter));
            } else {
                let value = summed_up(aggregate.op, &members)?;
                found.extend(value.map(|value| (labels, value)));
            }
        }
        Ok(found)
    }
}

/// The members with the largest or smallest values; histograms have none.
fn chosen(op: AggregateOp, mut members: Vector, parameter: f64) -> Vector {
    members.retain(|(_, value)| value.float().is_some());
    let float = |member: &(Labels, Value)| member.1.float().unwrap_or(f64::NAN);
    members.sort_by(|a, b| float(a).total_cmp(&float(b)));
    if op == AggregateOp::Topk {
        members.reverse();
    }
    members.truncate(parameter as usize);
    members
}

/// What an aggregation makes of the members of a group; `None` of kinds and layouts that don't go together.
fn summed_up(op: AggregateOp, members: &Vector) -> Result<Option<Value>> {
    let floats: Vec<f64> = members
        .iter()
        .filter_map(|(_, value)| value.float())
        .collect();
    let histograms = members.iter().filter_map(|(_, value)| value.histogram());
    let histograms: Vec<Naive> = histograms.cloned().collect();
    Ok(match op {
        AggregateOp::Count => Some(Value::Float(members.len() as f64)),
        AggregateOp::Group => Some(Value::Float(1.0)),
        AggregateOp::Sum | AggregateOp::Avg if !histograms.is_empty() => {
            let total = windows::total(histograms, op == AggregateOp::Avg);
            total.filter(|_| floats.is_empty()).map(Value::Histogram)
        }
        _ if floats.is_empty() => None,
        _ => Some(Value::Float(windows::summary(op.as_str(), &floats)?)),
    })
}
