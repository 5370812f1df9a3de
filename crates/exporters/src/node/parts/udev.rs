//! What udev knows of a block device: `/run/udev/data/b<major>:<minor>`, lines of `E:KEY=value`.

use crate::node::host::{Host, text};

/// The properties of one device. A device that udev doesn't know has none.
#[derive(Debug, Default)]
pub(super) struct Properties(String);

impl Properties {
    pub(super) fn of_block_device(host: &Host, major: &str, minor: &str) -> Self {
        let path = host.roots.udev.join(format!("b{major}:{minor}"));
        Self(text(&path).unwrap_or_default())
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let properties = self
            .0
            .lines()
            .filter_map(|line| line.strip_prefix("E:")?.split_once('='));
        properties
            .into_iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }

    /// The property, or nothing, as labels have it.
    pub(super) fn or_empty(&self, key: &str) -> &str {
        self.get(key).unwrap_or_default()
    }
}
