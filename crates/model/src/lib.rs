//! The words that every other crate speaks.
//!
//! # Glossary
//!
//! - **label**: a name and a value; a series is told apart by its set of them ([`Labels`]).
//! - **matcher**: a condition on one label ([`Matcher`]); a selector is a list of them.
//! - **sample**: a value at a [`Timestamp`]; the value is a float or a [`Histogram`].
//! - **stale marker**: a NaN with bits of its own ([`STALE_NAN`]) that says "this series ended here".
//! - **exemplar**: one observation kept as an example, with labels that lead to its trace.
//! - **relabelling**: rules that rewrite or drop a label set before it is used.
//!
//! # What is absent, and why
//!
//! Nothing here does I/O, keeps time or knows a wire format: the types are plain values, so that the
//! store, the language and the agents can share them without sharing anything else. None derives serde:
//! whoever puts a value on a wire writes that wire's form beside the wire.

pub mod duration;
pub mod exemplar;
pub mod histogram;
pub mod labels;
pub mod matcher;
pub mod metadata;
pub mod relabel;
pub mod timestamp;
pub mod value;

pub use exemplar::Exemplar;
pub use histogram::Histogram;
pub use labels::{Labels, LabelsBuilder};
pub use matcher::{MatchOp, Matcher, Regexp, RegexpError};
pub use metadata::{Metadata, MetricKind};
pub use timestamp::{TimeRange, Timestamp};
pub use value::{STALE_NAN, Value, is_stale};
