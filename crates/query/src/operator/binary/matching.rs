//! Match groups: series of both sides whose matching labels are equal.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::Labels;
use model::labels::METRIC_NAME;
use promql::VectorMatching;

use crate::series::Series;

/// The series of each side that belong together, as indices.
#[derive(Clone, Debug, Default)]
pub(crate) struct MatchGroup {
    /// What is equal among them.
    pub labels: Labels,
    /// Indices into the left side.
    pub lhs: Vec<usize>,
    /// Indices into the right side.
    pub rhs: Vec<usize>,
}

/// Sorts the series of both sides into match groups, in the order in which they are met.
pub(crate) fn match_groups(
    matching: &VectorMatching,
    lhs: &[Series],
    rhs: &[Series],
) -> Vec<MatchGroup> {
    let mut places: HashMap<Labels, usize, RandomState> = HashMap::default();
    let mut groups: Vec<MatchGroup> = Vec::new();
    let mut place = |one: &Series, groups: &mut Vec<MatchGroup>| {
        let labels = signature(matching, &one.labels);
        *places.entry(labels).or_insert_with_key(|labels| {
            groups.push(MatchGroup {
                labels: labels.clone(),
                ..MatchGroup::default()
            });
            groups.len() - 1
        })
    };
    for (index, one) in lhs.iter().enumerate() {
        let place = place(one, &mut groups);
        groups[place].lhs.push(index);
    }
    for (index, one) in rhs.iter().enumerate() {
        let place = place(one, &mut groups);
        groups[place].rhs.push(index);
    }
    groups
}

/// The labels that must be equal.
pub(crate) fn signature(matching: &VectorMatching, labels: &Labels) -> Labels {
    let is_named = |name: &str| matching.labels.iter().any(|own| own == name);
    if matching.on {
        labels.filtered(is_named)
    } else {
        labels.filtered(|name| name != METRIC_NAME && !is_named(name))
    }
}
