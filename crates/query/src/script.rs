//! PromQL scripts: the language in which this crate is tested.
//!
//! A script loads samples and states what queries answer. Files of this form are what Prometheus itself is tested with, so
//! one runner serves its cases and ours.
//!
//! ```text
//! load 5m
//!     requests_total{path="/"}  0+10x10
//!
//! eval instant at 50m rate(requests_total[50m])
//!     {path="/"} 0.03333333333333333
//!
//! eval range from 0 to 10m step 5m sum(requests_total)
//!     expect no_warn
//!     {} 0 10 20
//! ```
//!
//! An instant case is checked three times: as it stands, with every selector pinned by `@` and evaluated at other times,
//! and as the middle of a range query. It passes when all three agree.
//!
//! - [`parse`] reads the text into commands;
//! - [`run`] loads, evaluates and compares;
//! - `compare` knows when two results are the same.

mod compare;
mod data;
mod parse;
mod recheck;
mod run;

pub use parse::{Command, Eval, Expectation, Load, Mode, Pattern, ScriptError, Values, parse};
pub use run::{Outcome, Setting, run};
