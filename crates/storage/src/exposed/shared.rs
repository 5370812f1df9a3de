//! Texts that many targets have in common, kept once.
//!
//! A fleet runs the same exporter a thousand times, and its help texts are as long as all the rest of its page.

use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;
use hashbrown::HashSet;

/// A set of texts. Clones are the same set.
#[derive(Clone, Debug, Default)]
pub struct SharedTexts {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    texts: HashSet<Arc<str>, RandomState>,
    /// How many there were after the last sweep.
    swept: usize,
}

impl SharedTexts {
    /// `text`, as the others have it.
    pub(super) fn share(&self, text: &str) -> Arc<str> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shared) = inner.texts.get(text) {
            return Arc::clone(shared);
        }
        inner.sweep();
        let shared: Arc<str> = Arc::from(text);
        inner.texts.insert(Arc::clone(&shared));
        shared
    }

    /// How many texts are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.texts.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Inner {
    /// Lets go of texts that nobody has any more, each time that the set has doubled.
    fn sweep(&mut self) {
        const TEXTS_MIN: usize = 1024;
        if self.texts.len() >= 2 * self.swept.max(TEXTS_MIN / 2) {
            self.texts.retain(|text| Arc::strong_count(text) > 1);
            self.swept = self.texts.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_as_long_as_somebody_has_it() {
        let texts = SharedTexts::default();
        let one = texts.share("# TYPE a counter\n");
        let same = texts.clone().share("# TYPE a counter\n");
        assert!(Arc::ptr_eq(&one, &same));
        assert_eq!(texts.len(), 1);
        for number in 0..5000 {
            drop(texts.share(&number.to_string()));
        }
        assert!(texts.len() <= 1025, "{}", texts.len());
        assert!(Arc::ptr_eq(&one, &texts.share("# TYPE a counter\n")));
    }
}
