//! Numeric code on slices: no operators, no labels, no I/O.
//!
//! Whatever decides between two ways decides before the loop over samples or steps. A kernel gets slices and writes into a slice
//! that its caller owns; absent values are [`ABSENT`](crate::column::ABSENT).

pub(crate) mod arithmetic;
pub(crate) mod calendar;
pub(crate) mod classic;
pub(crate) mod compensated;
pub(crate) mod extended;
pub(crate) mod extreme;
pub(crate) mod hash;
pub(crate) mod histogram;
pub(crate) mod newest;
pub(crate) mod order;
pub(crate) mod pairs;
pub(crate) mod print;
pub(crate) mod quantile;
pub(crate) mod rate;
pub(crate) mod regression;
pub(crate) mod sliding;
pub(crate) mod starts;
pub(crate) mod window;
