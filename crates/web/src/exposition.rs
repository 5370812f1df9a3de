//! `/metrics`: our own metrics, in whichever format the reader likes best.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use ferula::{Answer, Format, Selection};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

use crate::params::Params;
use crate::router::Web;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const OPEN_METRICS_DRAFT: &str = "application/openmetrics-text; version=0.0.1; charset=utf-8";

/// The page, or the families of it that `name[]` lists. Whoever reads one line must not wait for queries, so it is
/// written apart from them.
pub(crate) async fn answer(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let answer = Answer::negotiate(accept.unwrap_or_default(), "");
    let selection = match params.all("name[]").next() {
        None => Selection::all(),
        Some(_) => Selection::names(params.all("name[]")),
    };
    let registry = web.sources.registry.clone();
    let page = web.pages.run(web.query_timeout(), move |_| {
        Ok(answer.page(&registry, &selection))
    });
    match page.await {
        Ok(page) => ([(CONTENT_TYPE, answer.content_type())], page).into_response(),
        Err(error) => error.into_response(),
    }
}

/// The text format, with its content type, that has the greatest weight in a header `Accept`: for pages that are not a collector's, which only
/// text shows.
#[must_use]
pub fn negotiate(accept: &str) -> (Format, &'static str) {
    let mut best = (0.0, (Format::Text, TEXT));
    for entry in accept.split(',') {
        let mut parameters = entry.split(';').map(str::trim);
        let media_type = parameters.next().unwrap_or_default();
        let (mut version, mut weight) = ("", 1.0_f32);
        for parameter in parameters {
            match parameter.split_once('=') {
                Some(("version", value)) => version = value,
                Some(("q", value)) => weight = value.parse().unwrap_or(0.0),
                _ => {}
            }
        }
        let choice = match (media_type, version) {
            ("application/openmetrics-text", "1.0.0") => (Format::OpenMetrics, OPEN_METRICS),
            ("application/openmetrics-text", "" | "0.0.1") => {
                (Format::OpenMetrics, OPEN_METRICS_DRAFT)
            }
            ("text/plain" | "text/*" | "*/*", _) => (Format::Text, TEXT),
            _ => continue,
        };
        if weight > best.0 {
            best = (weight, choice);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: &str, expected: &str) {
        assert_eq!(negotiate(accept).1, expected, "{accept}");
    }

    /// RFC 9110, "Accept", and Prometheus' own header.
    #[test]
    fn the_greatest_weight_wins() {
        check("", TEXT);
        check("*/*", TEXT);
        check("text/html,application/xml;q=0.9,*/*;q=0.8", TEXT);
        check(
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.4",
            OPEN_METRICS,
        );
        check(
            "application/openmetrics-text; version=1.0.0; q=0.3, text/plain;q=0.4",
            TEXT,
        );
        check("application/openmetrics-text", OPEN_METRICS_DRAFT);
        check("application/openmetrics-text;version=9.9.9", TEXT);
        check("application/openmetrics-text;version=1.0.0;q=0", TEXT);
        check(
            concat!(
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,",
                "application/openmetrics-text;version=0.0.1;q=0.4,",
                "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
            ),
            OPEN_METRICS,
        );
    }
}
