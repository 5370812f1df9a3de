//! Several sources as one.

use std::sync::Arc;

use foldhash::fast::RandomState;
use model::Labels;
use storage::Column;

use super::Map;
use super::clock::{Clock, Samples};
use super::input::{Input, Interned};
use super::nodes::{Component, Node, Nodes, components};
use super::places::Places;
use super::series::{NONE, SeriesList};
use crate::catalog::{CatalogError, OpenPart};
use crate::part::{Examples, PartError, Said, Source, append};

/// How many samples with times of their own are held; when there are more, their series share the rows of their target and have gaps.
const APART_SAMPLES_MAX: usize = 1 << 22;

/// What several sources have, each series once.
pub(super) struct Merge {
    /// Older ones first.
    sources: Vec<Input>,
    groups: Vec<Group>,
    /// Which source could not be read.
    failed: Option<usize>,
    apart_samples: usize,
    piece: Column,
    times: Vec<i64>,
}

/// A group of the merged part.
pub(super) struct Group {
    pub(super) target: Labels,
    /// Whose rows it has.
    pub(super) nodes: Vec<Node>,
    pub(super) series: Arc<SeriesList>,
    pub(super) clock: Clock,
}

/// Lists by where the nodes' lists lie: those of like targets are the same.
type Lists = Map<Vec<(usize, usize)>, Arc<SeriesList>>;

impl Merge {
    /// Of parts; where two have a sample at one time, that of the older one stands.
    ///
    /// # Errors
    ///
    /// When a part's tables can't be read.
    pub(super) fn of_parts(parts: &[Arc<OpenPart>]) -> Result<Self, CatalogError> {
        let mut interned = Interned::with_hasher(RandomState::default());
        let mut parts: Vec<&Arc<OpenPart>> = parts.iter().collect();
        parts.sort_by_key(|part| part.age());
        let mut sources = Vec::with_capacity(parts.len());
        for part in &parts {
            let input = Input::new(part, &mut interned);
            sources.push(input.map_err(CatalogError::in_part(part.number()))?);
        }
        let mut failed = None;
        Self::build(sources, &mut failed).map_err(|error| {
            let number = failed.map_or(0, |failed: usize| parts[failed].number());
            CatalogError::in_part(number)(error)
        })
    }

    fn build(sources: Vec<Input>, failed: &mut Option<usize>) -> Result<Self, PartError> {
        let Nodes {
            metrics, by_target, ..
        } = Nodes::of(&sources, failed)?;
        let mut merge = Self {
            sources,
            groups: Vec::new(),
            failed: None,
            apart_samples: 0,
            piece: Column::default(),
            times: Vec::new(),
        };
        let mut lists = Lists::default();
        for (target, nodes) in by_target {
            for component in components(nodes) {
                let added = merge.add(&target, component, &metrics, &mut lists);
                added.inspect_err(|_| *failed = merge.failed)?;
            }
        }
        Ok(merge)
    }

    /// The source that could not be read, after an error.
    pub(super) fn failed(&self) -> Option<usize> {
        self.failed
    }

    /// Adds the groups of a component.
    fn add(
        &mut self,
        target: &Labels,
        mut component: Component,
        metrics: &[Labels],
        lists: &mut Lists,
    ) -> Result<(), PartError> {
        let mut apart: Vec<u32> = Vec::new();
        for node in &component.apart {
            apart.extend_from_slice(&node.metrics);
        }
        apart.sort_unstable();
        apart.dedup();
        let mut alone = Vec::new();
        for metric in &apart {
            let samples = self.samples_of(&component, *metric)?;
            self.apart_samples += samples.len();
            if self.apart_samples > APART_SAMPLES_MAX {
                break;
            }
            alone.push((*metric, samples.alone()));
        }
        if alone.len() < apart.len() {
            component.join_all();
            apart.clear();
            alone.clear();
        }
        for (metric, (times, column)) in alone {
            if times.is_empty() {
                continue;
            }
            self.groups.push(Group {
                target: target.clone(),
                nodes: Vec::new(),
                series: Arc::new(SeriesList::alone(metric, metrics)),
                clock: Clock::Alone(times, Box::new(column)),
            });
        }
        let key: Vec<(usize, usize)> = component.together.iter().map(identity).collect();
        let list = || Arc::new(SeriesList::of(&component.together, &apart, metrics));
        let series = if apart.is_empty() {
            Arc::clone(lists.entry(key).or_insert_with(list))
        } else {
            list()
        };
        if series.labels.is_empty() {
            return Ok(());
        }
        let clock = self.clock(&component)?;
        self.groups.push(Group {
            target: target.clone(),
            nodes: component.together,
            series,
            clock,
        });
        Ok(())
    }

    /// All samples of a component's series.
    fn samples_of(&mut self, component: &Component, metric: u32) -> Result<Samples, PartError> {
        let all = component.together.iter().chain(&component.apart);
        let mut nodes: Vec<&Node> = all.collect();
        nodes.sort_by_key(|node| node.source);
        let mut samples = Samples::default();
        for node in nodes {
            if let Some(at) = node.metrics.iter().position(|other| *other == metric) {
                self.read(node, node.series(at))?;
                self.read_times(node)?;
                samples.add(&self.piece, &self.times);
            }
        }
        Ok(samples)
    }

    fn read(&mut self, node: &Node, series: usize) -> Result<(), PartError> {
        let source = &mut self.sources[node.source];
        let read = source.column(node.group, series, &mut self.piece);
        read.inspect_err(|_| self.failed = Some(node.source))
    }

    fn read_times(&mut self, node: &Node) -> Result<(), PartError> {
        let source = &self.sources[node.source];
        let read = source.timestamps(node.group, &mut self.times);
        read.inspect_err(|_| self.failed = Some(node.source))
    }

    fn clock(&mut self, component: &Component) -> Result<Clock, PartError> {
        let mut all = Vec::with_capacity(component.together.len());
        if component.is_in_turn() {
            let mut next = 0;
            for node in &component.together {
                self.read_times(node)?;
                all.push(next);
                next += self.times.len();
            }
            return Ok(Clock::InTurn(all));
        }
        let mut all = Vec::with_capacity(component.together.len());
        for node in &component.together {
            self.read_times(node)?;
            all.push(std::mem::take(&mut self.times));
        }
        Ok(Clock::woven(&all))
    }

    /// A column whose pieces follow each other.
    fn in_turn(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        let list = Arc::clone(&self.groups[group].series);
        for (number, place) in list.places(series).iter().enumerate() {
            if *place == NONE {
                continue;
            }
            let node = self.groups[group].nodes[number].clone();
            self.read(&node, *place as usize)?;
            let Clock::InTurn(first_rows) = &self.groups[group].clock else {
                break;
            };
            let first = first_rows[number];
            let piece = &mut self.piece;
            piece.first_row += first;
            for gap in &mut piece.gaps {
                *gap = gap.start + first..gap.end + first;
            }
            if !(out.starts.is_empty() && piece.starts.is_empty()) {
                out.starts.go_on(node.first_ms, &piece.starts);
            }
            append(out, piece);
        }
        Ok(())
    }

    /// A column whose pieces lie in between each other.
    fn woven(&mut self, group: usize, series: usize) -> Result<Column, PartError> {
        let list = Arc::clone(&self.groups[group].series);
        let places = list.places(series);
        let nodes = &self.groups[group].nodes;
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.retain(|number| places[*number] != NONE);
        order.sort_by_key(|number| nodes[*number].source);
        let mut samples = Samples::default();
        for number in order {
            let node = self.groups[group].nodes[number].clone();
            self.read(&node, places[number] as usize)?;
            let Clock::Woven(times, rows) = &self.groups[group].clock else {
                break;
            };
            let rows = rows[number].iter();
            self.times.clear();
            self.times.extend(rows.map(|row| times[*row as usize]));
            samples.add(&self.piece, &self.times);
        }
        Ok(match &self.groups[group].clock {
            Clock::Woven(times, _) => samples.column(times),
            _ => Column::default(),
        })
    }
}

/// Where a node's lists lie.
fn identity(node: &Node) -> (usize, usize) {
    let picks = node.picks.as_ref();
    let picks = picks.map_or(0, |picks| picks.as_ptr() as usize);
    (node.metrics.as_ptr() as usize, picks)
}

impl Source for Merge {
    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn target(&self, group: usize) -> &Labels {
        &self.groups[group].target
    }

    fn series(&self, group: usize) -> &[Labels] {
        &self.groups[group].series.labels
    }

    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        let group = &self.groups[group];
        match &group.clock {
            Clock::Woven(times, _) | Clock::Alone(times, _) => out.clone_from(times),
            Clock::InTurn(_) => {
                let mut own = Vec::new();
                out.clear();
                for node in &group.nodes {
                    self.sources[node.source].timestamps(node.group, &mut own)?;
                    out.append(&mut own);
                }
            }
        }
        Ok(())
    }

    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        *out = Column::default();
        match &self.groups[group].clock {
            Clock::InTurn(_) => self.in_turn(group, series, out)?,
            Clock::Woven(..) => *out = self.woven(group, series)?,
            Clock::Alone(_, column) => out.clone_from(column),
        }
        Ok(())
    }

    fn metadata(&mut self) -> Result<Said, PartError> {
        let mut all = Said::default();
        for source in &mut self.sources {
            all.extend(&source.metadata()?);
        }
        Ok(all)
    }

    fn exemplars(&mut self) -> Result<Vec<Examples>, PartError> {
        let mut places = None;
        let mut all: Map<(u32, u32), Examples> = Map::default();
        for (number, source) in self.sources.iter_mut().enumerate() {
            for one in source.exemplars()? {
                let places = places.get_or_insert_with(|| Places::of(&self.groups));
                let target = source.target(one.group as usize);
                let labels = &source.series(one.group as usize)[one.series as usize];
                let key = (number, one.group as usize, one.series);
                let Some((group, series)) = places.find(&self.groups, key, target, labels) else {
                    continue;
                };
                let joined = all.entry((group, series)).or_insert_with(|| Examples {
                    group,
                    series,
                    exemplars: Vec::new(),
                });
                for exemplar in one.exemplars {
                    if !joined.exemplars.contains(&exemplar) {
                        joined.exemplars.push(exemplar);
                    }
                }
            }
        }
        let mut all: Vec<Examples> = all.into_values().collect();
        for one in &mut all {
            one.exemplars.sort_by_key(|exemplar| exemplar.timestamp);
        }
        all.sort_by_key(|one| (one.group, one.series));
        Ok(all)
    }
}
