//! `/api/v1/series`: the label sets of series.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use model::Labels;

use super::time_range;
use crate::errors::ApiError;
use crate::json::labels::LabelObject;
use crate::params::limit::TRUNCATED;
use crate::params::{Params, limit, selectors};
use crate::respond::{Answer, Found, Reply};
use crate::router::Web;

pub(crate) async fn answer(
    State(web): State<Arc<Web>>,
    params: Params,
) -> Answer<Vec<LabelObject>> {
    if params.all("match[]").next().is_none() {
        return Err(ApiError::BadData(
            "no match[] parameter provided".to_owned(),
        ));
    }
    let series_max = limit::read(&params)?;
    let range = time_range(&params)?;
    let selectors =
        selectors::read(&params).map_err(|reason| ApiError::parameter("match[]", reason))?;
    let store = Arc::clone(&web.sources.store);
    let found = web.read(move |_| {
        if range.is_empty() {
            return Ok(Found::default());
        }
        let querier = store.querier(range)?;
        if let [matchers] = &selectors[..] {
            return Ok((querier.series(matchers)?, querier.warnings()));
        }
        let mut all = BTreeSet::<Labels>::new();
        for matchers in &selectors {
            all.extend(querier.series(matchers)?);
        }
        Ok((all.into_iter().collect(), querier.warnings()))
    });
    let (mut series, warnings) = found.await?;
    let truncated = limit::truncate(&mut series, series_max);
    let series = series.into_iter().map(LabelObject).collect();
    Ok(Reply::with_warnings(series, warnings).warn_if(truncated, TRUNCATED))
}
