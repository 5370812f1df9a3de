//! `/api/v1/scrape_pools`: the names of all scrape jobs.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;

use crate::respond::{Answer, Reply};
use crate::router::Web;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScrapePools {
    scrape_pools: Vec<String>,
}

pub(crate) async fn answer(State(web): State<Arc<Web>>) -> Answer<ScrapePools> {
    let pools = (web.sources.targets)().pools.into_iter();
    let mut scrape_pools: Vec<String> = pools.map(|pool| pool.name).collect();
    scrape_pools.sort_unstable();
    Ok(Reply::new(ScrapePools { scrape_pools }))
}
