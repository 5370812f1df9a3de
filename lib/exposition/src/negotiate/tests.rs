use super::*;

/// What Prometheus 3 sends with the default `scrape_protocols`.
#[test]
fn asks_as_prometheus_does() {
    let protocols = [
        Protocol::OpenMetricsText100,
        Protocol::OpenMetricsText001,
        Protocol::PrometheusText100,
        Protocol::PrometheusText004,
    ];
    assert_eq!(
        accept(&protocols, Escaping::AllowUtf8),
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
         application/openmetrics-text;version=0.0.1;q=0.5,\
         text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
         text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
    );
    assert_eq!(
        accept(
            &[Protocol::PrometheusProto, Protocol::PrometheusText100],
            Escaping::Underscores
        ),
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
         text/plain;version=1.0.0;escaping=underscores;q=0.5,*/*;q=0.4"
    );
}

#[test]
fn names_go_both_ways() {
    for protocol in Protocol::ALL {
        assert_eq!(Protocol::from_name(protocol.as_str()), Some(protocol));
    }
    assert_eq!(Protocol::from_name("prometheusproto"), None);
}

#[test]
fn known_content_types() {
    let check = |header: &str, format| {
        let agreed = format_of(Some(header), None).map(|agreed| agreed.format);
        assert_eq!(agreed, Ok(PageFormat::Text(format)), "{header}");
    };
    check("text/plain", Format::Text);
    check("text/plain; version=0.0.4; charset=utf-8", Format::Text);
    check("text/plain;version=\"1.0;0\";", Format::Text);
    check("Text/Plain", Format::Text);
    check(
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        Format::OpenMetrics,
    );
    check(
        "application/openmetrics-text;version=0.0.1",
        Format::OpenMetrics,
    );
}

fn refused(header: Option<&str>, message: &str) {
    let error = format_of(header, None).map_err(|error| error.to_string());
    assert_eq!(error, Err(message.to_owned()));
}

#[test]
fn unknown_content_types_without_a_fallback() {
    refused(
        Some("text"),
        "received unsupported Content-Type \"text\" and no fallback_scrape_protocol specified for target",
    );
    let blank = "non-compliant scrape target sending blank Content-Type \
                 and no fallback_scrape_protocol specified for target";
    refused(None, blank);
    refused(Some(""), blank);
    refused(
        Some("text/html; charset=utf-8"),
        "received unsupported Content-Type \"text/html; charset=utf-8\" \
         and no fallback_scrape_protocol specified for target",
    );
    for header in [
        "invalid/",
        "/plain",
        "text/plain; x",
        "text/plain; x=\"",
        "a b/c",
    ] {
        refused(
            Some(header),
            &format!(
                "cannot parse Content-Type {header:?} and no fallback_scrape_protocol for target"
            ),
        );
    }
}

#[test]
fn a_fallback_reads_them_with_a_warning() {
    let check = |header: Option<&str>, warning: &str| {
        let agreed = format_of(header, Some(Protocol::OpenMetricsText100)).expect("a fallback");
        assert_eq!(agreed.format, PageFormat::Text(Format::OpenMetrics));
        assert_eq!(agreed.warning.expect("a warning").to_string(), warning);
    };
    check(
        None,
        "non-compliant scrape target sending blank Content-Type, \
         using fallback_scrape_protocol \"application/openmetrics-text\"",
    );
    check(
        Some("text/html"),
        "received unsupported Content-Type \"text/html\", \
         using fallback_scrape_protocol \"application/openmetrics-text\"",
    );
    check(
        Some("x/"),
        "could not parse received Content-Type \"x/\", \
         using fallback_scrape_protocol \"application/openmetrics-text\"",
    );
}
