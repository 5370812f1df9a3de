//! Starts real programs on free ports and speaks HTTP to them.
//!
//! Nothing here sleeps for a fixed time: [`wait_until`] asks again until a condition holds, and gives up with a message
//! that says which one did not.
//!
//! Programs from outside (Prometheus, the node exporter, Python packages) are installed by `cargo xtask test`. A test that
//! misses one says so and passes; `CI=true` makes that a failure.

#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "tests of whole processes read the clock and write files"
)]

mod answer;
mod configuration;
mod process;
mod run;
mod sandbox;
mod target;
mod wait;

pub use answer::{Answer, get, post, query, query_range, targets, value};
pub use configuration::{configuration, job};
pub use process::{Program, ferula, ferula_binary, free_port, program_or_skip, python};
pub use run::{Ended, run, run_ferula};
pub use sandbox::{Sandbox, shared};
pub use target::{Request, Target};
pub use wait::wait_until;
