//! `/api/v1/status/flags`: the flags of the command line with their values.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;

use crate::respond::{Answer, Reply};
use crate::router::Web;

pub(crate) async fn answer(State(web): State<Arc<Web>>) -> Answer<BTreeMap<String, String>> {
    Ok(Reply::new(web.sources.flags.clone()))
}
