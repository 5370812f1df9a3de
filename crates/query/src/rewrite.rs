//! Rewrites: from a plan to a cheaper plan of the same meaning. Each is a pure function.
//!
//! - [`fold`] computes what can be computed without samples.
//! - [`counts_only`] finds histograms whose buckets nobody looks at.
//! - [`invariant`] finds what is the same at every step, so that it is computed once.

pub(crate) mod counts_only;
pub(crate) mod fold;
pub(crate) mod invariant;
