//! The YAML as the user wrote it: a tree of nodes that know where they stand.
//!
//! # Why a tree of our own
//!
//! `granit-parser` reads YAML 1.2 and tells events with positions; it never panics, and it lets brackets close at
//! any indent, as libyaml does and as people write. Prometheus' files were written for Go's `yaml.v2`, a port of
//! libyaml, which takes some of YAML 1.1: `yes` is a boolean, `<<` merges, `0x1F` and `1_000` are integers. The tree
//! is where the two meet: [`build`] turns events into nodes, merges, and finds what is set twice; [`scalar`] says what
//! a plain word means.
//!
//! # Invariants
//!
//! - A key stands at most once in a mapping: the second one was reported, with the place of the first.
//! - Merges are done: no mapping has a plain `<<`. A key that is written beats one that is merged.
//! - What an alias names is shared, not copied, and the tree behind all aliases together has a limit of size.

mod build;
mod scalar;

use std::rc::Rc;

pub(crate) use build::build;
pub(crate) use scalar::{Scalar, Word};

use crate::place::Place;

/// A node and where it starts.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) content: Content,
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum Content {
    Scalar(Scalar),
    Sequence(Vec<Rc<Node>>),
    Mapping(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Rc<Node>,
    pub(crate) value: Rc<Node>,
}

impl Node {
    /// Is this nothing: an empty value, `~` or `null`?
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.word == Word::Null)
    }

    /// How Go's YAML names what is here, for messages that people know: ``!!str `foo` ``, `!!seq`.
    pub(crate) fn described(&self) -> String {
        match &self.content {
            Content::Scalar(scalar) => scalar.described(),
            Content::Sequence(_) => "!!seq".to_owned(),
            Content::Mapping(_) => "!!map".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
