//! `topk` and `bottomk`: at each step the series with the largest or the smallest values.
//!
//! Series pass one by one, and only the best values so far are kept: those of a group until its last series has come.

use std::cmp::Ordering;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use promql::AggregateOp;

use crate::aggregate::choose::{check_count, count, ranks};
use crate::column::{Column, is_absent};
use crate::context::{Context, Room};
use crate::kernel::order;
use crate::operator::aggregate::Groups;
use crate::operator::buffer::Vector;
use crate::operator::{InstantOperator, Result};
use crate::plan::AggregateNode;
use crate::series::Series;

/// A value that is among the best of its step, and which series has it.
type Best = (f64, u32);

/// The best of one group so far.
struct Bests {
    /// How many series it has.
    size: usize,
    /// How many of them are still to come.
    missing: usize,
    /// For each step, best first. Empty until a series with a value has come.
    steps: Vec<Vec<Best>>,
}

/// What decides which of two series is better.
struct Contest {
    order: fn(f64, f64) -> Ordering,
    /// Each series' place by ascending labels: of equal values the first one is chosen, whatever order the store has.
    ranks: Vec<u32>,
    /// At most so many at each step.
    limits: Vec<usize>,
}

/// Chooses; `parameter` has a number per step.
pub(crate) fn extremes<'q>(
    context: &'q Context<'q>,
    node: &AggregateNode,
    input: &mut dyn InstantOperator,
    parameter: &[f64],
) -> Result<Vector<'q>> {
    let series = input.series()?;
    let groups = Groups::new(&series, &node.grouping);
    let contest = Contest::new(node, &series, parameter);
    let mut bests = groups_of(&groups);
    // In the order in which groups are met, as far as they have anything.
    let mut met = Vec::new();
    let mut chosen: Vec<Vec<(usize, Column)>> = vec![Vec::new(); bests.len()];
    let mut column = Column::default();
    for (index, group) in groups.members.iter().copied().enumerate() {
        input.next(&mut column)?;
        if column.histograms.iter().any(Option::is_some) {
            let text = format!("ignored histogram in {} aggregation", node.op.as_str());
            context.inform(node.input_span, &text);
        }
        let best = &mut bests[group];
        if best.steps.is_empty() && !column.is_empty() {
            context.check()?;
            context.hold(contest.room(best))?;
            best.steps = vec![Vec::new(); parameter.len()];
            met.push(group);
        }
        best.missing -= 1;
        contest.add(best, &column, index as u32);
        if best.missing == 0 && !best.steps.is_empty() {
            chosen[group] = columns(&best.steps);
            context.release(contest.room(best));
            best.steps = Vec::new();
        }
    }
    let most = parameter.iter().copied().fold(f64::NAN, f64::max);
    let mut out = Vector::new(context);
    if most < 1.0 {
        return Ok(out);
    }
    check_count(parameter)?;
    for (index, column) in met
        .into_iter()
        .flat_map(|group| std::mem::take(&mut chosen[group]))
    {
        out.push(series[index].clone(), column)?;
    }
    Ok(out)
}

fn groups_of(groups: &Groups) -> Vec<Bests> {
    let mut sizes = vec![0; groups.series.len()];
    groups.members.iter().for_each(|group| sizes[*group] += 1);
    let bests = sizes.into_iter().map(|size| Bests {
        size,
        missing: size,
        steps: Vec::new(),
    });
    bests.collect()
}

impl Contest {
    fn new(node: &AggregateNode, series: &[Series], parameter: &[f64]) -> Self {
        let mut places = vec![0; series.len()];
        for (rank, index) in (0..).zip(ranks(series)) {
            places[index] = rank;
        }
        Self {
            order: match node.op {
                AggregateOp::Topk => order::descending,
                _ => order::ascending,
            },
            ranks: places,
            limits: parameter.iter().map(|k| count(*k)).collect(),
        }
    }

    /// What a group's best may come to.
    fn room(&self, group: &Bests) -> Room {
        let most = self.limits.iter().map(|limit| (*limit).min(group.size));
        Room::floats(most.sum())
    }

    /// Takes in the column of a series.
    fn add(&self, group: &mut Bests, column: &Column, index: u32) {
        let steps = group.steps.iter_mut().zip(&self.limits);
        for ((best, limit), value) in steps.zip(&column.floats) {
            if !is_absent(*value) {
                self.insert(best, (*value, index), *limit);
            }
        }
    }

    /// Puts a value in its place among the best, of which there are at most `limit`.
    fn insert(&self, best: &mut Vec<Best>, candidate: Best, limit: usize) {
        let rank = |one: &Best| self.ranks[one.1 as usize];
        let beats = |other: &Best| {
            let by_value = (self.order)(candidate.0, other.0);
            by_value
                .then_with(|| rank(&candidate).cmp(&rank(other)))
                .is_lt()
        };
        if best.len() >= limit {
            match best.last() {
                Some(worst) if beats(worst) => best.pop(),
                _ => return,
            };
        }
        let place = best.partition_point(|other| !beats(other));
        best.insert(place, candidate);
    }
}

/// A column for each series that was chosen, in the order in which they were: for an instant query, the order of the result.
fn columns(steps: &[Vec<Best>]) -> Vec<(usize, Column)> {
    let mut places: HashMap<u32, usize, RandomState> = HashMap::default();
    let mut columns: Vec<(usize, Column)> = Vec::new();
    for (step, best) in steps.iter().enumerate() {
        for (value, index) in best {
            let next = columns.len();
            let place = *places.entry(*index).or_insert(next);
            if place == next {
                let mut column = Column::default();
                column.clear(steps.len());
                columns.push((*index as usize, column));
            }
            columns[place].1.floats[step] = *value;
        }
    }
    columns
}
