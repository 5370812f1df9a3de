//! Where targets come from: `static_configs` and the `*_sd_configs`.
//!
//! One table per kind. Ferula discovers from the file itself and from target files; the others are read and checked
//! so that a file written for Prometheus gets Prometheus' verdict, and answered with a warning.

mod file;
mod fixed;

use crate::schema::{Block, Key, Kind, Part};

/// The key of targets that are written in the file.
pub(crate) const STATIC: &str = "static_configs";
/// The key of targets that are written in files of their own.
pub(crate) const FILE: &str = "file_sd_configs";

/// All kinds, in the order of their names, which is the order in which they are printed.
pub(crate) static ALL: Block = Block::new(
    "discovery",
    &[Part::Keys(&[
        Key::new(
            FILE,
            Kind::List(&Kind::Section(&file::FILE)),
            "Targets from files that are read again when they change.",
        ),
        Key::new(
            STATIC,
            Kind::List(&Kind::Section(&fixed::GROUP)),
            "Targets that are written here.",
        ),
    ])],
);
