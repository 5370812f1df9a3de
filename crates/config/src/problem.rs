//! What is wrong with a file, all of it at once.
//!
//! A [`Report`] is filled by every stage (text, schema, cross-checks) and never stops at the first finding: who
//! mends a file wants the whole list. Errors refuse the file; warnings are told and the file is loaded.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::place::Place;

/// Does it refuse the file?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is not loaded.
    Error,
    /// The file is loaded; the user is told.
    Warning,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file as it was named by whoever asked for it.
    pub file: PathBuf,
    /// Where in the file.
    pub place: Place,
    /// The setting, such as `scrape_configs[2].scheme`; empty for the file as a whole.
    pub path: String,
    /// What is wrong, for the user.
    pub message: String,
    /// What could be done about it.
    pub hint: Option<String>,
    /// Whether the file is refused for it.
    pub severity: Severity,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file.display(), self.place)?;
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        f.write_str(&self.message)?;
        if !self.path.is_empty() {
            write!(f, "\n    in {}", self.path)?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n    hint: {hint}")?;
        }
        Ok(())
    }
}

/// Why a file was refused: every error and every warning that was found, errors first, in the order of the files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// Where stages put what they find.
#[derive(Debug)]
pub(crate) struct Report {
    file: PathBuf,
    /// Apart from the warnings, since every section asks whether there are new ones.
    errors: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Report {
    pub(crate) fn new(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            errors: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// From here on, findings are about `file`.
    pub(crate) fn turn_to(&mut self, file: &Path) {
        file.clone_into(&mut self.file);
    }

    pub(crate) fn error(
        &mut self,
        place: Place,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> &mut Problem {
        self.add(Severity::Error, place, path.into(), message.into())
    }

    pub(crate) fn warning(
        &mut self,
        place: Place,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> &mut Problem {
        self.add(Severity::Warning, place, path.into(), message.into())
    }

    /// Tells that a key is known but not acted on.
    pub(crate) fn not_in_effect(&mut self, place: Place, path: impl Into<String>, key: &str) {
        self.warning(place, path, format!("not yet in effect: {key}"))
            .hint("it is read and checked, but this version does not act on it");
    }

    fn add(
        &mut self,
        severity: Severity,
        place: Place,
        path: String,
        message: String,
    ) -> &mut Problem {
        let found = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        found.push(Problem {
            file: self.file.clone(),
            place,
            path,
            message,
            hint: None,
            severity,
        });
        found.last_mut().expect("one was pushed on the line above")
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    pub(crate) fn error_count(&self) -> usize {
        self.errors.len()
    }

    /// Was an error found in the setting at `path`, or within it?
    pub(crate) fn has_error_in(&self, path: &str) -> bool {
        self.errors.iter().any(|problem| {
            problem.file == self.file
                && problem.path.strip_prefix(path).is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with('.') || rest.starts_with('[')
                })
        })
    }

    /// Errors first, each kind in the order of the lines of its file.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut found = self.errors;
        found.extend(self.warnings);
        let mut files: Vec<PathBuf> = Vec::new();
        for problem in &found {
            if !files.contains(&problem.file) {
                files.push(problem.file.clone());
            }
        }
        let rank = |problem: &Problem| files.iter().position(|file| *file == problem.file);
        found.sort_by_key(|problem| (problem.severity, rank(problem), problem.place));
        found
    }
}

impl Problem {
    pub(crate) fn hint(&mut self, hint: impl Into<String>) {
        self.hint = Some(hint.into());
    }
}
