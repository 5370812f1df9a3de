//! The rows of a merged group, and where those of its sources are among them.

use std::collections::BTreeMap;

use model::{STALE_NAN, Value};
use storage::Column;

/// How the rows of a group's nodes become its own.
#[derive(Debug)]
pub(super) enum Clock {
    /// One node after the other: the first row of each.
    InTurn(Vec<usize>),
    /// Rows of several nodes in between each other: all times, and for each node its rows' places.
    Woven(Vec<i64>, Vec<Vec<u32>>),
    /// One series with its own times.
    Alone(Vec<i64>, Box<Column>),
}

impl Clock {
    /// From the times of each node.
    pub(super) fn woven(nodes: &[Vec<i64>]) -> Self {
        let mut times: Vec<i64> = nodes.concat();
        times.sort_unstable();
        times.dedup();
        let places = |own: &Vec<i64>| {
            let place = |time: &i64| times.partition_point(|other| other < time) as u32;
            own.iter().map(place).collect()
        };
        let rows = nodes.iter().map(places).collect();
        Self::Woven(times, rows)
    }
}

/// The samples of one series by time, each with its start time. Sources are added from the oldest on: what is there stands.
#[derive(Debug, Default)]
pub(super) struct Samples(BTreeMap<i64, (Value, Option<i64>)>);

impl Samples {
    /// Adds a source's samples. Of stale markers that follow each other only the first is one; the others only say that there is nothing.
    pub(super) fn add(&mut self, column: &Column, times: &[i64]) {
        let mut was_stale = false;
        let mut gaps = column.gaps.iter().peekable();
        for index in 0..column.values.len() {
            let row = column.first_row + index;
            while gaps.next_if(|gap| gap.end <= row).is_some() {}
            if gaps.peek().is_some_and(|gap| gap.contains(&row)) {
                continue;
            }
            let Some(value) = column.values.get(index) else {
                continue;
            };
            let stale = value.is_stale();
            if !(stale && was_stale) {
                let start = column.starts.at(times[row]);
                self.0.entry(times[row]).or_insert((value, start));
            }
            was_stale = stale;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The samples among `times`, which has all of theirs.
    pub(super) fn column(&self, times: &[i64]) -> Column {
        let mut column = Column::default();
        let mut next = 0;
        let mut last: Option<&Value> = None;
        for (time, (value, start)) in &self.0 {
            let row = next + times[next..].partition_point(|other| other < time);
            match last {
                None => column.first_row = row,
                // A series that has ended goes on having ended.
                Some(last) if row > next && !last.is_stale() => column.gaps.push(next..row),
                Some(_) => {}
            }
            if last.is_some() {
                for _ in next..row {
                    column.values.push(Value::Float(STALE_NAN));
                }
            }
            column.values.push(value.clone());
            if start.is_some() || !column.starts.is_empty() {
                column.starts.note(*time, *start, i64::MIN);
            }
            next = row + 1;
            last = Some(value);
        }
        column.find_stale();
        column
    }

    /// The samples with times of their own.
    pub(super) fn alone(&self) -> (Vec<i64>, Column) {
        let times: Vec<i64> = self.0.keys().copied().collect();
        let column = self.column(&times);
        (times, column)
    }
}
