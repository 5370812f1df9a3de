//! Splits label sets in two: what says which target it is, and what says which of the target's metrics.
//!
//! A block has whole label sets only. But whatever was scraped has `job` and `instance`, and each target also has the series `up`,
//! whose labels are the target's and nothing else. So:
//!
//! 1. the target of a series is the largest label set of an `up` that lies within its labels;
//! 2. where a `job` and `instance` has no `up`, its target is what all of its series have in common;
//! 3. a series without both, or without a name, or for which no `up` fits (a rule may have dropped labels), stays whole.
//!
//! A label set is one series however it was split, so a wrong guess costs bytes and never an answer.

#[cfg(test)]
mod tests;

use model::Labels;
use model::labels::METRIC_NAME;

use super::Map;

/// Both must be there.
const IDENTITY: [&str; 2] = ["instance", "job"];
/// The series that each target has.
pub(super) const UP: &str = "up";

/// The targets that were found.
#[derive(Debug, Default)]
pub(super) struct Factors {
    /// By identity; those of one identity by falling size.
    targets: Map<Labels, Vec<Labels>>,
}

impl Factors {
    /// Finds targets among whole label sets.
    pub(super) fn learn<'l>(sets: impl Iterator<Item = &'l Labels> + Clone) -> Self {
        let mut targets: Map<Labels, Vec<Labels>> = Map::default();
        for labels in sets.clone().filter(|labels| labels.metric_name() == UP) {
            if let Some(identity) = identity(labels) {
                let target = labels.filtered(|name| name != METRIC_NAME);
                targets.entry(identity).or_default().push(target);
            }
        }
        for found in targets.values_mut() {
            found.sort_by_key(|target| std::cmp::Reverse(target.len()));
        }
        let mut common: Map<Labels, Labels> = Map::default();
        for labels in sets {
            let Some(identity) = identity(labels) else {
                continue;
            };
            if targets.contains_key(&identity) {
                continue;
            }
            let own = || labels.filtered(|name| name != METRIC_NAME);
            let target = common.entry(identity).or_insert_with(own);
            if !is_within(target, labels) {
                *target = Labels::from_pairs(
                    target
                        .iter()
                        .filter(|(name, value)| labels.get(name) == Some(value)),
                );
            }
        }
        targets.extend(
            common
                .into_iter()
                .map(|(identity, target)| (identity, vec![target])),
        );
        Self { targets }
    }

    /// The target's labels (none for a series that stays whole), and the others.
    pub(super) fn split(&self, labels: &Labels) -> (Labels, Labels) {
        let target = identity(labels)
            .and_then(|identity| self.targets.get(&identity))
            .and_then(|targets| targets.iter().find(|target| is_within(target, labels)));
        match target {
            Some(target) => (
                target.clone(),
                labels.filtered(|name| target.get(name).is_none()),
            ),
            None => (Labels::empty(), labels.clone()),
        }
    }
}

/// The labels that a scraped series must have; `None` if it lacks one, or its name.
fn identity(labels: &Labels) -> Option<Labels> {
    labels.get(METRIC_NAME)?;
    let identity = labels.filtered(|name| IDENTITY.contains(&name));
    (identity.len() == IDENTITY.len()).then_some(identity)
}

fn is_within(few: &Labels, many: &Labels) -> bool {
    few.iter()
        .all(|(name, value)| many.get(name) == Some(value))
}
