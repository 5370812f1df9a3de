//! `http_headers`: headers that every request carries.

use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, TEXTS};
use crate::section::Section;

/// Headers that are set otherwise, or that would break the connection.
const RESERVED_HEADERS: &[&str] = &[
    "authorization",
    "host",
    "content-encoding",
    "content-length",
    "content-type",
    "user-agent",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "www-authenticate",
    "accept-encoding",
    "x-prometheus-remote-write-version",
    "x-prometheus-remote-read-version",
    "x-prometheus-scrape-timeout-seconds",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-content-sha256",
];

pub(super) static HEADERS: Block = Block::new(
    "http_headers",
    &[Part::Keys(&[Key::new(
        "http_headers",
        Kind::Map(&Kind::Section(&HEADER)),
        "Headers that every request carries.",
    )])],
)
.checked(check_headers);

static HEADER: Block = Block::new(
    "http_header",
    &[Part::Keys(&[
        Key::new("values", TEXTS, "Values of the header."),
        Key::new(
            "secrets",
            Kind::List(&Kind::Secret),
            "Values that are not shown.",
        ),
        Key::new("files", Kind::List(&Kind::Path), "Files with values."),
    ])],
);

/// Whether a header is set otherwise, whatever its case.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED_HEADERS
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved))
}

fn check_headers(client: &Section, report: &mut Report) {
    for (name, header) in client.map("http_headers") {
        if is_reserved(name) {
            let path = client.path_of("http_headers");
            report.error(
                header.place,
                path,
                format!("setting header {name:?} is not allowed"),
            );
        }
    }
}
