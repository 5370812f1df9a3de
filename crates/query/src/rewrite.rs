//! Rewrites: from a plan to a cheaper plan of the same meaning. Each is a pure function.
//!
//! - [`fold`] computes what can be computed without samples.
//! - [`invariant`] finds what is the same at every step, so that it is computed once.

pub(crate) mod fold;
pub(crate) mod invariant;
