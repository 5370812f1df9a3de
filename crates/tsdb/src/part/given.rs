//! Samples in memory, as a source for tests.

use std::collections::{BTreeMap, BTreeSet};

use model::{Labels, STALE_NAN, TimeRange, Value};
use storage::{Column, Columns};

use super::{Examples, Medium, PageCache, Part, PartError, Said, Source};

/// Series by target and own labels, each with its samples by time.
pub(crate) type Samples = BTreeMap<(Labels, Labels), BTreeMap<i64, Value>>;

/// Groups by target, with all times that any of their series has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    groups: Vec<GivenGroup>,
    pub(crate) said: Said,
    pub(crate) examples: Vec<Examples>,
}

#[derive(Clone, Debug)]
struct GivenGroup {
    target: Labels,
    times: Vec<i64>,
    series: Vec<Labels>,
    columns: Vec<Column>,
}

impl Given {
    pub(crate) fn of(samples: &Samples) -> Self {
        let targets: BTreeSet<&Labels> = samples.keys().map(|(target, _)| target).collect();
        let groups = targets.into_iter().map(|target| {
            let own = || samples.iter().filter(|((other, _), _)| other == target);
            let times: BTreeSet<i64> = own().flat_map(|(_, all)| all.keys().copied()).collect();
            let times: Vec<i64> = times.into_iter().collect();
            GivenGroup {
                target: target.clone(),
                series: own().map(|((_, metric), _)| metric.clone()).collect(),
                columns: own().map(|(_, all)| column(&times, all)).collect(),
                times,
            }
        });
        Self {
            groups: groups.collect(),
            ..Self::default()
        }
    }
}

impl Given {
    /// Gives each sample the start that `start_of` its time says.
    pub(crate) fn note_starts(&mut self, start_of: impl Fn(i64) -> Option<i64>) {
        for group in &mut self.groups {
            for column in &mut group.columns {
                for row in column.first_row..column.first_row + column.values.len() {
                    let time = group.times[row];
                    column.starts.note(time, start_of(time), i64::MIN);
                }
            }
        }
    }
}

/// The samples of a series among the times of its group.
fn column(times: &[i64], samples: &BTreeMap<i64, Value>) -> Column {
    let mut column = Column::default();
    let rows = times.iter().enumerate();
    let own: Vec<(usize, &Value)> = rows
        .filter_map(|(row, time)| Some((row, samples.get(time)?)))
        .collect();
    column.first_row = own.first().map_or(0, |(row, _)| *row);
    let mut next = column.first_row;
    for (row, value) in own {
        if next < row {
            column.gaps.push(next..row);
        }
        for _ in next..row {
            column.values.push(Value::Float(STALE_NAN));
        }
        column.values.push(value.clone());
        next = row + 1;
    }
    column.find_stale();
    column
}

impl Source for Given {
    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn target(&self, group: usize) -> &Labels {
        &self.groups[group].target
    }

    fn series(&self, group: usize) -> &[Labels] {
        &self.groups[group].series
    }

    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        out.clone_from(&self.groups[group].times);
        Ok(())
    }

    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        out.clone_from(&self.groups[group].columns[series]);
        Ok(())
    }

    fn metadata(&mut self) -> Result<Said, PartError> {
        Ok(self.said.clone())
    }

    fn exemplars(&mut self) -> Result<Vec<Examples>, PartError> {
        Ok(self.examples.clone())
    }
}

/// All samples of a part by whole label sets, values and their starts as text so that equal text means equal bits. Of stale markers that follow each
/// other the first.
pub(crate) fn content<M: Medium>(part: &Part<M>) -> BTreeMap<Labels, Vec<(i64, String)>> {
    let tables = part.tables().expect("own bytes");
    let mut cache = PageCache::default();
    let mut columns = Columns::default();
    let mut content: BTreeMap<Labels, Vec<(i64, String)>> = BTreeMap::new();
    for group in 0..tables.groups() {
        let series = tables.series(group);
        part.read(group, series, TimeRange::ALL, &mut cache, &mut columns)
            .expect("own bytes");
        for (metric, column) in series.iter().zip(&columns.columns) {
            let labels = tables.target(group).merged(&tables.metric(*metric));
            let samples = samples_of(column, &columns.timestamps);
            let before = content.insert(labels.clone(), samples);
            assert!(before.is_none(), "{labels} twice");
        }
    }
    content
}

fn samples_of(column: &Column, times: &[i64]) -> Vec<(i64, String)> {
    let mut samples = Vec::new();
    let mut was_stale = false;
    for index in 0..column.values.len() {
        let row = column.first_row + index;
        if column.gaps.iter().any(|gap| gap.contains(&row)) {
            continue;
        }
        let value = column.values.get(index).expect("one for each row");
        if !(was_stale && value.is_stale()) {
            let start = column.starts.at(times[row]);
            samples.push((times[row], text_of(&value, start)));
        }
        was_stale = value.is_stale();
    }
    samples
}

/// A value and its start; a stale marker has none.
pub(crate) fn text_of(value: &Value, start: Option<i64>) -> String {
    match start {
        Some(start) if !value.is_stale() => format!("{} since {start}", text(value)),
        _ => text(value),
    }
}

/// A value so that equal text means equal bits.
fn text(value: &Value) -> String {
    match value {
        Value::Float(float) => format!("{:x}", float.to_bits()),
        Value::Histogram(histogram) => format!("{:x} {histogram:?}", histogram.sum.to_bits()),
    }
}
