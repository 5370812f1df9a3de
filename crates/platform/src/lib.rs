//! The outside world as parameters: clock, files and outbound HTTP.
//!
//! Each is a trait with a real and a simulated implementation, so that agents run under test in no time, with clocks
//! that jump, disks that tear and networks that hang. ([`file`] is for the small files around a server; [`disk`] is the store's.)
//!
//! # What is absent, and why
//!
//! Nothing here knows what is fetched or stored: no metrics, no formats, no configuration file.

pub mod clock;
pub mod disk;
pub mod file;
pub mod http;
mod words;

pub use clock::{Clock, SimulatedClock, SystemClock, TimerClock};
pub use disk::{Disk, DiskError, DiskFile, DiskLock, SimulatedDisk, SystemDisk};
