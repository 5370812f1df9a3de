//! `/api/v1/query`: a query at one time.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use query::Window;

use super::evaluate::{QueryParams, evaluate};
use crate::asker::Asker;
use crate::errors::ApiError;
use crate::params::{Params, limit, time};
use crate::router::Web;

pub(crate) async fn answer(
    State(web): State<Arc<Web>>,
    asker: Asker,
    params: Params,
) -> Result<Response, ApiError> {
    let series_max = limit::read(&params)?;
    let time = time::optional(&params, "time")?.unwrap_or_else(|| web.sources.clock.now());
    let query = QueryParams::read(&web, &params)?;
    evaluate(&web, asker, query, Window::Instant(time), series_max).await
}
