//! Reads and writes the exposition formats of metrics: the Prometheus text format and OpenMetrics; and reads protobuf.
//!
//! # Glossary
//!
//! - **page** or **exposition**: all that one target shows at one time.
//! - **family**: the metrics that share a name, a kind, a help text and a unit.
//! - **sample**: one line with a value; its name is the family's with the [`Suffix`] of its part.
//! - **exemplar**: one observation kept as an example, with labels that lead to its trace.
//!
//! # The picture
//!
//! ```text
//! protobuf --> text, and native histograms beside it
//! bytes --> Entries (syntax, borrowed) --> a scraper, which looks series up by their text
//!                   \--> check (the rules that span lines) --> ferula check metrics
//! values --> Writer --> bytes
//! ```
//!
//! # What is absent, and why
//!
//! No I/O, no clock, no HTTP: a page is a slice of bytes. No label sets, no stores: what a series *is* belongs to those who keep it.

pub mod check;
pub mod error;
pub mod escape;
pub mod float;
pub mod kind;
pub mod negotiate;
pub mod protobuf;
pub mod read;
pub mod write;

pub use check::{CheckError, Report, check};
pub use error::ReadError;
pub use escape::Escaping;
pub use kind::{Format, Kind, Suffix};
pub use negotiate::Protocol;
pub use read::{Entries, Entry};
pub use write::Writer;
