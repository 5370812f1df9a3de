//! The contract between those who write or read samples and those who keep them.
//!
//! # Glossary
//!
//! - **target**: the thing that samples come from, as a set of labels (`job`, `instance`, …). Pushed data and rules have targets too.
//! - **row**: what one target said at one time. The unit of appending.
//! - **series**: one label set, and its samples in time. Usually the target's labels joined with the metric's own.
//! - **group**: series that share one column of timestamps, because they came in the same rows. The unit of reading.
//! - **column**: the values of one series in a group.
//! - **gap**: rows of a group in which a series has no sample, though it has some before and after.
//! - **refusal**: a sample that the store won't take, and why. Callers count it and go on.
//! - **broken**: the store can't go on. Callers stop.
//!
//! # The picture
//!
//! ```text
//!  scrape, rules, push                                     query, graphite, web
//!        │  row(target, time)                                   ▲  labels first
//!        │  append(series, sample) … commit                     │  then columns
//!        ▼                                                      │
//!     Appender ───────────────►  Store  ───────────────────► Querier ──► Group
//! ```
//!
//! Rows go in and groups come out, since that is how samples come to be: an exporter's page is one moment of
//! hundreds of series. Whoever keeps them so stores each timestamp once and computes window borders once per group.
//!
//! # Invariants
//!
//! - What was appended becomes visible with [`Appender::commit`], all at once, and not before; dropping an appender undoes it.
//! - A series has one value per timestamp. The first one stands; a different later one is refused.
//! - A group's timestamps ascend strictly. No label set comes out of one `select` twice.
//!
//! # What is absent, and why
//!
//! No tasks, no clock, no sockets, no logging: an engine returns values, and the server owns the loops around it. No
//! query language either: a selection is a list of matchers and a range of time.

mod append;
mod columns;
pub mod conformance;
pub mod exposed;
mod group;
pub mod memory;
mod select;
mod starts;
mod statistics;
mod store;
pub mod summary;

pub use append::{
    Appender, Committed, Refusal, Sample, SampleValue, SeriesKey, SeriesRef, Submitted,
};
pub use columns::{Column, Columns, Values};
pub use group::{Group, GroupLabels};
pub use memory::MemoryStore;
pub use select::{Hints, Querier, Selection};
pub use starts::Starts;
pub use statistics::{Count, Statistics};
pub use store::{Broken, Deleted, FamilyMetadata, Store};
pub use summary::{Measure, Summaries, Summary};
