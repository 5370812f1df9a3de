//! What targets say of metric families.

use std::collections::BTreeMap;

use model::{Labels, Metadata};

use crate::FamilyMetadata;

/// By family, each opinion with the targets that hold it.
#[derive(Debug, Default)]
pub(super) struct Families {
    families: BTreeMap<String, Vec<(Metadata, Vec<Labels>)>>,
}

impl Families {
    pub(super) fn note(&mut self, family: &str, metadata: &Metadata, target: &Labels) {
        if !self.families.contains_key(family) {
            self.families.insert(family.to_owned(), Vec::new());
        }
        let Some(opinions) = self.families.get_mut(family) else {
            return;
        };
        for (own, targets) in opinions.iter_mut() {
            // A target changes its mind when its program is replaced by a newer one.
            if own != metadata {
                targets.retain(|own| own != target);
            } else if !targets.contains(target) {
                targets.push(target.clone());
            }
        }
        if !opinions.iter().any(|(own, _)| own == metadata) {
            opinions.push((metadata.clone(), vec![target.clone()]));
        }
        opinions.retain(|(_, targets)| !targets.is_empty());
    }

    pub(super) fn list(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        let all = self.families.iter().filter(|(family, _)| wanted(family));
        all.flat_map(|(family, opinions)| {
            opinions.iter().map(|(metadata, targets)| FamilyMetadata {
                family: family.clone(),
                metadata: metadata.clone(),
                targets: targets.clone(),
            })
        })
        .collect()
    }
}
