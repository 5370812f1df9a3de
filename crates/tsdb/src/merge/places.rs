//! Where in the merged part a source's series has gone, for what lies beside its samples.

use model::Labels;

use super::Map;
use super::clock::Clock;
use super::join::Group;

/// In which merged groups the series of a source's group are.
#[derive(Default)]
pub(super) struct Places {
    shared: Map<(usize, usize), Vec<u32>>,
    /// By whole label sets.
    alone: Map<Labels, u32>,
}

impl Places {
    pub(super) fn of(groups: &[Group]) -> Self {
        let mut places = Self::default();
        for (number, group) in (0..).zip(groups) {
            for node in &group.nodes {
                let key = (node.source, node.group);
                places.shared.entry(key).or_default().push(number);
            }
            if let (Clock::Alone(..), Some(labels)) = (&group.clock, group.series.labels.first()) {
                places.alone.insert(group.target.merged(labels), number);
            }
        }
        places
    }

    /// The merged group and series of a source's series.
    pub(super) fn find(
        &self,
        groups: &[Group],
        (source, group, series): (usize, usize, u32),
        target: &Labels,
        labels: &Labels,
    ) -> Option<(u32, u32)> {
        if !self.alone.is_empty()
            && let Some(alone) = self.alone.get(&target.merged(labels))
        {
            return Some((*alone, 0));
        }
        let candidates = self.shared.get(&(source, group))?;
        candidates.iter().find_map(|number| {
            let merged = &groups[*number as usize];
            let nodes = merged.nodes.iter().enumerate();
            let mut own = nodes.filter(|(_, node)| (node.source, node.group) == (source, group));
            own.find_map(|(node, _)| {
                let list = &merged.series;
                let found = (0..list.metrics.len()).find(|at| list.places(*at)[node] == series)?;
                Some((*number, found as u32))
            })
        })
    }
}
