//! `count_values`: a series for each value that occurs, with how often it does.
//!
//! Most values occur at few steps, so what is kept is at which, not a column for each value.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Labels, Value};
use promql::Grouping;

use crate::column::{Column, is_absent};
use crate::context::{Context, Room};
use crate::operator::aggregate::Groups;
use crate::operator::{InstantOperator, Result};
use crate::plan::AggregateNode;
use crate::series::{Series, is_metric_label};
use crate::steps::Steps;

/// Counts the values of each group; a label takes the value's text.
pub(crate) struct CountValuesOperator<'q> {
    context: &'q Context<'q>,
    node: &'q AggregateNode,
    steps: Steps,
    input: Box<dyn InstantOperator + 'q>,
    /// For each occurrence its step, series after series.
    occurrences: Vec<u32>,
    /// Where those of the series that are still to come end.
    ends: std::vec::IntoIter<usize>,
    begin: usize,
    held: Room,
}

impl<'q> CountValuesOperator<'q> {
    pub(crate) fn new(
        context: &'q Context<'q>,
        node: &'q AggregateNode,
        steps: Steps,
        input: Box<dyn InstantOperator + 'q>,
    ) -> Self {
        Self {
            context,
            node,
            steps,
            input,
            occurrences: Vec::new(),
            ends: Vec::new().into_iter(),
            begin: 0,
            held: Room::default(),
        }
    }

    fn hold(&mut self, occurrences: usize) -> Result<()> {
        let room = Room::floats(occurrences);
        self.context.hold(room)?;
        self.held = self.held.plus(room);
        Ok(())
    }
}

impl InstantOperator for CountValuesOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        let input = self.input.series()?;
        let groups = Groups::new(&input, &self.node.grouping);
        let mut places = Places::new(self.node);
        // The series and the step of each.
        let mut occurrences: Vec<(u32, u32)> = Vec::new();
        let mut column = Column::default();
        for member in &groups.members {
            self.input.next(&mut column)?;
            let before = occurrences.len();
            let group = (*member, &groups.series[*member].labels);
            for step in 0..column.floats.len() {
                let place = match column.histogram(step) {
                    None if is_absent(column.floats[step]) => continue,
                    None => places.of_float(group, column.floats[step]),
                    Some(histogram) => places.of(group.1, &Value::Histogram(histogram.clone())),
                };
                occurrences.push((place, step as u32));
            }
            self.hold(occurrences.len() - before)?;
        }
        let (sorted, ends) = by_series(&occurrences, places.series.len());
        self.occurrences = sorted;
        self.ends = ends.into_iter();
        Ok(places.series)
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        out.clear(self.steps.count);
        if let Some(end) = self.ends.next() {
            for step in &self.occurrences[self.begin..end] {
                let count = &mut out.floats[*step as usize];
                *count = if is_absent(*count) { 1.0 } else { *count + 1.0 };
            }
            self.begin = end;
        }
        Ok(())
    }
}

impl Drop for CountValuesOperator<'_> {
    fn drop(&mut self) {
        self.context.release(self.held);
    }
}

/// The steps of each series' occurrences, series after series, and where those of each end.
fn by_series(occurrences: &[(u32, u32)], series: usize) -> (Vec<u32>, Vec<usize>) {
    let mut ends = vec![0; series];
    for (place, _) in occurrences {
        ends[*place as usize] += 1;
    }
    let mut begin = 0;
    for end in &mut ends {
        let count = std::mem::replace(end, begin);
        begin += count;
    }
    // Each is where its series begins, and moves on to where that ends.
    let mut sorted = vec![0; occurrences.len()];
    for (place, step) in occurrences {
        let end = &mut ends[*place as usize];
        sorted[*end] = *step;
        *end += 1;
    }
    (sorted, ends)
}

/// The series that came into being, and where each is.
struct Places<'q> {
    label: &'q str,
    /// Series are given the label before they are grouped, so a clause `without` it takes it away again.
    is_kept: bool,
    series: Vec<Series>,
    by_labels: HashMap<Labels, u32, RandomState>,
    /// By group and bits: most values come again and again, and labels take long to make.
    by_float: HashMap<(usize, u64), u32, RandomState>,
}

impl<'q> Places<'q> {
    fn new(node: &'q AggregateNode) -> Self {
        let label = node.label.as_str();
        let is_kept = match &node.grouping {
            Grouping::By(_) => true,
            Grouping::Without(named) => {
                !is_metric_label(label) && !named.iter().any(|name| name == label)
            }
        };
        Self {
            label,
            is_kept,
            series: Vec::new(),
            by_labels: HashMap::default(),
            by_float: HashMap::default(),
        }
    }

    /// Where the series for this value of a group is; the group's number and labels.
    fn of_float(&mut self, (number, labels): (usize, &Labels), float: f64) -> u32 {
        let key = (number, float.to_bits());
        if let Some(place) = self.by_float.get(&key) {
            return *place;
        }
        let place = self.of(labels, &Value::Float(float));
        self.by_float.insert(key, place);
        place
    }

    fn of(&mut self, group: &Labels, value: &Value) -> u32 {
        let mut labels = group.to_builder();
        if self.is_kept {
            labels.set(self.label, &text(value));
        }
        let labels = labels.build();
        let next = self.series.len() as u32;
        let place = *self.by_labels.entry_ref(&labels).or_insert(next);
        if place == next {
            self.series.push(Series::new(labels));
        }
        place
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
