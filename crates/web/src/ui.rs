//! The UI's files, and the page that stands in for them.
//!
//! The UI is one page: whatever path of it is asked for, `index.html` comes, and the rest happens in the browser. Files
//! under `assets/` have a hash of their content in their names, so a browser keeps them for good; everything else is
//! asked for again, and answered with 304 as long as it is the same.

use std::hash::BuildHasher as _;

use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter};
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue,
    IF_NONE_MATCH, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, StatusCode};
use hyper::body::Bytes;

use crate::compress::accepts_gzip;
use crate::state::Options;

/// A file of the UI.
#[derive(Clone, Copy, Debug)]
struct Asset {
    /// Below `ui/dist`, with a slash at the front.
    path: &'static str,
    /// Changes when the content does.
    tag: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
}

/// By path. Empty when the UI was not built before the server.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const INDEX: &str = "/index.html";

/// Shown when there are no files.
const PLACEHOLDER: &str = include_str!("ui/placeholder.html");

/// Files whose names change with their content.
const HASHED: &str = "/assets/";

/// Where `index.html` says which title the pages have.
const TITLE: &str = "<title>Ferula</title>";

/// The paths of the UI's pages: Prometheus' own, so links and fingers find their way, and those of dashboards.
const PAGES: [&str; 17] = [
    "/",
    "/query",
    "/graph",
    "/alerts",
    "/rules",
    "/targets",
    "/service-discovery",
    "/alertmanager-discovery",
    "/status",
    "/tsdb-status",
    "/queries",
    "/flags",
    "/config",
    "/agent",
    "/dashboards",
    "/dashboards/{*rest}",
    "/settings",
];

/// Only what cannot break a page: who may frame it, and nothing from plugins.
const POLICY: HeaderValue =
    HeaderValue::from_static("frame-ancestors 'self'; object-src 'none'; base-uri 'self'");

/// The page under each of its paths, and every other file under its own.
pub(crate) fn pages<S: Clone + Send + Sync + 'static>(
    options: &Options,
) -> Vec<(&'static str, MethodRouter<S>)> {
    let index = Index::new(options);
    let page = move || {
        let index = index.clone();
        let handler = async move |headers: HeaderMap| index.send(&headers);
        MethodRouter::new().on(MethodFilter::GET, handler)
    };
    let pages = PAGES.into_iter().map(|path| (path, page()));
    let files = ASSETS.iter().filter(|asset| asset.path != INDEX);
    let files = files.map(|asset| {
        let handler = async |headers: HeaderMap| send_asset(asset, &headers);
        (
            asset.path,
            MethodRouter::new().on(MethodFilter::GET, handler),
        )
    });
    pages.chain(files).collect()
}

/// Leads elsewhere.
pub(crate) fn redirect<S: Clone + Send + Sync + 'static>(target: &str) -> MethodRouter<S> {
    let target = target.to_owned();
    let handler = async move || (StatusCode::FOUND, [(LOCATION, target)]);
    MethodRouter::new().on(MethodFilter::GET, handler)
}

/// `index.html`, with the title and the prefix of this server in it.
#[derive(Clone, Debug)]
struct Index {
    html: Bytes,
    tag: HeaderValue,
}

impl Index {
    fn new(options: &Options) -> Self {
        let file = ASSETS.iter().find(|asset| asset.path == INDEX);
        let html = file.map_or(PLACEHOLDER.into(), |asset| {
            String::from_utf8_lossy(asset.plain)
        });
        let title = format!("<title>{}</title>", escaped(&options.page_title));
        let assets = format!("\"{}{HASHED}", options.route_prefix);
        let html = html
            .replace(TITLE, &title)
            .replace(&format!("\"{HASHED}"), &assets);
        let hash = foldhash::quality::FixedState::default().hash_one(html.as_bytes());
        Self {
            html: html.into(),
            tag: tag(&format!("{hash:016x}")),
        }
    }

    fn send(&self, headers: &HeaderMap) -> Response {
        let mut response = if is_known(headers, &self.tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            ([(CONTENT_TYPE, html)], self.html.clone()).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(ETAG, self.tag.clone());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(CONTENT_SECURITY_POLICY, POLICY);
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
}

fn send_asset(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let tag = tag(asset.tag);
    let mut response = if is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if accepts_gzip(headers) && asset.gzip.len() < asset.plain.len() {
        let gzip = HeaderValue::from_static("gzip");
        ([(CONTENT_ENCODING, gzip)], asset.gzip).into_response()
    } else {
        asset.plain.into_response()
    };
    let forever = if asset.path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(content_type(asset.path)),
    );
    headers.insert(ETAG, tag);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(forever));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A strong tag; hex digits need no escape.
fn tag(digits: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{digits}\"")).expect("hex digits between quotes")
}

/// Whether the client has this version already.
fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    known.is_some_and(|known| {
        let mut tags = known
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|known| known == "*" || tag.as_bytes() == known.as_bytes())
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Text as it may stand between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
