//! Pages from the network.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ferula_exposition::Escaping;
use ferula_exposition::negotiate::accept;
use futures_util::future::BoxFuture;
use platform::http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, USER_AGENT};
use platform::http::{HeaderMap, HeaderName, HeaderValue, HttpClient, Request, StatusCode};

use super::{Page, Source};
use crate::error::FetchError;
use crate::options::JobOptions;

/// The most bytes of a page when the job sets no limit (or a larger one): a page beyond this is an attack or a mistake.
const PAGE_BYTES_MAX: u64 = 256 << 20;

const TIMEOUT_HEADER: HeaderName = HeaderName::from_static("x-prometheus-scrape-timeout-seconds");

/// A target on the network.
pub(crate) struct HttpSource {
    client: Arc<dyn HttpClient>,
    request: Request,
}

/// What every request of `job` says. `agent` is our name and version.
pub(crate) fn request_headers(job: &JobOptions, agent: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(ACCEPT, &accept(&job.protocols, Escaping::AllowUtf8));
    set(USER_AGENT, agent);
    set(
        ACCEPT_ENCODING,
        if job.enable_compression {
            "gzip"
        } else {
            "identity"
        },
    );
    headers
}

impl HttpSource {
    pub(crate) fn new(
        client: Arc<dyn HttpClient>,
        job: &JobOptions,
        headers: &HeaderMap,
        url: &str,
        timeout_ms: i64,
    ) -> Self {
        let limit = match job.limits.body_size_bytes {
            0 => PAGE_BYTES_MAX,
            limit => limit.min(PAGE_BYTES_MAX),
        };
        let page_bytes_max = usize::try_from(limit).unwrap_or(usize::MAX);
        let timeout = Duration::from_millis(timeout_ms.unsigned_abs());
        let mut request = Request::get(url, timeout, page_bytes_max);
        request.headers = headers.clone();
        let headers = &mut request.headers;
        let seconds = (timeout_ms as f64 / 1000.0).to_string();
        if let Ok(seconds) = HeaderValue::try_from(seconds) {
            headers.insert(TIMEOUT_HEADER, seconds);
        }
        if is_on_this_machine(url) {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        Self { client, request }
    }
}

/// Whether what this URL's server sends never leaves the machine. Then to pack it costs both sides more than to send it as it is.
fn is_on_this_machine(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let server = authority.rsplit('@').next().unwrap_or(authority);
    let host = match server.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or(address),
        None => server.split(':').next().unwrap_or(server),
    };
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

impl Source for HttpSource {
    fn fetch<'a>(&'a self, page: &'a mut Page) -> BoxFuture<'a, Result<(), FetchError>> {
        Box::pin(async move {
            let reply = self.client.send(&self.request, &mut page.bytes).await?;
            if reply.status != StatusCode::OK {
                return Err(FetchError::Status(reply.status));
            }
            page.content_type = reply.header(CONTENT_TYPE).unwrap_or_default().to_owned();
            Ok(())
        })
    }

    fn reclaim(&self, page: Page) {
        self.client.reclaim(page.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_on_this_machine() {
        let check = |url: &str, stays: bool| assert_eq!(is_on_this_machine(url), stays, "{url}");
        check("http://localhost:9100/metrics", true);
        check("http://127.0.0.1:9100/metrics", true);
        check("https://user:secret@127.8.9.10/metrics?x=y", true);
        check("http://[::1]:9100/metrics", true);
        check("http://10.0.0.1:9100/metrics", false);
        check("http://[fd00::1]:9100/metrics", false);
        check("http://localhost.example:9100/metrics", false);
        check("http://example/localhost", false);
        check("http://127.0.0.1@example/metrics", false);
    }
}
