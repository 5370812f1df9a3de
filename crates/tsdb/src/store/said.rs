//! What is known of metric families, from memory and from parts.
//!
//! Targets that send rows say it again when they change their mind; what others said once is in the parts that their rows are in.

use std::collections::BTreeMap;

use foldhash::fast::RandomState;
use hashbrown::HashSet;
use model::Labels;
use storage::FamilyMetadata;

use super::Store;

impl Store {
    /// What is said of the families that are wanted; the newest word of each target stands.
    pub(super) fn all_said(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        let mut all = self.registry().said(wanted);
        let mut known: HashSet<(Labels, String), RandomState> = HashSet::default();
        for one in &all {
            known.extend(
                one.targets
                    .iter()
                    .map(|target| (target.clone(), one.family.clone())),
            );
        }
        let mut by_family: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, one) in all.iter().enumerate() {
            by_family.entry(one.family.clone()).or_default().push(at);
        }
        let mut parts = self.view().parts.to_vec();
        parts.sort_by_key(|part| std::cmp::Reverse(part.age()));
        for part in parts {
            // What can't be read is missing here; queries say that the part is damaged.
            let Ok(said) = part.part().metadata() else {
                continue;
            };
            for (target, family, metadata) in said.iter() {
                if !wanted(family) || !known.insert((target.clone(), family.to_owned())) {
                    continue;
                }
                let same = by_family.entry(family.to_owned()).or_default();
                match same.iter().find(|at| all[**at].metadata == *metadata) {
                    Some(at) => all[*at].targets.push(target.clone()),
                    None => {
                        same.push(all.len());
                        all.push(FamilyMetadata {
                            family: family.to_owned(),
                            metadata: metadata.clone(),
                            targets: vec![target.clone()],
                        });
                    }
                }
            }
        }
        for one in &mut all {
            one.targets.sort_unstable();
        }
        all.sort_by(|a, b| {
            a.family
                .cmp(&b.family)
                .then_with(|| a.targets.cmp(&b.targets))
        });
        all
    }
}
