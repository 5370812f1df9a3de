//! What a target says of its metric families, handed on when it changes.
//!
//! As with series: families are kept in the page's order, and a page is read in step with them. Only a hash of each is
//! kept, since help texts are as long as all the rest of a page together. If two texts should ever have one hash, an
//! old help text stays.

use std::hash::BuildHasher as _;

use foldhash::quality::RandomState;
use storage::Appender;
use storage::exposed::FamilyDescription;

/// The families of a target's last page.
#[derive(Debug, Default)]
pub(super) struct Families {
    known: Vec<u64>,
    /// How many the page has passed.
    passed: usize,
    hasher: RandomState,
}

impl Families {
    pub(super) fn begin(&mut self) {
        self.passed = 0;
    }

    /// The page's next family.
    pub(super) fn family(&mut self, family: &FamilyDescription<'_>, appender: &mut dyn Appender) {
        let hash = self.hasher.hash_one(family);
        if self.known.get(self.passed) != Some(&hash) {
            // From here on the page is another one.
            self.known.truncate(self.passed);
            self.known.push(hash);
            appender.metadata(family.name(), &family.metadata());
        }
        self.passed += 1;
    }

    /// Ends a page that was kept.
    pub(super) fn keep(&mut self) {
        self.known.truncate(self.passed);
    }

    /// What was handed on was lost.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }
}
