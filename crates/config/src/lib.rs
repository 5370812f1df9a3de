//! The configuration file: parse, check, resolve into each crate's own options.
//!
//! # Glossary
//!
//! - **raw**: the YAML as the user wrote it, each node with its place.
//! - **block**: the declaration of a section: its keys with kind, default and meaning. A table.
//! - **section**: a part of the file that was read with its block; defaults are filled in.
//! - **settle**: cross-checks, and what a job inherits from `global`; after it a section says what holds.
//! - **resolve**: from settled sections to the plain options that the agents' crates own.
//! - **later**: a key that Ferula knows and checks but does not act on yet; writing it is answered with a warning.
//!
//! # The way of a file
//!
//! ```text
//! text --raw--> nodes --schema::read--> sections --settle--> sections --resolve--> Config (options)
//!                                                            `--print--> YAML of what holds, secrets masked
//! ```
//!
//! Every stage adds to one report and none stops at the first finding. The verdict, accepted or refused, is
//! Prometheus 3.14's for every key that it knows.
//!
//! # What is absent, and why
//!
//! Nothing here reads a disk or an environment: files come through [`FileSource`], variables through
//! [`Context`]. The content of rule files and of target files is not looked at: `rules` and `scrape` read those, and
//! again whenever they change. Whether a certificate can be used is known when it is used, since such files are
//! rotated; [`Context::check_files`] only asks whether they are there.

mod blocks;
mod environment;
mod files;
mod label;
mod load;
mod nearest;
mod options;
mod place;
mod preset;
mod print;
mod problem;
mod raw;
mod reference;
mod resolve;
mod schema;
mod section;
mod settle;
mod size;
mod url;

pub use files::{DiskFiles, FileSource, MemoryFiles};
pub use load::{Context, Loaded, load};
pub use options::{Config, GlobalOptions, StorageOptions};
pub use place::Place;
pub use preset::{DEFAULT_YAML, default_config};
pub use problem::{Problem, Problems, Severity};
pub use reference::reference;
pub use size::{SizeError, parse_bytes, print_bytes};
