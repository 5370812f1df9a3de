//! `count_values`: a series for each value that occurs, with how often it does.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Labels, Value};
use promql::Grouping;

use crate::column::{Column, is_absent};
use crate::context::Context;
use crate::operator::Result;
use crate::operator::aggregate::Groups;
use crate::operator::buffer::Vector;
use crate::series::{Series, is_metric_label};

/// Counts the values of each group; `label` takes the value's text.
///
/// Series are given that label before they are grouped, so a clause `without` it takes it away again.
pub(crate) fn count_values<'q>(
    context: &'q Context<'q>,
    input: &Vector<'q>,
    groups: &Groups,
    grouping: &Grouping,
    label: &str,
) -> Result<Vector<'q>> {
    let is_kept = match grouping {
        Grouping::By(_) => true,
        Grouping::Without(named) => {
            !is_metric_label(label) && !named.iter().any(|name| name == label)
        }
    };
    let mut places: HashMap<Labels, usize, RandomState> = HashMap::default();
    let mut out = Vector::new(context);
    for (index, column) in input.columns.iter().enumerate() {
        let group = &groups.series[groups.members[index]];
        for step in 0..column.floats.len() {
            let Some(value) = column.value(step) else {
                continue;
            };
            let mut labels = group.labels.to_builder();
            if is_kept {
                labels.set(label, &text(&value));
            }
            let labels = labels.build();
            let place = *places
                .entry_ref(&labels)
                .or_insert_with(|| out.series.len());
            if place == out.series.len() {
                let mut counts = Column::default();
                counts.clear(column.floats.len());
                out.push(Series::new(labels), counts)?;
            }
            let count = &mut out.columns[place].floats[step];
            *count = if is_absent(*count) { 1.0 } else { *count + 1.0 };
        }
    }
    Ok(out)
}

/// A value as a label holds it: shortest digits without exponent.
fn text(value: &Value) -> String {
    match value {
        Value::Float(value) if *value == f64::INFINITY => "+Inf".to_owned(),
        Value::Float(value) if *value == f64::NEG_INFINITY => "-Inf".to_owned(),
        Value::Float(value) => value.to_string(),
        Value::Histogram(histogram) => crate::kernel::histogram::text(histogram),
    }
}
