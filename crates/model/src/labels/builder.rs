//! Builds and changes label sets.

use super::{Labels, push_pair};

/// A label set that can still change.
///
/// Label sets have a few dozen labels at most, so a sorted vector beats a tree.
#[derive(Clone, Debug, Default)]
pub struct LabelsBuilder {
    /// By ascending name; no name twice, no value empty.
    pairs: Vec<(String, String)>,
}

impl LabelsBuilder {
    pub(super) fn from_sorted<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self {
            pairs: pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
        }
    }

    /// Sets `name` to `value`; an empty value removes the label.
    pub fn set(&mut self, name: &str, value: &str) {
        assert!(!name.is_empty(), "a label needs a name");
        match (self.position(name), value.is_empty()) {
            (Ok(at), true) => drop(self.pairs.remove(at)),
            (Ok(at), false) => value.clone_into(&mut self.pairs[at].1),
            (Err(_), true) => {}
            (Err(at), false) => self.pairs.insert(at, (name.to_owned(), value.to_owned())),
        }
    }

    /// Removes `name`, if it is there.
    pub fn remove(&mut self, name: &str) {
        if let Ok(at) = self.position(name) {
            self.pairs.remove(at);
        }
    }

    /// Keeps the labels whose name and value pass `keep`.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &str) -> bool) {
        self.pairs.retain(|(name, value)| keep(name, value));
    }

    /// The value of `name`, or the empty string.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.position(name).map_or("", |at| &self.pairs[at].1)
    }

    /// The pairs, by ascending name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there are no labels.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The finished set. The builder can be used on.
    #[must_use]
    pub fn build(&self) -> Labels {
        let mut packed = String::new();
        for (name, value) in &self.pairs {
            push_pair(&mut packed, name, value);
        }
        Labels {
            packed: packed.into(),
        }
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.pairs
            .binary_search_by(|(own, _)| own.as_str().cmp(name))
    }
}
