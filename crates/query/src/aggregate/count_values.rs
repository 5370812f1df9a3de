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
    let steps = input
        .columns
        .first()
        .map_or(0, |column| column.floats.len());
    let mut places = Places::new(context, steps);
    for (index, column) in input.columns.iter().enumerate() {
        let member = groups.members[index];
        let labelled = |value: &Value| {
            let mut labels = groups.series[member].labels.to_builder();
            if is_kept {
                labels.set(label, &text(value));
            }
            labels.build()
        };
        for step in 0..steps {
            let Some(value) = column.value(step) else {
                continue;
            };
            let place = match value {
                Value::Float(float) => places.of_float(member, float, labelled)?,
                Value::Histogram(_) => places.of(labelled(&value))?,
            };
            let count = &mut places.out.columns[place].floats[step];
            *count = if is_absent(*count) { 1.0 } else { *count + 1.0 };
        }
    }
    Ok(places.out)
}

/// The series that came into being, and where each is.
struct Places<'q> {
    steps: usize,
    out: Vector<'q>,
    by_labels: HashMap<Labels, usize, RandomState>,
    /// By group and bits: most values come again and again, and labels take long to make.
    by_float: HashMap<(usize, u64), usize, RandomState>,
}

impl<'q> Places<'q> {
    fn new(context: &'q Context<'q>, steps: usize) -> Self {
        Self {
            steps,
            out: Vector::new(context),
            by_labels: HashMap::default(),
            by_float: HashMap::default(),
        }
    }

    /// Where a group's series for this value is.
    fn of_float(
        &mut self,
        group: usize,
        float: f64,
        labelled: impl Fn(&Value) -> Labels,
    ) -> Result<usize> {
        let key = (group, float.to_bits());
        if let Some(place) = self.by_float.get(&key) {
            return Ok(*place);
        }
        let place = self.of(labelled(&Value::Float(float)))?;
        self.by_float.insert(key, place);
        Ok(place)
    }

    /// Where the series with these labels is.
    fn of(&mut self, labels: Labels) -> Result<usize> {
        if let Some(place) = self.by_labels.get(&labels) {
            return Ok(*place);
        }
        let place = self.out.series.len();
        let mut counts = Column::default();
        counts.clear(self.steps);
        self.out.push(Series::new(labels.clone()), counts)?;
        self.by_labels.insert(labels, place);
        Ok(place)
    }
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
