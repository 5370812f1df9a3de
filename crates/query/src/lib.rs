//! The PromQL engine: plan, rewrites, operators, functions, kernels.
//!
//! [`execute`] answers a [`Request`] from a store. It is synchronous and returns a value: no tasks, no clock, no logging. Threads that help it end before it returns.
//!
//! # The picture
//!
//! ```text
//!   Request ──plan──> nodes ──rewrite──> nodes ──operator::build──> operators ──> Answer
//!                                                                     │    ▲
//!                                             storage: groups of series    │ columns: a value per step
//!                                             that share timestamps   ▼    │
//!                                                      kernel: numbers on slices
//! ```
//!
//! - `plan`: what to compute, with all times, names and parentheses resolved;
//! - `rewrite`: pure functions from a plan to a cheaper one;
//! - `operator`: what runs, and the life-cycle that all operators share;
//! - `function`, `aggregate`: the language's words, one family or one aggregate per file;
//! - `kernel`: numeric code on slices, without labels and without decisions inside its loops;
//! - [`script`]: the language in which all of this is tested.
//!
//! # Glossary
//!
//! - **step**: a moment at which the query is evaluated; an instant query has one.
//! - **column**: the values of one series over the steps. Where there is none stands `ABSENT`.
//! - **window**: the samples that a range selector sees at one step. Open on the left, closed on the right.
//! - **moment**: when a selector looks, which `offset` and `@` move away from the step.
//! - **match group**: the series of both sides of an operator that belong together.
//! - **run**: groups, one behind the other, whose columns one thread makes.
//! - **note**: a warning or an info about a result; becomes an [`Annotation`].
//!
//! # Invariants
//!
//! - Work goes series by series, never step by step: a series' whole column is computed at once.
//! - What depends on timestamps alone (windows, what is extrapolated at their borders) is computed once per group of series.
//! - Whatever is held in memory counts against the request's budget, and the cancel token is asked once per group,
//!   and within a series whose windows hold millions of samples.
//! - A range query answers at each step what an instant query would answer there.
//!
//! # What is absent, and why
//!
//! No cache: whoever asks twice is answered twice. No limit on steps: `web` refuses too many points.

mod aggregate;
mod answer;
mod column;
mod context;
mod execute;
mod explain;
mod function;
mod kernel;
mod memory;
mod operator;
mod plan;
mod progress;
mod request;
mod rewrite;
pub mod script;
mod series;
mod steps;
mod threads;

pub use answer::{
    Annotation, Answer, MatrixSeries, QueryError, Severity, Statistics, Value, VectorSample,
};
pub use execute::execute;
pub use explain::{Explained, Ticks};
pub use memory::{Lease, MemoryPool};
pub use progress::Progress;
pub use request::{CancelToken, Detail, Limits, Looks, Request, Window};
pub use threads::{Cores, Threads};
