//! What is to be joined: the groups of all sources, by target; and which of them can share their rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashSet;
use model::Labels;

use super::input::Input;
use super::{Map, splits};
use crate::part::{PartError, Source};

/// A source's group, or those of its series that belong to one target of the merged part.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) source: usize,
    pub(super) group: usize,
    /// The metric of each series.
    pub(super) metrics: Arc<[u32]>,
    /// Which of the group's series they are; `None` if they are all, in order.
    pub(super) picks: Option<Arc<[u32]>>,
    /// The time of the first row and of the last.
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
}

/// All nodes, and what their metric numbers mean.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    pub(super) metrics: Vec<Labels>,
    pub(super) numbers: Map<Labels, u32>,
    pub(super) by_target: BTreeMap<Labels, Vec<Node>>,
}

/// Nodes of one target that have series in common, directly or through others.
#[derive(Debug, Default)]
pub(super) struct Component {
    /// Those that share their rows, by time.
    pub(super) together: Vec<Node>,
    /// Those whose series have times of their own.
    pub(super) apart: Vec<Node>,
}

impl Node {
    /// Which of the group's series entry `at` is.
    pub(super) fn series(&self, at: usize) -> usize {
        match &self.picks {
            None => at,
            Some(picks) => picks[at] as usize,
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.first_ms <= other.last_ms && other.first_ms <= self.last_ms
    }
}

impl Nodes {
    /// Those of `sources`. `failed` is told the source that could not be read.
    pub(super) fn of(sources: &[Input], failed: &mut Option<usize>) -> Result<Self, PartError> {
        let mut nodes = Self::default();
        let mut times = Vec::new();
        for (source_number, source) in sources.iter().enumerate() {
            // Groups with one layout give the very same slice.
            let mut lists: Map<(usize, usize), Arc<[u32]>> = Map::default();
            for group in 0..source.groups() {
                let read = source.timestamps(group, &mut times);
                read.inspect_err(|_| *failed = Some(source_number))?;
                let (Some(first), Some(last)) = (times.first(), times.last()) else {
                    continue;
                };
                let series = source.series(group);
                let list = lists.entry((series.as_ptr() as usize, series.len()));
                let list = list.or_insert_with(|| {
                    let numbers = series.iter().map(|labels| nodes.number(labels));
                    numbers.collect()
                });
                let node = Node {
                    source: source_number,
                    group,
                    metrics: Arc::clone(list),
                    picks: None,
                    first_ms: *first,
                    last_ms: *last,
                };
                let target = source.target(group);
                match nodes.by_target.get_mut(target) {
                    Some(own) => own.push(node),
                    None => drop(nodes.by_target.insert(target.clone(), vec![node])),
                }
            }
        }
        nodes.share_lists();
        splits::settle(&mut nodes);
        Ok(nodes)
    }

    pub(super) fn number(&mut self, labels: &Labels) -> u32 {
        if let Some(number) = self.numbers.get(labels) {
            return *number;
        }
        let number = self.metrics.len() as u32;
        self.numbers.insert(labels.clone(), number);
        self.metrics.push(labels.clone());
        number
    }

    /// Lists with the same numbers become the same list, so that they can be told by where they lie.
    fn share_lists(&mut self) {
        let mut lists: HashSet<Arc<[u32]>, RandomState> = HashSet::default();
        for node in self.by_target.values_mut().flatten() {
            node.metrics = Arc::clone(lists.get_or_insert(Arc::clone(&node.metrics)));
        }
    }
}

/// Splits the nodes of a target into those that have series in common.
pub(super) fn components(nodes: Vec<Node>) -> Vec<Component> {
    let mut roots: Vec<usize> = (0..nodes.len()).collect();
    let alike = nodes
        .windows(2)
        .all(|pair| Arc::ptr_eq(&pair[0].metrics, &pair[1].metrics));
    if alike {
        roots.fill(0);
    } else {
        let mut first_with: Map<u32, usize> = Map::default();
        for (number, node) in nodes.iter().enumerate() {
            for metric in node.metrics.iter() {
                let other = *first_with.entry(*metric).or_insert(number);
                let (a, b) = (root(&mut roots, other), root(&mut roots, number));
                roots[a.max(b)] = a.min(b);
            }
        }
    }
    let mut by_root: BTreeMap<usize, Vec<Node>> = BTreeMap::new();
    for (number, node) in nodes.into_iter().enumerate() {
        by_root
            .entry(root(&mut roots, number))
            .or_default()
            .push(node);
    }
    by_root.into_values().map(Component::of).collect()
}

fn root(roots: &mut [usize], mut number: usize) -> usize {
    while roots[number] != number {
        roots[number] = roots[roots[number]];
        number = roots[number];
    }
    number
}

impl Component {
    /// Those with most series come first; what overlaps them stays apart if it is little.
    fn of(mut nodes: Vec<Node>) -> Self {
        nodes.sort_by_key(|node| std::cmp::Reverse(node.metrics.len()));
        let most = nodes.first().map_or(0, |node| node.metrics.len());
        let mut component = Self::default();
        for node in nodes {
            if component.together.iter().any(|other| other.overlaps(&node)) {
                component.apart.push(node);
            } else {
                component.together.push(node);
            }
        }
        let apart: usize = component.apart.iter().map(|node| node.metrics.len()).sum();
        if apart * 2 >= most {
            component.join_all();
        }
        component.sort();
        component
    }

    /// Lets all share their rows after all: series get gaps.
    pub(super) fn join_all(&mut self) {
        self.together.append(&mut self.apart);
        self.sort();
    }

    fn sort(&mut self) {
        self.together
            .sort_by_key(|node| (node.first_ms, node.source, node.group));
        self.apart.sort_by_key(|node| (node.source, node.group));
    }

    /// Whether no two have rows in one span of time.
    pub(super) fn is_in_turn(&self) -> bool {
        let pairs = self.together.windows(2);
        pairs
            .into_iter()
            .all(|pair| pair[0].last_ms < pair[1].first_ms)
    }
}
