//! `info(v, {…})`: joins labels of info metrics, such as `target_info`, to the series of the targets that they describe.
//!
//! An info series describes the series with the same `instance` and `job`. When several of one metric do, the one with the newest
//! sample is asked. Which one that is may change from step to step, and so may the labels.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Labels, Matcher};

use crate::column::{Column, is_absent};
use crate::context::Context;
use crate::operator::buffer::Vector;
use crate::operator::{InstantOperator, Result, execution};
use crate::plan::InfoNode;
use crate::series::Series;

/// The labels that tell which target a series is about.
const IDENTIFYING: [&str; 2] = ["instance", "job"];

/// Joins labels; `info` yields the times of the newest samples of info series.
pub(crate) fn info<'q>(
    context: &'q Context<'q>,
    node: &InfoNode,
    mut base: Box<dyn InstantOperator + 'q>,
    mut info: Box<dyn InstantOperator + 'q>,
    steps: usize,
) -> Result<Vector<'q>> {
    let base = Vector::collect(context, &mut *base)?;
    let info = Vector::collect(context, &mut *info)?;
    let mut join = Join {
        node,
        info: &info,
        by_target: HashMap::default(),
        places: HashMap::default(),
        out: Vector::new(context),
        steps,
    };
    for (index, series) in info.series.iter().enumerate() {
        if let Some(target) = target(&series.labels) {
            join.by_target.entry(target).or_default().push(index);
        }
    }
    for (series, column) in base.series.iter().zip(&base.columns) {
        context.check()?;
        join.add(series, column)?;
    }
    Ok(join.out)
}

/// The identifying labels, if there are any.
fn target(labels: &Labels) -> Option<Labels> {
    let target = labels.filtered(|name| IDENTIFYING.contains(&name));
    (!target.is_empty()).then_some(target)
}

struct Join<'a, 'q> {
    node: &'a InfoNode,
    info: &'a Vector<'q>,
    /// Info series by their target.
    by_target: HashMap<Labels, Vec<usize>, RandomState>,
    /// Where results with such labels are.
    places: HashMap<Labels, usize, RandomState>,
    out: Vector<'q>,
    steps: usize,
}

impl Join<'_, '_> {
    fn add(&mut self, series: &Series, column: &Column) -> Result<()> {
        let name = series.labels.metric_name();
        if self.node.names.iter().all(|matcher| matcher.matches(name)) {
            // An info series is not described by others.
            let place = self.place(series.clone())?;
            return self.copy(place, column, 0..self.steps);
        }
        let candidates = target(&series.labels).and_then(|target| self.by_target.get(&target));
        let candidates = candidates.cloned().unwrap_or_default();
        let mut step = 0;
        while step < self.steps {
            let chosen = self.choose(&candidates, step)?;
            // Mostly the choice is the same for all steps.
            let begin = step;
            while step < self.steps && self.choose(&candidates, step)? == chosen {
                step += 1;
            }
            if let Some(joined) = self.joined(series, &chosen)? {
                let place = self.place(joined)?;
                self.copy(place, column, begin..step)?;
            }
        }
        Ok(())
    }

    /// Of each info metric the series with the newest sample at a step.
    fn choose(&self, candidates: &[usize], step: usize) -> Result<Vec<usize>> {
        let mut chosen: Vec<usize> = Vec::new();
        let time = |index: usize| self.info.columns[index].floats[step];
        let labels = |index: usize| &self.info.series[index].labels;
        for index in candidates
            .iter()
            .copied()
            .filter(|index| !is_absent(time(*index)))
        {
            let name = labels(index).metric_name();
            let rival = chosen
                .iter_mut()
                .find(|other| labels(**other).metric_name() == name);
            match rival {
                None => chosen.push(index),
                Some(rival) if time(*rival) < time(index) => *rival = index,
                Some(rival) if time(*rival) > time(index) => {}
                Some(rival) => {
                    let at = (time(index) * 1000.0) as i64;
                    return Err(execution(format!(
                        "found duplicate series for info metric: existing {} @ {at}, new {} @ {at}",
                        labels(*rival),
                        labels(index),
                    )));
                }
            }
        }
        Ok(chosen)
    }

    /// The series with the labels of those info series; `None` when it is wanted with such labels only.
    fn joined(&self, series: &Series, chosen: &[usize]) -> Result<Option<Series>> {
        let data: &[Matcher] = &self.node.data;
        if chosen.is_empty() {
            let stays = data.iter().all(Matcher::matches_empty);
            return Ok(stays.then(|| series.clone()));
        }
        let mut labels = series.labels.to_builder();
        for index in chosen {
            for (name, value) in &self.info.series[*index].labels {
                let is_wanted =
                    data.is_empty() || data.iter().any(|matcher| matcher.name() == name);
                if !is_wanted
                    || series.labels.get(name).is_some()
                    || name == model::labels::METRIC_NAME
                {
                    continue;
                }
                let other = labels.value(name);
                if !other.is_empty() && other != value {
                    return Err(execution(format!("conflicting label: {name}")));
                }
                labels.set(name, value);
            }
        }
        Ok(Some(Series {
            labels: labels.build(),
            drop_name: series.drop_name,
        }))
    }

    fn place(&mut self, series: Series) -> Result<usize> {
        if let Some(place) = self.places.get(&series.labels) {
            return Ok(*place);
        }
        let place = self.out.series.len();
        self.places.insert(series.labels.clone(), place);
        let mut column = Column::default();
        column.clear(self.steps);
        self.out.push(series, column)?;
        Ok(place)
    }

    fn copy(&mut self, place: usize, from: &Column, steps: std::ops::Range<usize>) -> Result<()> {
        let into = &mut self.out.columns[place];
        for step in steps {
            if let Some(value) = from.value(step) {
                if into.has(step) {
                    return Err(execution(crate::operator::unique::SAME_LABELSET));
                }
                into.set(step, Some(value));
            }
        }
        Ok(())
    }
}
