//! `/api/v1/labels` and `/api/v1/label/<name>/values`: the words that label sets are made of.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use model::Matcher;
use storage::{Broken, Querier};

use super::time_range;
use crate::errors::ApiError;
use crate::params::limit::TRUNCATED;
use crate::params::{Params, label_name, limit, selectors};
use crate::respond::{Answer, Found, Reply};
use crate::router::Web;

pub(crate) async fn names(State(web): State<Arc<Web>>, params: Params) -> Answer<Vec<String>> {
    words(&web, &params, |querier, matchers| {
        querier.label_names(matchers)
    })
    .await
}

pub(crate) async fn values(
    State(web): State<Arc<Web>>,
    Path(segment): Path<String>,
    params: Params,
) -> Answer<Vec<String>> {
    let name = label_name::read(&segment)?.into_owned();
    words(&web, &params, move |querier, matchers| {
        querier.label_values(&name, matchers)
    })
    .await
}

/// Looks up words of the series that pass any of the request's selectors, or of all series when it has none.
async fn words<L>(web: &Web, params: &Params, look_up: L) -> Answer<Vec<String>>
where
    L: Fn(&dyn Querier, &[Matcher]) -> Result<Vec<String>, Broken> + Send + 'static,
{
    let words_max = limit::read(params)?;
    let range = time_range(params)?;
    let selectors = selectors::read(params).map_err(ApiError::BadData)?;
    let store = Arc::clone(&web.sources.store);
    let found = web.read(move |_| {
        if range.is_empty() {
            return Ok(Found::default());
        }
        let querier = store.querier(range)?;
        let words = match &selectors[..] {
            [] => look_up(&*querier, &[])?,
            [matchers] => look_up(&*querier, matchers)?,
            several => {
                let mut all = BTreeSet::new();
                for matchers in several {
                    all.extend(look_up(&*querier, matchers)?);
                }
                all.into_iter().collect()
            }
        };
        Ok((words, querier.warnings()))
    });
    let (mut words, warnings) = found.await?;
    let truncated = limit::truncate(&mut words, words_max);
    Ok(Reply::with_warnings(words, warnings).warn_if(truncated, TRUNCATED))
}
