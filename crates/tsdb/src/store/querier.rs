//! A view of the store over a range of time.
//!
//! It holds the layers that there were when it was made; what is flushed or merged meanwhile stays readable to it. No lock is held while a caller's code
//! runs, and none for longer than it takes to read one group.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use model::{Exemplar, Labels, Matcher, TimeRange};
use storage::{Broken, Columns, Group, Querier, Selection};

use super::cut::cut;
use super::group::Joined;
use super::layer::{Layer, Stretch, or_nothing, visit_sets};
use super::losses::Losses;
use super::select::{Line, lines};

/// Vectors that a querier keeps for its next read.
const SPARE_MAX: usize = 4;

/// A view of some layers.
pub(crate) struct StoreQuerier<'s> {
    layers: Vec<Box<dyn Layer + 's>>,
    range: TimeRange,
    warnings: Vec<String>,
    losses: Arc<Losses>,
    scratch: Scratch,
}

/// Buffers that are used again, so that reading many groups allocates as often as reading one.
#[derive(Debug, Default)]
pub(super) struct Scratch(Mutex<Vec<Columns>>);

impl Scratch {
    pub(super) fn take(&self) -> Columns {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_default()
    }

    pub(super) fn give(&self, columns: Vec<Columns>) {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spare.extend(columns);
        spare.truncate(SPARE_MAX);
    }
}

/// Whether a layer may have samples in the range, and can be read.
fn is_in(layer: &dyn Layer, range: TimeRange) -> bool {
    let own = layer.range();
    let is_outside = own.end < range.start || range.end < own.start;
    !(range.is_empty() || own.is_empty() || is_outside || layer.is_lost())
}

/// What is said of answers that lack a file's samples.
pub(super) fn missing(aside: &str) -> String {
    format!("samples may be missing, since a file was set aside: {aside}")
}

impl<'s> StoreQuerier<'s> {
    /// A view of `layers`, oldest first, which is the order of precedence too. To its warnings come those of `losses` that are in its range, met by
    /// itself or others.
    pub(crate) fn new(
        layers: Vec<Box<dyn Layer + 's>>,
        range: TimeRange,
        warnings: Vec<String>,
        losses: Arc<Losses>,
    ) -> Self {
        Self {
            layers,
            range,
            warnings,
            losses,
            scratch: Scratch::default(),
        }
    }

    fn layers_in(&self, range: TimeRange) -> impl Iterator<Item = &Box<dyn Layer + 's>> {
        self.layers
            .iter()
            .filter(move |layer| is_in(&***layer, range))
    }

    fn stretches(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
    ) -> Result<Vec<(u32, Stretch)>, Broken> {
        let mut found = Vec::new();
        for (number, layer) in (0..).zip(&self.layers) {
            if !is_in(&**layer, range) {
                continue;
            }
            let stretches = or_nothing(&**layer, layer.select(matchers, range))?;
            found.extend(stretches.into_iter().map(|stretch| (number, stretch)));
        }
        Ok(found)
    }

    fn lines(&self, matchers: &[Matcher], range: TimeRange) -> Result<Vec<Line>, Broken> {
        Ok(lines(self.stretches(matchers, range)?))
    }

    /// Tells the layers what will be read.
    fn warm(&self, lines: &[Line]) {
        for (number, layer) in (0..).zip(&self.layers) {
            let segments = lines.iter().flat_map(|line| &line.segments);
            let own = segments.filter(|segment| segment.layer == number);
            layer.warm(&mut own.map(|segment| (segment.place, &*segment.columns)));
        }
    }

    /// Calls `visit` with each label set of either factor that the series which match have; with some of them more than once.
    fn visit(&self, matchers: &[Matcher], mut visit: impl FnMut(&Labels)) -> Result<(), Broken> {
        for layer in self.layers_in(self.range) {
            let layer = &**layer;
            let visited = match matchers {
                [] => layer.label_sets(self.range, &mut visit),
                matchers => layer
                    .select(matchers, self.range)
                    .map(|stretches| visit_sets(&stretches, &mut visit)),
            };
            or_nothing(layer, visited)?;
        }
        Ok(())
    }
}

impl Querier for StoreQuerier<'_> {
    fn select<'q>(&'q self, selection: &Selection<'_>) -> Result<Vec<Box<dyn Group + 'q>>, Broken> {
        let lines = cut(self.lines(selection.matchers, selection.range)?);
        let hints = &selection.hints;
        if !(hints.newest_only || hints.presence_only) {
            self.warm(&lines);
        }
        let groups = lines.into_iter().map(|line| {
            let group = Joined::new(line, &self.layers, &self.scratch, hints);
            Box::new(group) as Box<dyn Group + 'q>
        });
        Ok(groups.collect())
    }

    fn series(&self, matchers: &[Matcher]) -> Result<Vec<Labels>, Broken> {
        let lines = self.lines(matchers, self.range)?;
        let mut found: Vec<Labels> = lines
            .iter()
            .flat_map(|line| line.metrics.iter().map(|metric| line.target.merged(metric)))
            .collect();
        found.sort_unstable();
        Ok(found)
    }

    fn label_names(&self, matchers: &[Matcher]) -> Result<Vec<String>, Broken> {
        let mut names = BTreeSet::new();
        self.visit(matchers, |labels| {
            for (name, _) in labels {
                if !names.contains(name) {
                    names.insert(name.to_owned());
                }
            }
        })?;
        Ok(names.into_iter().collect())
    }

    fn label_values(&self, name: &str, matchers: &[Matcher]) -> Result<Vec<String>, Broken> {
        let mut values = BTreeSet::new();
        self.visit(matchers, |labels| {
            if let Some(value) = labels.get(name)
                && !values.contains(value)
            {
                values.insert(value.to_owned());
            }
        })?;
        Ok(values.into_iter().collect())
    }

    fn exemplars(&self, matchers: &[Matcher]) -> Result<Vec<(Labels, Vec<Exemplar>)>, Broken> {
        let mut found = Vec::new();
        for layer in &self.layers {
            let exemplars = layer.exemplars(matchers, self.range);
            found.extend(or_nothing(&**layer, exemplars)?);
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut joined: Vec<(Labels, Vec<Exemplar>)> = Vec::new();
        for (labels, exemplars) in found {
            match joined.last_mut() {
                Some((last, all)) if *last == labels => all.extend(exemplars),
                _ => joined.push((labels, exemplars)),
            }
        }
        for (_, exemplars) in &mut joined {
            exemplars.sort_by_key(|exemplar| exemplar.timestamp);
            exemplars.dedup();
        }
        Ok(joined)
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = self.warnings.clone();
        let losses = self.losses.all().into_iter();
        let missed = losses.filter(|loss| loss.range.overlaps(self.range));
        warnings.extend(missed.map(|loss| missing(&loss.to_string())));
        warnings
    }
}
