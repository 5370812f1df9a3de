//! `/api/v1/format_query`: a query over as many lines as it needs.

use std::sync::Arc;

use axum::extract::State;

use super::parse;
use crate::params::Params;
use crate::respond::{Answer, Reply};
use crate::router::Web;

pub(crate) async fn answer(State(web): State<Arc<Web>>, params: Params) -> Answer<String> {
    let formatted = web.read({
        let web = Arc::clone(&web);
        move |_| Ok(promql::pretty(&parse(&web, params.get("query"))?))
    });
    Ok(Reply::new(formatted.await?))
}
