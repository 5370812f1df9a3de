//! The store as a whole, on a simulated disk.

mod contract;
mod dice;
mod flushing;
mod model_of_store;
