//! The outside world as parameters: clock, files and outbound HTTP.
//!
//! Each is a trait with a real and a simulated implementation, so that agents run under test in no time, with clocks
//! that jump and networks that hang. (Files are plain functions as yet; the simulated disk comes with the store.)
//!
//! # What is absent, and why
//!
//! Nothing here knows what is fetched or stored: no metrics, no formats, no configuration file.

pub mod clock;
pub mod file;
pub mod http;
mod words;

pub use clock::{Clock, SimulatedClock, SystemClock, TimerClock};
