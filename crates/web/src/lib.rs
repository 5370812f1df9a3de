//! The HTTP edge: Prometheus' API and the UI's files.
//!
//! # Glossary
//!
//! - **edge**: this crate; words from outside become requests of the engines, and their answers become JSON.
//! - **source**: where an answer comes from, passed in by the server ([`Sources`]).
//! - **envelope**: what the API's answers stand in: `{"status":"success","data":…}`.
//! - **annotation**: a warning or an info beside a result.
//! - **worker**: a thread for work that blocks; those that speak HTTP never do.
//!
//! # The picture
//!
//! ```text
//!  socket ─► serve ─► router ─► observe ─► cors ─► compress ─► ready? ─► api::…
//!                                                                        │ params: text to values
//!                                                                        ▼
//!                                                       workers ─► query, storage
//!                                                                        │
//!  socket ◄─ result_body: pieces, written ahead of the socket ◄─ json ◄──┘
//! ```
//!
//! # Invariants
//!
//! - Nothing is global: all state comes in through [`Sources`] and [`Options`].
//! - No thread that speaks HTTP waits for the store or an engine.
//! - Every queue, body and list has a bound with a name, in [`limits`].
//!
//! # What is absent, and why
//!
//! No engine and no agent: whatever is computed is computed below. No configuration file: `server` resolves options. TLS
//! and passwords come with the web configuration file; rules and push endpoints with what they need.

mod api;
mod asker;
mod compress;
pub mod cors;
pub mod errors;
mod exposition;
mod federate;
pub mod json;
pub mod limits;
mod manage;
mod observe;
pub mod params;
pub mod query_log;
mod ready;
mod respond;
mod result_body;
pub mod router;
mod running;
pub mod serve;
pub mod state;
mod ui;
mod workers;

pub use cors::AllowedOrigins;
pub use errors::ApiError;
pub use exposition::negotiate;
pub use query_log::{NoQueryLog, QueryLog};
pub use router::{RouterError, router};
pub use serve::{ServeOptions, listen, serve};
pub use state::{
    Administration, BuildDescription, Lifecycle, Options, Phase, Provider, QueryOptions, Readiness,
    Reload, ReplayStatus, RuntimeStatus, Sources,
};
