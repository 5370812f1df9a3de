//! The PromQL engine: plan, rewrites, operators, functions, kernels.

mod aggregate;
mod answer;
mod column;
mod context;
mod execute;
mod function;
mod kernel;
mod operator;
mod plan;
mod request;
mod rewrite;
pub mod script;
mod series;
mod steps;

pub use answer::{
    Annotation, Answer, MatrixSeries, QueryError, Severity, Statistics, Value, VectorSample,
};
pub use execute::execute;
pub use request::{CancelToken, Request, Window};
