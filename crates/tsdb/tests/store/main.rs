//! The store as a whole, on a simulated disk.

mod churn;
mod contract;
mod damage;
mod dice;
mod failing;
mod flushing;
mod held;
mod losing;
mod maintaining;
mod model_of_store;
mod mutants;
mod patience;
mod remembers;
mod summaries;
mod together;
mod warning;
