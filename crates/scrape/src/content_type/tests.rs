use super::*;
use crate::testing::job;

fn check(content_type: &str, result: &str) {
    check_with(content_type, None, result);
}

fn check_with(content_type: &str, fallback: Option<Protocol>, result: &str) {
    let shown = match negotiate(content_type, fallback) {
        Ok(format) => format!("{format:?}"),
        Err(error) => error.to_string(),
    };
    assert_eq!(shown, result);
}

#[test]
fn known_ones() {
    check(
        "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
        "Text",
    );
    check("text/plain", "Text");
    check("Text/Plain;charset=\"utf-8\"", "Text");
    check(
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        "OpenMetrics",
    );
    check("application/openmetrics-text", "OpenMetrics");
}

#[test]
fn others_fail_unless_there_is_a_fallback() {
    let blank = "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target";
    check("", blank);
    check(
        "text/html; charset=utf-8",
        "received unsupported Content-Type \"text/html; charset=utf-8\" and no fallback_scrape_protocol specified for target",
    );
    check(
        "text/plain; charset",
        "cannot parse Content-Type \"text/plain; charset\" and no fallback_scrape_protocol for target",
    );
    for content_type in ["", "text/html", "text/plain; charset", "/", "a b"] {
        check_with(content_type, Some(Protocol::PrometheusText004), "Text");
        check_with(
            content_type,
            Some(Protocol::OpenMetricsText100),
            "OpenMetrics",
        );
    }
    check_with(
        "application/openmetrics-text",
        Some(Protocol::PrometheusText004),
        "OpenMetrics",
    );
}

#[test]
fn asks_for_the_formats_in_order() {
    assert_eq!(
        accept(&job("a").protocols),
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
         application/openmetrics-text;version=0.0.1;q=0.4,\
         text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,\
         text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
    );
    assert_eq!(
        accept(&[Protocol::PrometheusProto, Protocol::PrometheusText004]),
        "text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
    );
}
