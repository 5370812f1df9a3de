//! The PromQL engine: plan, rewrites, operators, functions, kernels.
