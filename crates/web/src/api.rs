//! The API under `/api/v1`: one file per endpoint, or per family of endpoints that share everything but a word.
//!
//! A handler takes the shared [`Web`] and the request's [`Params`], and yields a value to print or an [`ApiError`]. It
//! never blocks: whatever reads the store goes through [`Workers`](crate::workers::Workers).

pub(crate) mod admin;
pub(crate) mod alerting;
pub(crate) mod build;
pub(crate) mod configuration;
pub(crate) mod description;
mod evaluate;
pub(crate) mod exemplars;
mod explanation;
pub(crate) mod flags;
pub(crate) mod format_query;
pub(crate) mod labels;
pub(crate) mod metadata;
pub(crate) mod missing;
pub(crate) mod parse_query;
pub(crate) mod queries;
pub(crate) mod query;
pub(crate) mod query_range;
pub(crate) mod query_statistics;
pub(crate) mod replay;
pub(crate) mod runtime;
pub(crate) mod scrape_pools;
pub(crate) mod series;
pub(crate) mod statistics;
pub(crate) mod targets;

use model::TimeRange;
use promql::Expr;

use crate::errors::ApiError;
use crate::params::{Params, time};
use crate::router::Web;

/// The range between `start` and `end`; all of time where they are missing. Empty when they are in the wrong order.
fn time_range(params: &Params) -> Result<TimeRange, ApiError> {
    let start = time::optional(params, "start")?.unwrap_or(time::MINIMUM_TIME);
    let end = time::optional(params, "end")?.unwrap_or(time::MAXIMUM_TIME);
    Ok(TimeRange::new(start, end))
}

/// Reads a query.
fn parse(web: &Web, text: &str) -> Result<Expr, ApiError> {
    promql::parse(text, &web.options.queries.features)
        .map_err(|error| ApiError::parameter("query", error))
}
