//! The configuration file: parse, check, resolve into each crate's own options.
