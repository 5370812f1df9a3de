//! Blocks and logs, held against the programs whose format it is: Prometheus 2.42 and its promtool. Where they aren't installed,
//! the tests say so and pass.

mod blocks;
mod damage;
mod fixtures;
mod log;
mod oracle;
