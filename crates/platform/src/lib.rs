//! The outside world as parameters: clock, disk and outbound HTTP.
//!
//! Each is a trait with a real and a simulated implementation, so that agents run under test in no time, with clocks
//! that jump and networks that hang.
//!
//! # What is absent, and why
//!
//! Nothing here knows what is fetched or stored: no metrics, no formats, no configuration file.

pub mod clock;
pub mod http;

pub use clock::{Clock, SystemClock};
