//! Relabelling: rules that rewrite or drop label sets.
//!
//! Rules run in order, each on what the one before left, until one drops the set. [`apply`] gives the verdict,
//! [`explain`] shows every step of the way.
//!
//! Source: Prometheus' configuration reference, "relabel_config".

mod apply;
mod letter_case;
mod name;
#[cfg(test)]
mod tests;

use crate::Regexp;

pub use apply::{Step, Verdict, apply, apply_with, explain};
pub use name::NameScheme;

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Labels whose values, joined with `separator`, are the rule's input.
    pub source_labels: Vec<String>,
    /// Stands between the joined values; by default `;`.
    pub separator: String,
    /// What the input (or, for the label actions, each label's name) is matched with; by default `(.*)`.
    pub regex: Regexp,
    /// What to do.
    pub action: Action,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// If the input matches, sets `target_label` (in which groups are replaced too) to `replacement` with its groups filled in.
    Replace {
        /// The label to set.
        target_label: String,
        /// Its new value.
        replacement: String,
    },
    /// Drops label sets whose input doesn't match.
    Keep,
    /// Drops label sets whose input matches.
    Drop,
    /// Drops label sets whose input differs from the value of `target_label`.
    KeepEqual {
        /// The label to compare with.
        target_label: String,
    },
    /// Drops label sets whose input equals the value of `target_label`.
    DropEqual {
        /// The label to compare with.
        target_label: String,
    },
    /// Sets `target_label` to the last 8 bytes of the input's MD5, modulo `modulus`.
    HashMod {
        /// The label to set.
        target_label: String,
        /// Never 0.
        modulus: u64,
    },
    /// Copies each label whose name matches to the name that `replacement` gives.
    LabelMap {
        /// The new name.
        replacement: String,
    },
    /// Removes labels whose name matches.
    LabelDrop,
    /// Removes labels whose name doesn't match.
    LabelKeep,
    /// Sets `target_label` to the input in lower case.
    Lowercase {
        /// The label to set.
        target_label: String,
    },
    /// Sets `target_label` to the input in upper case.
    Uppercase {
        /// The label to set.
        target_label: String,
    },
}
