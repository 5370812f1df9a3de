//! The store as a whole, on a simulated disk.

mod contract;
mod flushing;
