//! What a target says of its metric families, handed on when it changes.
//!
//! As with series: families are kept in the page's order, and a page is read in step with them.

use model::Metadata;
use storage::Appender;
use storage::exposed::FamilyDescription;

/// The families of a target's last page.
#[derive(Debug, Default)]
pub(super) struct Families {
    known: Vec<(String, Metadata)>,
    /// How many the page has passed.
    passed: usize,
}

impl Families {
    pub(super) fn begin(&mut self) {
        self.passed = 0;
    }

    /// The page's next family.
    pub(super) fn family(&mut self, family: &FamilyDescription<'_>, appender: &mut dyn Appender) {
        let is_known = self
            .known
            .get(self.passed)
            .is_some_and(|(name, metadata)| name == family.name() && family.is(metadata));
        if !is_known {
            // From here on the page is another one.
            self.known.truncate(self.passed);
            let metadata = family.metadata();
            appender.metadata(family.name(), &metadata);
            self.known.push((family.name().to_owned(), metadata));
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
