//! `/api/v1/metadata` and `/api/v1/targets/metadata`: what metric families say of themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use model::{Labels, Matcher, Metadata};
use serde::Serialize;

use crate::errors::ApiError;
use crate::json::labels::LabelObject;
use crate::params::{Params, limit};
use crate::respond::{Answer, Reply};
use crate::router::Web;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Description {
    #[serde(rename = "type")]
    kind: &'static str,
    help: String,
    unit: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct TargetDescription {
    target: LabelObject,
    /// Left out when the request names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    metric: Option<String>,
    #[serde(flatten)]
    description: Description,
}

impl From<Metadata> for Description {
    fn from(metadata: Metadata) -> Self {
        Self {
            kind: metadata.kind.as_str(),
            help: metadata.help,
            unit: metadata.unit,
        }
    }
}

/// By metric family.
pub(crate) async fn by_family(
    State(web): State<Arc<Web>>,
    params: Params,
) -> Answer<BTreeMap<String, Vec<Description>>> {
    let families_max = count(params.get("limit"), "limit must be a number")?;
    let per_family_max = count(
        params.get("limit_per_metric"),
        "limit_per_metric must be a number",
    )?
    .filter(|limit| *limit > 0);
    let families = families(&web, params.get("metric").to_owned()).await?;
    let mut found = BTreeMap::<String, Vec<Description>>::new();
    for family in families {
        let is_known = found.contains_key(&family.family);
        if !is_known && families_max.is_some_and(|limit| found.len() >= limit) {
            continue;
        }
        let descriptions = found.entry(family.family).or_default();
        let description = family.metadata.into();
        if per_family_max.is_none_or(|limit| descriptions.len() < limit)
            && !descriptions.contains(&description)
        {
            descriptions.push(description);
        }
    }
    Ok(Reply::new(found))
}

/// By target.
pub(crate) async fn by_target(
    State(web): State<Arc<Web>>,
    params: Params,
) -> Answer<Vec<TargetDescription>> {
    let targets_max = count(params.get("limit"), "limit must be a number")?;
    let matchers = match params.get("match_target") {
        "" => Vec::new(),
        text => promql::parse_selector(text)
            .map_err(|error| ApiError::parameter("match_target", error))?,
    };
    let metric = params.get("metric").to_owned();
    let is_named = !metric.is_empty();
    let families = families(&web, metric).await?;
    let mut by_target = BTreeMap::<Labels, Vec<TargetDescription>>::new();
    for family in families {
        for target in family.targets {
            if !matchers
                .iter()
                .all(|matcher: &Matcher| matcher.matches_labels(&target))
            {
                continue;
            }
            by_target
                .entry(target.clone())
                .or_default()
                .push(TargetDescription {
                    target: LabelObject(target),
                    metric: (!is_named).then(|| family.family.clone()),
                    description: family.metadata.clone().into(),
                });
        }
    }
    let targets = by_target
        .into_values()
        .take(targets_max.unwrap_or(usize::MAX));
    Ok(Reply::new(targets.flatten().collect()))
}

/// All families, or the one of that name.
async fn families(web: &Web, name: String) -> Result<Vec<storage::FamilyMetadata>, ApiError> {
    let store = Arc::clone(&web.sources.store);
    web.read(move |_| Ok(store.metadata(&|family| name.is_empty() || family == name)))
        .await
}

/// Reads a number of entries: `None` means all, as a negative number does.
fn count(text: &str, otherwise: &str) -> Result<Option<usize>, ApiError> {
    if text.is_empty() {
        return Ok(None);
    }
    let count = limit::atoi(text).map_err(|_| ApiError::BadData(otherwise.to_owned()))?;
    Ok(usize::try_from(count).ok())
}
