//! `/api/v1/query_range`: a query at each step of a range of time.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use query::Window;

use super::evaluate::{QueryParams, evaluate};
use crate::asker::Asker;
use crate::errors::ApiError;
use crate::limits::POINTS_PER_SERIES_MAX;
use crate::params::{Params, duration, limit, time};
use crate::router::Web;

pub(crate) async fn answer(
    State(web): State<Arc<Web>>,
    asker: Asker,
    params: Params,
) -> Result<Response, ApiError> {
    let series_max = limit::read(&params)?;
    let window = window(&params)?;
    let query = QueryParams::read(&web, &params)?;
    evaluate(&web, asker, query, window, series_max).await
}

fn window(params: &Params) -> Result<Window, ApiError> {
    let start = time::required(params, "start")?;
    let end = time::required(params, "end")?;
    if end < start {
        let reason = "end timestamp must not be before start time";
        return Err(ApiError::parameter("end", reason));
    }
    let step_ms = duration::parse_ms(params.get("step"))
        .map_err(|reason| ApiError::parameter("step", reason))?;
    if step_ms <= 0 {
        return Err(ApiError::parameter(
            "step",
            "zero or negative query resolution step widths are not accepted. Try a positive integer",
        ));
    }
    // What no step of 64 bits could cross is too long in any case.
    let points = end
        .0
        .checked_sub(start.0)
        .map(|range_ms| range_ms / step_ms);
    if points.is_none_or(|points| points > POINTS_PER_SERIES_MAX) {
        return Err(ApiError::BadData(
            "exceeded maximum resolution of 11,000 points per timeseries. \
             Try decreasing the query resolution (?step=XX)"
                .to_owned(),
        ));
    }
    Ok(Window::Range {
        start,
        end,
        step_ms,
    })
}
