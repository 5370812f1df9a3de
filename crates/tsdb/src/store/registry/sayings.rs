//! What targets say of their metric families.
//!
//! Thousands of targets say the same of hundreds of families, so texts are kept once, and a target has pairs of numbers.

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use model::Metadata;
use storage::FamilyMetadata;

use super::{Registry, slot_of};
use crate::log::TargetId;
use crate::part::Said;

/// Texts by number, and numbers by text.
#[derive(Debug, Default)]
pub(super) struct Sayings {
    families: Vec<Box<str>>,
    by_family: HashMap<Box<str>, u32, RandomState>,
    metadata: Vec<Metadata>,
    by_metadata: HashMap<Metadata, u32, RandomState>,
}

impl Sayings {
    #[cfg(test)]
    pub(super) fn texts(&self) -> usize {
        self.families.len() + self.metadata.len()
    }

    fn family(&mut self, family: &str) -> u32 {
        if let Some(number) = self.by_family.get(family) {
            return *number;
        }
        let number = self.families.len() as u32;
        self.families.push(family.into());
        self.by_family.insert(family.into(), number);
        number
    }

    fn metadata(&mut self, metadata: &Metadata) -> u32 {
        if let Some(number) = self.by_metadata.get(metadata) {
            return *number;
        }
        let number = self.metadata.len() as u32;
        self.metadata.push(metadata.clone());
        self.by_metadata.insert(metadata.clone(), number);
        number
    }
}

/// Texts that nobody uses are kept as long as they are fewer than this, or than those in use.
const UNUSED_MIN: usize = 256;

impl Registry {
    /// Forgets texts that no target says any more, once they are many.
    pub(super) fn forget_unsaid(&mut self) {
        let books = || self.books.iter().flatten();
        let pairs = books().flat_map(|book| book.sayings.iter().copied());
        let (families, texts): (HashSet<u32, RandomState>, HashSet<u32, RandomState>) =
            pairs.unzip();
        let used = families.len() + texts.len();
        let all = self.sayings.families.len() + self.sayings.metadata.len();
        if all - used <= used.max(UNUSED_MIN) {
            return;
        }
        let old = std::mem::take(&mut self.sayings);
        for book in self.books.iter_mut().flatten() {
            let renumbered = book.sayings.iter().map(|(family, saying)| {
                let family = &old.families[*family as usize];
                let saying = &old.metadata[*saying as usize];
                (self.sayings.family(family), self.sayings.metadata(saying))
            });
            let mut sayings: Vec<(u32, u32)> = renumbered.collect();
            sayings.sort_unstable();
            book.sayings = sayings.into();
        }
    }

    /// Whether the target says so already.
    pub(crate) fn says(&self, number: TargetId, family: &str, metadata: &Metadata) -> bool {
        let said = || {
            let family = self.sayings.by_family.get(family)?;
            let sayings = &self.book(number)?.sayings;
            let at = sayings
                .binary_search_by_key(family, |(family, _)| *family)
                .ok()?;
            Some(&self.sayings.metadata[sayings[at].1 as usize])
        };
        said() == Some(metadata)
    }

    /// Notes what a target says of a family; what it said before no longer counts.
    pub(crate) fn say(&mut self, number: TargetId, family: &str, metadata: &Metadata) {
        if self.book(number).is_none() {
            return;
        }
        let family = self.sayings.family(family);
        let saying = self.sayings.metadata(metadata);
        let book = self.book_mut(slot_of(number));
        let mut sayings = book.sayings.to_vec();
        match sayings.binary_search_by_key(&family, |(family, _)| *family) {
            Ok(at) => sayings[at].1 = saying,
            Err(at) => sayings.insert(at, (family, saying)),
        }
        book.sayings = sayings.into();
        book.has_news = true;
    }

    /// All that is said goes into a part.
    pub(crate) fn tell_all(&mut self) -> Said {
        let mut said = Said::default();
        for book in self.books.iter_mut().flatten() {
            for (family, saying) in book.sayings.iter() {
                let family = &self.sayings.families[*family as usize];
                said.add(
                    &book.labels,
                    family,
                    &self.sayings.metadata[*saying as usize],
                );
            }
            book.has_news = false;
        }
        said
    }

    /// What is said of the families that are wanted, by family and then by what is said.
    pub(crate) fn said(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        let mut by_text: HashMap<(u32, u32), Vec<TargetId>, RandomState> = HashMap::default();
        for book in self.books.iter().flatten() {
            for pair in book.sayings.iter() {
                by_text.entry(*pair).or_default().push(book.number);
            }
        }
        let mut said: Vec<FamilyMetadata> = Vec::new();
        for ((family, saying), numbers) in by_text {
            let family = &self.sayings.families[family as usize];
            if !wanted(family) {
                continue;
            }
            let mut targets: Vec<_> = numbers
                .iter()
                .map(|own| self.labels_of(*own).clone())
                .collect();
            targets.sort_unstable();
            targets.dedup();
            said.push(FamilyMetadata {
                family: family.to_string(),
                metadata: self.sayings.metadata[saying as usize].clone(),
                targets,
            });
        }
        said.sort_by(|a, b| {
            a.family
                .cmp(&b.family)
                .then_with(|| a.targets.cmp(&b.targets))
        });
        said
    }
}
