//! The lines between samples, as the page before had them.
//!
//! HELP and TYPE are half of a page and hardly ever change. So they are kept as text, one block for all lines that stand together, in the
//! order of the page; a block that is there again costs one comparison. From the first block that isn't, all are read again.

use std::sync::Arc;

use ferula_exposition::{Entries, Kind};

use super::SharedTexts;

/// What one target's last page said of its families. Belongs to the reader of that target, who must [`forget`](Self::forget) when what a
/// page said was not kept.
#[derive(Clone, Debug, Default)]
pub struct KnownFamilies {
    blocks: Vec<Block>,
    /// How many the page has passed.
    passed: usize,
    /// Where other targets' blocks are.
    shared: Option<SharedTexts>,
}

#[derive(Clone, Debug)]
struct Block {
    /// Whole lines.
    text: Arc<str>,
    /// Of the samples after it.
    kind: Kind,
}

impl KnownFamilies {
    /// Nothing is known yet. Texts that other targets have too are kept in `shared`.
    #[must_use]
    pub fn sharing(shared: SharedTexts) -> Self {
        Self {
            shared: Some(shared),
            ..Self::default()
        }
    }

    /// Nothing is known any more.
    pub fn forget(&mut self) {
        self.blocks.clear();
    }

    pub(super) fn begin(&mut self) {
        self.passed = 0;
    }

    /// Passes over the next block if it is the known one; answers with its kind.
    #[inline]
    pub(super) fn skip(&mut self, entries: &mut Entries<'_>) -> Option<Kind> {
        let block = self.blocks.get(self.passed)?;
        if !entries.skip_lines(&block.text) {
            return None;
        }
        self.passed += 1;
        Some(block.kind)
    }

    /// The next block is this one, and from here on the page is another one.
    pub(super) fn learn(&mut self, text: &[u8], kind: Kind) {
        self.blocks.truncate(self.passed);
        // Without a line feed at its end the block could be the beginning of a longer line next time.
        if let (Ok(text), Some(b'\n')) = (std::str::from_utf8(text), text.last()) {
            let text = match &self.shared {
                Some(shared) => shared.share(text),
                None => Arc::from(text),
            };
            self.blocks.push(Block { text, kind });
            self.passed += 1;
        }
    }

    /// The page has no more blocks.
    pub(super) fn end(&mut self) {
        self.blocks.truncate(self.passed);
    }
}
