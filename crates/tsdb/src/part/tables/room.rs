//! What takes the room in a part, by family.

use super::Tables;
use crate::part::pages;

/// What a metric family takes of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FamilyRoom {
    /// The metric's name; empty for series without one.
    pub name: String,
    /// Its series.
    pub series: u64,
    /// Rows of its series: samples, as far as none is missing.
    pub values: u64,
    /// Bytes of its value pages. A page that several families share is divided by their chunks.
    pub bytes: u64,
}

impl Tables {
    /// What each family takes, in the order of names.
    #[must_use]
    pub fn room(&self) -> Vec<FamilyRoom> {
        let mut room: Vec<FamilyRoom> = self
            .families
            .iter()
            .map(|family| {
                let mut own = FamilyRoom {
                    name: self.metric(family.start).metric_name().to_owned(),
                    ..FamilyRoom::default()
                };
                for group in 0..self.groups() {
                    let series = self.series_in(group, family).len() as u64;
                    own.series += series;
                    own.values += series * self.rows(group) as u64;
                }
                own
            })
            .collect();
        for page in &self.pages {
            let keys = pages::keys(self, page.key, page.chunks);
            let all = keys.len().max(1) as u64;
            let bytes = page.range.len() as u64;
            for chunks in keys.chunk_by(|a, b| a.family == b.family) {
                let family = chunks[0].family;
                let number = self.families.partition_point(|own| own.start < family);
                if let Some(own) = room.get_mut(number) {
                    own.bytes += bytes * chunks.len() as u64 / all;
                }
            }
        }
        room
    }
}
