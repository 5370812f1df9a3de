//! The store as a whole, on a simulated disk.

mod churn;
mod contract;
mod damage;
mod dice;
mod failing;
mod flushing;
mod maintaining;
mod model_of_store;
mod mutants;
mod remembers;
mod summaries;
mod together;
mod warning;
