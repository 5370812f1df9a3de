//! The PromQL engine: plan, rewrites, operators, functions, kernels.

mod answer;
mod request;

pub use answer::{
    Annotation, Answer, MatrixSeries, QueryError, Severity, Statistics, Value, VectorSample,
};
pub use request::{CancelToken, Request, Window};
