//! The names of files and folders.

use std::collections::{BTreeMap, BTreeSet};

use super::state::folder_of;

/// Which files there are, by path.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) files: BTreeMap<String, usize>,
    pub(super) folders: BTreeSet<String>,
}

/// One change of names; each happens whole or not at all.
#[derive(Clone, Debug)]
pub(super) enum NameChange {
    Add(String, usize),
    Remove(String),
    Rename(String, String, usize),
    AddFolder(String),
    RemoveFolder(String),
}

impl NameChange {
    /// The folder whose sync makes it durable.
    pub(super) fn folder(&self) -> &str {
        match self {
            Self::Add(path, _)
            | Self::Remove(path)
            | Self::Rename(path, ..)
            | Self::AddFolder(path)
            | Self::RemoveFolder(path) => folder_of(path),
        }
    }
}

impl Names {
    pub(super) fn apply(&mut self, change: &NameChange) {
        match change {
            NameChange::Add(path, id) => {
                self.files.insert(path.clone(), *id);
            }
            NameChange::Remove(path) => {
                self.files.remove(path);
            }
            NameChange::Rename(from, to, id) => {
                self.files.remove(from);
                self.files.insert(to.clone(), *id);
            }
            NameChange::AddFolder(path) => {
                self.folders.insert(path.clone());
            }
            NameChange::RemoveFolder(path) => {
                self.folders.remove(path);
            }
        }
    }

    /// Drops what is in folders that are gone.
    pub(super) fn prune(&mut self) {
        let folders = self.folders.clone();
        let reachable = |path: &str| {
            let mut folder = folder_of(path);
            while !folder.is_empty() {
                if !folders.contains(folder) {
                    return false;
                }
                folder = folder_of(folder);
            }
            true
        };
        self.files.retain(|path, _| reachable(path));
        self.folders.retain(|path| reachable(path));
    }

    /// What is directly in `folder`, sorted.
    pub(super) fn list(&self, folder: &str) -> Vec<String> {
        let paths = self.files.keys().chain(&self.folders);
        let mut names: Vec<String> = paths
            .filter(|path| folder_of(path) == folder)
            .map(|path| path.rsplit('/').next().unwrap_or(path).to_owned())
            .collect();
        names.sort_unstable();
        names
    }
}
