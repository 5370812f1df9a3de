//! `/api/v1/status/config`: the loaded configuration.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;

use crate::respond::{Answer, Reply};
use crate::router::Web;

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Configuration {
    yaml: String,
}

pub(crate) async fn answer(State(web): State<Arc<Web>>) -> Answer<Configuration> {
    let yaml = (web.sources.configuration)();
    Ok(Reply::new(Configuration { yaml }))
}
