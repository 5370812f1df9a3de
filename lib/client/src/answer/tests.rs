use super::*;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PROTO: &str =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

fn check(accept: &str, expected: &str) {
    let answer = Answer::negotiate(accept, "");
    assert_eq!(answer.content_type(), expected, "{accept}");
}

/// RFC 9110, "Accept", and Prometheus' own headers.
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
    let draft = "application/openmetrics-text; version=0.0.1; charset=utf-8";
    check("application/openmetrics-text", draft);
    check("application/openmetrics-text;version=9.9.9", TEXT);
    check("application/openmetrics-text;version=1.0.0;q=0", TEXT);
    check(
        "application/vnd.google.protobuf;proto=other;encoding=delimited",
        TEXT,
    );
    check(
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
        TEXT,
    );
    check(
        concat!(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,",
            "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
        ),
        PROTO,
    );
    check(
        "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.1",
        "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
    );
}

#[test]
fn gzip_is_asked_for() {
    for (header, expected) in [
        ("", false),
        ("identity", false),
        ("gzip", true),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", true),
        ("gzip;q=0", false),
    ] {
        assert_eq!(takes_gzip(header), expected, "{header}");
    }
}

#[test]
fn a_compressed_page_is_the_page() -> Result<(), Box<dyn std::error::Error>> {
    use std::io::Read;
    let registry = crate::Registry::new();
    crate::Gauge::builder("up", "")
        .register(&registry)?
        .set(1.0);
    let plain = Answer::negotiate("", "").page(&registry, &Selection::all());
    let answer = Answer::negotiate("", "gzip");
    assert_eq!(answer.content_encoding(), Some("gzip"));
    let page = answer.page(&registry, &Selection::all());
    let mut read = Vec::new();
    flate2::read::GzDecoder::new(&page[..]).read_to_end(&mut read)?;
    assert_eq!(read, plain);
    Ok(())
}
