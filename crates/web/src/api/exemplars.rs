//! `/api/v1/query_exemplars`: the exemplars of the series that a query selects.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use model::{Exemplar, Labels};
use serde::Serialize;

use super::time_range;
use crate::errors::ApiError;
use crate::json::labels::LabelObject;
use crate::json::number::push_float;
use crate::params::Params;
use crate::respond::{Answer, Reply};
use crate::router::Web;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeriesExemplars {
    series_labels: LabelObject,
    exemplars: Vec<Example>,
}

#[derive(Clone, Debug, Serialize)]
struct Example {
    labels: LabelObject,
    value: String,
    /// Seconds.
    timestamp: f64,
}

pub(crate) async fn answer(
    State(web): State<Arc<Web>>,
    params: Params,
) -> Answer<Vec<SeriesExemplars>> {
    let range = time_range(&params)?;
    if range.is_empty() {
        let reason = "end timestamp must not be before start timestamp";
        return Err(ApiError::BadData(reason.to_owned()));
    }
    let text = params.get("query").to_owned();
    let features = web.options.queries.features;
    let store = Arc::clone(&web.sources.store);
    let found = web.read(move |token| {
        let expr = promql::parse(&text, &features)
            .map_err(|error| ApiError::BadData(error.to_string()))?;
        let querier = store.querier(range)?;
        let mut all = BTreeMap::<Labels, Vec<Exemplar>>::new();
        for selector in expr.selectors() {
            if token.is_set() {
                break;
            }
            // A series that two selectors name has its exemplars once.
            all.extend(querier.exemplars(&selector.matchers)?);
        }
        Ok((all, querier.warnings()))
    });
    let (all, warnings) = found.await?;
    let all = all.into_iter().map(series_exemplars).collect();
    Ok(Reply::with_warnings(all, warnings))
}

fn series_exemplars((labels, exemplars): (Labels, Vec<Exemplar>)) -> SeriesExemplars {
    SeriesExemplars {
        series_labels: LabelObject(labels),
        exemplars: exemplars.into_iter().map(example).collect(),
    }
}

fn example(exemplar: Exemplar) -> Example {
    let mut value = Vec::new();
    push_float(&mut value, exemplar.value);
    Example {
        labels: LabelObject(exemplar.labels),
        value: String::from_utf8_lossy(&value).into_owned(),
        timestamp: exemplar.timestamp.seconds(),
    }
}
