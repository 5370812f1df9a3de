//! The laws of [`Disk`](super::Disk): what both disks do, and what the simulated one breaks.

mod alike;
mod laws;
