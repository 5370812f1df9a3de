//! `/api/v1/rules`, `/api/v1/alerts` and `/api/v1/alertmanagers`.
//!
//! There are no rules yet, so each answers with the empty list of its shape: true, and what Grafana and promtool need
//! to go on.

use serde::Serialize;

use model::labels::Quoted;

use crate::errors::ApiError;
use crate::params::Params;
use crate::respond::{Answer, Reply};

/// An entry that can't exist yet.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) enum Nothing {}

#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Rules {
    groups: Vec<Nothing>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Alerts {
    alerts: Vec<Nothing>,
}

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Alertmanagers {
    active_alertmanagers: Vec<Nothing>,
    dropped_alertmanagers: Vec<Nothing>,
}

pub(crate) async fn rules(params: Params) -> Answer<Rules> {
    let kind = params.get("type");
    if !matches!(kind.to_lowercase().as_str(), "" | "alert" | "record") {
        let reason = format!("not supported value {}", Quoted(kind));
        return Err(ApiError::parameter("type", reason));
    }
    Ok(Reply::new(Rules::default()))
}

pub(crate) async fn alerts() -> Answer<Alerts> {
    Ok(Reply::new(Alerts::default()))
}

pub(crate) async fn alertmanagers() -> Answer<Alertmanagers> {
    Ok(Reply::new(Alertmanagers::default()))
}
