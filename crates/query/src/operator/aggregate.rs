//! Aggregation: sorts series into groups, then adds up their columns as they pass by.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::Labels;
use promql::{AggregateOp, Grouping};

use crate::aggregate::{Accumulator, Notes, accumulator, choose, extremes};
use crate::column::Column;
use crate::context::{Context, Room};
use crate::operator::buffer::Vector;
use crate::operator::{InstantOperator, Result, ScalarOperator};
use crate::plan::AggregateNode;
use crate::series::{Factored, Series, SeriesSet, is_metric_label};
use crate::steps::Steps;

/// Which series belongs to which group.
pub(crate) struct Groups {
    /// The groups' labels, in the order in which they were met.
    pub series: Vec<Series>,
    /// For each input series the index of its group.
    pub members: Vec<usize>,
}

impl Groups {
    fn of(input: &SeriesSet, grouping: &Grouping) -> Self {
        match input {
            SeriesSet::Whole(series) => Self::new(series, grouping),
            SeriesSet::Factored(factored) => Self::factored(factored, grouping),
        }
    }

    fn factored(input: &Factored, grouping: &Grouping) -> Self {
        let (keys, members) = input.sorted_by(|labels| group_labels(labels, grouping));
        let series = keys.into_iter().map(|labels| Series {
            labels,
            drop_name: input.drop_name,
        });
        Self {
            series: series.collect(),
            members,
        }
    }

    pub(crate) fn new(input: &[Series], grouping: &Grouping) -> Self {
        let mut places: HashMap<Labels, usize, RandomState> = HashMap::default();
        let mut groups = Self {
            series: Vec::new(),
            members: Vec::with_capacity(input.len()),
        };
        for one in input {
            let labels = group_labels(&one.labels, grouping);
            let place = *places
                .entry_ref(&labels)
                .or_insert_with(|| groups.series.len());
            if place == groups.series.len() {
                groups.series.push(Series::new(labels));
            }
            // One member whose name must go is enough for the group's to go.
            groups.series[place].drop_name |= one.drop_name;
            groups.members.push(place);
        }
        groups
    }
}

/// The labels of the group that a series belongs to; the clause's labels are sorted.
fn group_labels(labels: &Labels, grouping: &Grouping) -> Labels {
    let is_named = |name: &str| {
        let named = grouping.labels();
        named.binary_search_by(|own| own.as_str().cmp(name)).is_ok()
    };
    match grouping {
        Grouping::By(named) if named.is_empty() => Labels::empty(),
        Grouping::By(_) => labels.filtered(is_named),
        Grouping::Without(_) => labels.filtered(|name| !is_named(name) && !is_metric_label(name)),
    }
}

/// Yields a series per group.
pub(crate) struct AggregateOperator<'q> {
    context: &'q Context<'q>,
    node: &'q AggregateNode,
    steps: Steps,
    input: Box<dyn InstantOperator + 'q>,
    parameter: Option<Box<dyn ScalarOperator + 'q>>,
    work: Work,
}

/// What is still to be done when all groups are known.
enum Work {
    /// To finish each: all series have been added up.
    Finish(std::vec::IntoIter<Box<dyn Accumulator>>),
    /// To add up one after the other, for series come in the order of their groups.
    AddUp(Runs),
}

/// Groups whose series come one behind the other, as those of a target do: only one group is in memory at a time.
struct Runs {
    /// How many series each group has.
    lengths: std::vec::IntoIter<usize>,
    /// What tells the name of each series.
    labels: std::vec::IntoIter<Labels>,
    /// That of the aggregation, for each step.
    parameter: Vec<f64>,
    column: Column,
}

impl Runs {
    fn new(series: &SeriesSet, groups: &Groups, parameter: Vec<f64>) -> Self {
        let runs = groups.members.chunk_by(|a, b| a == b);
        let labels: Vec<Labels> = series.names().cloned().collect();
        Self {
            lengths: runs.map(<[usize]>::len).collect::<Vec<_>>().into_iter(),
            labels: labels.into_iter(),
            parameter,
            column: Column::default(),
        }
    }
}

impl<'q> AggregateOperator<'q> {
    pub(crate) fn new(
        context: &'q Context<'q>,
        node: &'q AggregateNode,
        steps: Steps,
        input: Box<dyn InstantOperator + 'q>,
        parameter: Option<Box<dyn ScalarOperator + 'q>>,
    ) -> Self {
        Self {
            context,
            node,
            steps,
            input,
            parameter,
            work: Work::Finish(Vec::new().into_iter()),
        }
    }

    /// Adds up all groups at once.
    fn add_up(
        &mut self,
        series: &SeriesSet,
        groups: &Groups,
        parameter: &[f64],
    ) -> Result<Vec<Box<dyn Accumulator>>> {
        let (node, steps) = (self.node, self.steps.count);
        self.context
            .hold(Room::floats(groups.series.len() * steps))?;
        let empty = |_| accumulator(node.op, steps, parameter);
        let mut accumulators: Vec<_> = groups.series.iter().map(empty).collect::<Result<_>>()?;
        let mut column = Column::default();
        for (labels, group) in series.names().zip(&groups.members) {
            self.input.next(&mut column)?;
            accumulators[*group].add(&column, &notes(self.context, node, labels))?;
        }
        Ok(accumulators)
    }

    /// The next group, added up.
    fn next_of_runs(&mut self) -> Result<Option<Box<dyn Accumulator>>> {
        let (context, node) = (self.context, self.node);
        let Work::AddUp(runs) = &mut self.work else {
            return Ok(None);
        };
        let Some(length) = runs.lengths.next() else {
            return Ok(None);
        };
        context.hold(Room::floats(self.steps.count))?;
        let mut group = accumulator(node.op, self.steps.count, &runs.parameter)?;
        for labels in runs.labels.by_ref().take(length) {
            self.input.next(&mut runs.column)?;
            group.add(&runs.column, &notes(context, node, &labels))?;
        }
        Ok(Some(group))
    }
}

fn notes<'a>(context: &'a Context<'a>, node: &AggregateNode, labels: &'a Labels) -> Notes<'a> {
    Notes {
        labels,
        context,
        op: node.op,
        span: node.input_span,
    }
}

impl InstantOperator for AggregateOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        let parameter = match &mut self.parameter {
            Some(parameter) => parameter.values()?,
            None => Vec::new(),
        };
        if self.node.op == AggregateOp::Quantile {
            warn_of_quantiles(self.context, self.node, &parameter);
        }
        let series = self.input.series_set()?;
        let groups = Groups::of(&series, &self.node.grouping);
        // Groups are numbered as they are met.
        self.work = if groups.members.is_sorted() {
            Work::AddUp(Runs::new(&series, &groups, parameter))
        } else {
            let accumulators = self.add_up(&series, &groups, &parameter)?;
            Work::Finish(accumulators.into_iter())
        };
        Ok(groups.series)
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        let group = match &mut self.work {
            Work::Finish(groups) => groups.next(),
            Work::AddUp(_) => self.next_of_runs()?,
        };
        if let Some(mut group) = group {
            let nobody = Labels::empty();
            group.finish(out, &notes(self.context, self.node, &nobody))?;
            self.context.release(Room::floats(self.steps.count));
        }
        Ok(())
    }
}

/// Of all steps' quantiles that are none, tells the farthest on either side, and NaN.
fn warn_of_quantiles(context: &Context<'_>, node: &AggregateNode, parameter: &[f64]) {
    let not_a_number = parameter.iter().copied().find(|q| q.is_nan());
    let largest = parameter.iter().copied().reduce(f64::max);
    let smallest = parameter.iter().copied().reduce(f64::min);
    for q in [not_a_number, largest, smallest].into_iter().flatten() {
        crate::function::histogram::warn_of_quantile(context, node.parameter_span, q);
    }
}

/// Aggregations that answer when they have seen everything: those that choose series.
pub(crate) fn whole<'q>(
    context: &'q Context<'q>,
    node: &'q AggregateNode,
    mut input: Box<dyn InstantOperator + 'q>,
    parameter: Option<Box<dyn ScalarOperator + 'q>>,
) -> Result<Vector<'q>> {
    let parameter = match parameter {
        Some(mut parameter) => parameter.values()?,
        None => Vec::new(),
    };
    if matches!(node.op, AggregateOp::Topk | AggregateOp::Bottomk) {
        return extremes::extremes(context, node, &mut *input, &parameter);
    }
    let input = Vector::collect(context, &mut *input)?;
    let groups = Groups::new(&input.series, &node.grouping);
    choose::choose(context, node, input, &groups, &parameter)
}
