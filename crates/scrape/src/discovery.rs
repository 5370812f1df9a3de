//! Where targets come from: what the configuration says, and files that others write.
//!
//! Files are looked at every few seconds and read again when they have changed (or, in case a change leaves no trace,
//! at the refresh interval). A file that can't be read or understood keeps the groups that it last had.

mod groups;
#[cfg(test)]
mod tests;
mod yaml;

use std::path::{Path, PathBuf};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use platform::file::{self, FileError, Stamp};

use crate::options::{Discovery, TargetGroup};

/// Time between two looks at the files, in milliseconds.
pub const LOOK_INTERVAL_MS: i64 = 5_000;

/// The label that says which file a target is from.
const FILEPATH: &str = "__meta_filepath";

/// A list of targets that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    /// It can't be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not a list of groups.
    #[error("{}: {reason}", path.display())]
    Groups {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// The sources of a job.
#[derive(Debug, Default)]
pub struct Sources {
    discoveries: Vec<Discovery>,
    files: HashMap<PathBuf, KnownFile, RandomState>,
    /// When all files were read, in milliseconds of the caller's clock; by discovery.
    read_ms: Vec<i64>,
}

/// What the last look at a file found.
#[derive(Debug)]
struct KnownFile {
    stamp: Option<Stamp>,
    groups: Vec<TargetGroup>,
}

/// What a look found.
#[derive(Debug, Default)]
pub struct Look {
    /// Whether the groups may differ from before.
    pub changed: bool,
    /// Files that could not be used; their former groups stand.
    pub errors: Vec<DiscoveryError>,
}

impl Sources {
    /// The sources that a job names. Nothing is read before the first [`look`](Self::look).
    #[must_use]
    pub fn new(discoveries: Vec<Discovery>) -> Self {
        Self {
            read_ms: vec![i64::MIN; discoveries.len()],
            discoveries,
            files: HashMap::default(),
        }
    }

    /// Other sources from now on. What is known of files that both name stays, until the next look.
    pub fn change(&mut self, discoveries: Vec<Discovery>) {
        self.read_ms = vec![i64::MIN; discoveries.len()];
        self.discoveries = discoveries;
    }

    /// Whether there is anything that can change by itself.
    #[must_use]
    pub fn has_files(&self) -> bool {
        let is_files = |discovery: &Discovery| matches!(discovery, Discovery::Files { .. });
        self.discoveries.iter().any(is_files)
    }

    /// Looks at the files and reads those that have changed. `now_ms` only needs to go forward.
    pub fn look(&mut self, now_ms: i64) -> Look {
        let mut look = Look::default();
        let mut present = Vec::new();
        for (discovery, read_ms) in self.discoveries.iter().zip(&mut self.read_ms) {
            let Discovery::Files {
                patterns,
                refresh_interval_ms,
            } = discovery
            else {
                continue;
            };
            let all = now_ms.saturating_sub(*read_ms) >= *refresh_interval_ms;
            if all {
                *read_ms = now_ms;
            }
            for pattern in patterns {
                match file::matching(pattern) {
                    Ok(paths) => present.extend(paths.into_iter().map(|path| (path, all))),
                    Err(error) => look.errors.push(error.into()),
                }
            }
        }
        let before = self.files.len();
        self.files
            .retain(|path, _| present.iter().any(|(own, _)| own == path));
        look.changed = self.files.len() != before;
        for (path, read_anyway) in present {
            self.look_at(path, read_anyway, &mut look);
        }
        look
    }

    fn look_at(&mut self, path: PathBuf, read_anyway: bool, look: &mut Look) {
        let stamp = file::stamp(&path).ok();
        let known = self.files.get(&path);
        let is_same = known.is_some_and(|known| stamp.is_some() && known.stamp == stamp);
        if is_same && !read_anyway {
            return;
        }
        match read(&path) {
            Ok(groups) => {
                look.changed |= known.is_none_or(|known| known.groups != groups);
                self.files.insert(path, KnownFile { stamp, groups });
            }
            Err(error) => {
                look.errors.push(error);
                // Not read again before it changes: one bad file is one complaint.
                let known = self.files.entry(path).or_insert_with(|| KnownFile {
                    stamp,
                    groups: Vec::new(),
                });
                known.stamp = stamp;
            }
        }
    }

    /// All groups, in the order of the configuration, files by name.
    pub fn groups(&self) -> impl Iterator<Item = &TargetGroup> {
        let fixed = self
            .discoveries
            .iter()
            .flat_map(|discovery| match discovery {
                Discovery::Static(groups) => groups.as_slice(),
                Discovery::Files { .. } => &[],
            });
        let mut files: Vec<_> = self.files.iter().collect();
        files.sort_unstable_by_key(|(path, _)| *path);
        let found = files.into_iter().flat_map(|(_, known)| &known.groups);
        fixed.chain(found)
    }

    /// The files with their stamps, for whoever counts them.
    pub fn files(&self) -> impl Iterator<Item = (&PathBuf, Option<Stamp>)> {
        self.files.iter().map(|(path, known)| (path, known.stamp))
    }
}

fn read(path: &Path) -> Result<Vec<TargetGroup>, DiscoveryError> {
    let text = file::read_text(path)?;
    let is_json = path
        .extension()
        .is_some_and(|extension| extension == "json");
    let parsed = if is_json {
        groups::of_json(&text)
    } else {
        groups::of_yaml(&text)
    };
    let mut groups = parsed.map_err(|reason| DiscoveryError::Groups {
        path: path.to_owned(),
        reason,
    })?;
    for (index, group) in groups.iter_mut().enumerate() {
        group.source = format!("{}:{index}", path.display());
        group.labels.retain(|(name, _)| name != FILEPATH);
        group
            .labels
            .push((FILEPATH.to_owned(), path.display().to_string()));
    }
    Ok(groups)
}
