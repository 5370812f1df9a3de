//! One declaration per setting.
//!
//! A [`Block`] is a section of the file: its keys in the order in which Prometheus prints them, each with its kind, its
//! default, whether Ferula acts on it yet, and a sentence for the reader. From these tables come the parser
//! ([`read`]), the list of unknown keys with what was meant, the printed configuration ([`crate::print`]) and the
//! reference ([`crate::reference`]). What a table cannot say (two keys that exclude each other) is said by
//! the block's `check`.
//!
//! ```text
//! text --raw--> nodes --read, with a Block--> Section --settle--> Section --resolve--> options
//!                                             values, defaults     inherited, paths     each crate's own
//! ```
//!
//! # What null means
//!
//! As in Prometheus, a scalar that is written as nothing (`scheme:`) is its kind's zero (`""`, `0`, `false`), not its
//! default; a list, a map or a section that is written as nothing is not written at all.

mod read;
mod scalar;

pub(crate) use read::{preset_section, read_section};

use crate::problem::Report;
use crate::section::Section;

/// A section of the file.
#[derive(Debug)]
pub(crate) struct Block {
    /// Its name in Prometheus' documentation, such as `scrape_config`.
    pub(crate) name: &'static str,
    /// Its keys, in the order in which Prometheus prints them.
    pub(crate) parts: &'static [Part],
    /// What the table cannot say. Runs on complete sections: defaults are in.
    pub(crate) check: fn(&Section, &mut Report),
    /// Whether keys that are not in the table are taken, with a warning.
    pub(crate) is_open: bool,
}

/// A run of keys.
#[derive(Debug)]
pub(crate) enum Part {
    Keys(&'static [Key]),
    /// The keys of another block, written straight into this one; its check runs too.
    Inline(&'static Block),
}

/// One setting.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) preset: Preset,
    /// The message when it is missing or empty; `None` when it may be.
    pub(crate) required: Option<&'static str>,
    pub(crate) shown: Shown,
    /// Whether Ferula acts on it; if not, writing it is answered with a warning.
    pub(crate) in_effect: bool,
    /// What it does, in one sentence, for the reference.
    pub(crate) doc: &'static str,
}

/// What can be written.
#[derive(Debug)]
pub(crate) enum Kind {
    Flag,
    /// An integer between the two, both included.
    Whole(i128, i128),
    Number,
    /// `1h30m`; kept in milliseconds.
    Duration,
    /// `10MB`; kept in bytes.
    Size,
    Text,
    /// Text that is never printed.
    Secret,
    /// A file, relative to the file it is written in.
    Path,
    /// A URL that Go's `net/url` takes.
    Url,
    /// An anchored regular expression.
    Pattern,
    /// A name of a label: any text but the empty one.
    Label,
    /// One of these words. Case counts.
    Choice(&'static Choice),
    Section(&'static Block),
    List(&'static Kind),
    Map(&'static Kind),
    /// Whatever YAML can say.
    Any,
}

/// Words to choose from.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) words: &'static [&'static str],
    /// Whether other spellings in upper or lower case mean the same.
    pub(crate) any_case: bool,
    /// Prometheus' message, up to the word that was written.
    pub(crate) refusal: &'static str,
    /// Whether nothing (`""`) may be chosen too.
    pub(crate) or_empty: bool,
}

/// What holds when a key is not written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Preset {
    /// Nothing: absent, or inherited from `global`.
    None,
    Flag(bool),
    Whole(i64),
    DurationMs(i64),
    Text(&'static str),
    /// The section with its own presets.
    Section,
}

/// When a key is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Unless it is its kind's zero (Go's `omitempty`).
    UnlessZero,
    /// Whenever it has a value.
    Always,
    /// Unless it is its preset.
    UnlessPreset,
}

impl Block {
    /// A block without further checks.
    pub(crate) const fn new(name: &'static str, parts: &'static [Part]) -> Self {
        Self {
            name,
            parts,
            check: |_, _| {},
            is_open: false,
        }
    }

    pub(crate) const fn checked(mut self, check: fn(&Section, &mut Report)) -> Self {
        self.check = check;
        self
    }

    pub(crate) const fn open(mut self) -> Self {
        self.is_open = true;
        self
    }

    /// All keys, inlined ones too, in printing order.
    pub(crate) fn keys(&self) -> Vec<&'static Key> {
        let mut keys = Vec::new();
        for part in self.parts {
            match part {
                Part::Keys(own) => keys.extend(own.iter()),
                Part::Inline(block) => keys.extend(block.keys()),
            }
        }
        keys
    }

    /// Runs the check of the block and of what is inlined, the inlined ones first.
    pub(crate) fn run_checks(&self, section: &Section, report: &mut Report) {
        for part in self.parts {
            if let Part::Inline(block) = part {
                block.run_checks(section, report);
            }
        }
        (self.check)(section, report);
    }
}

impl Key {
    pub(crate) const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            preset: Preset::None,
            required: None,
            shown: Shown::UnlessZero,
            in_effect: true,
            doc,
        }
    }

    pub(crate) const fn preset(mut self, preset: Preset) -> Self {
        self.preset = preset;
        self
    }

    pub(crate) const fn required(mut self, message: &'static str) -> Self {
        self.required = Some(message);
        self
    }

    pub(crate) const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// Ferula knows the key but does not act on it yet.
    pub(crate) const fn later(mut self) -> Self {
        self.in_effect = false;
        self
    }
}

impl Choice {
    pub(crate) const fn new(refusal: &'static str, words: &'static [&'static str]) -> Self {
        Self {
            words,
            any_case: false,
            refusal,
            or_empty: false,
        }
    }

    pub(crate) const fn any_case(mut self) -> Self {
        self.any_case = true;
        self
    }

    pub(crate) const fn or_empty(mut self) -> Self {
        self.or_empty = true;
        self
    }
}

/// An integer that Go keeps in a `uint`.
pub(crate) const UNSIGNED: Kind = Kind::Whole(0, u64::MAX as i128);
/// An integer that Go keeps in an `int`.
pub(crate) const SIGNED: Kind = Kind::Whole(i64::MIN as i128, i64::MAX as i128);
/// A list of strings.
pub(crate) const TEXTS: Kind = Kind::List(&Kind::Text);

#[cfg(test)]
mod tests;
