//! `/api/v1/status/walreplay`: how far the store has read its log. Answers before the server is ready, since that is
//! when somebody asks.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;

use crate::respond::{Answer, Reply};
use crate::router::Web;

#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Replay {
    min: u64,
    max: u64,
    current: u64,
}

pub(crate) async fn answer(State(web): State<Arc<Web>>) -> Answer<Replay> {
    let status = (web.sources.replay)();
    Ok(Reply::new(Replay {
        min: status.first,
        max: status.last,
        current: status.current,
    }))
}
