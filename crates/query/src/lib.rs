//! The PromQL engine: plan, rewrites, operators, functions, kernels.

mod answer;
mod execute;
mod request;

pub use answer::{
    Annotation, Answer, MatrixSeries, QueryError, Severity, Statistics, Value, VectorSample,
};
pub use execute::execute;
pub use request::{CancelToken, Request, Window};
