//! `/-/…`: whether the server is well, and telling it to reload or to end.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tokio::sync::oneshot;

use crate::respond::text;
use crate::router::Web;

pub(crate) async fn healthy() -> Response {
    text(StatusCode::OK, "Prometheus Server is Healthy.\n")
}

/// Behind the gate that answers 503 before the server is ready.
pub(crate) async fn ready() -> Response {
    text(StatusCode::OK, "Prometheus Server is Ready.\n")
}

pub(crate) async fn reload(State(web): State<Arc<Web>>) -> Response {
    let Some(lifecycle) = &web.sources.lifecycle else {
        return forbidden();
    };
    let (sender, receiver) = oneshot::channel();
    let outcome = match lifecycle.reload.send(sender).await {
        Ok(()) => receiver
            .await
            .unwrap_or_else(|_| Err("the server is stopping".to_owned())),
        Err(_) => Err("the server is stopping".to_owned()),
    };
    match outcome {
        Ok(()) => StatusCode::OK.into_response(),
        Err(reason) => text(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("failed to reload config: {reason}\n"),
        ),
    }
}

pub(crate) async fn quit(State(web): State<Arc<Web>>) -> Response {
    let Some(lifecycle) = &web.sources.lifecycle else {
        return forbidden();
    };
    // Whoever listens may be gone already: then the process is ending, which is what was asked for.
    let _ = lifecycle.quit.send(()).await;
    text(StatusCode::OK, "Requesting termination... Goodbye!")
}

/// For the methods that the two above don't take.
pub(crate) async fn only_post_or_put() -> Response {
    text(
        StatusCode::METHOD_NOT_ALLOWED,
        "Only POST or PUT requests allowed",
    )
}

fn forbidden() -> Response {
    text(StatusCode::FORBIDDEN, "Lifecycle API is not enabled.")
}
