//! Whole pages, byte by byte, as the formats' specifications have them.

use ferula::{
    Buckets, Counter, Description, Error, Format, Gauge, Histogram, HistogramPoint, Info,
    LabelPairs, Page, Point, Registry, Selection, StateSet, Style, Summary, SummaryPoint, Text,
    encode,
};

fn registry() -> Result<Registry, Error> {
    let registry = Registry::new();
    let requests = Counter::builder("http_requests_total", "Requests\nserved.")
        .labels(["path"])
        .register(&registry)?;
    requests.with(&["/\"a\"\\b\n"]).inc_by(3);
    Gauge::builder("temperature_celsius", "Temperature.")
        .register(&registry)?
        .set(36.6);
    let latency = Histogram::builder("latency", "Latency.")
        .unit("seconds")
        .buckets(Buckets::new(&[0.5, 1.0])?)
        .labels(["method"])
        .register(&registry)?;
    for value in [0.25, 0.5, 3.0] {
        latency.with(&["GET"]).observe(value);
    }
    Summary::builder("pause_seconds", "Pause.")
        .register(&registry)?
        .observe(0.125);
    Info::builder("engine", "Engine.")
        .register(&registry)?
        .set(&[("name", "steam")])?;
    let doors = StateSet::builder("door", "Door.", &["open", "shut"]).labels(["side"]);
    assert!(doors.register(&registry)?.with(&["left"]).set("shut"));
    Ok(registry)
}

fn check(style: Style, expected: &str) -> Result<(), Error> {
    let mut page = Vec::new();
    encode(&registry()?, &Selection::all(), style, &mut page);
    assert_eq!(String::from_utf8_lossy(&page), expected);
    Ok(())
}

#[test]
fn a_page_in_the_text_format() -> Result<(), Error> {
    check(
        Style::new(Format::Text),
        r#"# HELP http_requests_total Requests\nserved.
# TYPE http_requests_total counter
http_requests_total{path="/\"a\"\\b\n"} 3
# HELP temperature_celsius Temperature.
# TYPE temperature_celsius gauge
temperature_celsius 36.6
# HELP latency_seconds Latency.
# TYPE latency_seconds histogram
latency_seconds_bucket{method="GET",le="0.5"} 2
latency_seconds_bucket{method="GET",le="1"} 2
latency_seconds_bucket{method="GET",le="+Inf"} 3
latency_seconds_sum{method="GET"} 3.75
latency_seconds_count{method="GET"} 3
# HELP pause_seconds Pause.
# TYPE pause_seconds summary
pause_seconds_sum 0.125
pause_seconds_count 1
# HELP engine_info Engine.
# TYPE engine_info gauge
engine_info{name="steam"} 1
# HELP door Door.
# TYPE door gauge
door{side="left",door="open"} 0
door{side="left",door="shut"} 1
"#,
    )
}

#[test]
fn a_page_in_openmetrics() -> Result<(), Error> {
    check(
        Style::new(Format::OpenMetrics),
        r#"# HELP http_requests Requests\nserved.
# TYPE http_requests counter
http_requests_total{path="/\"a\"\\b\n"} 3.0
# HELP temperature_celsius Temperature.
# TYPE temperature_celsius gauge
temperature_celsius 36.6
# HELP latency_seconds Latency.
# TYPE latency_seconds histogram
# UNIT latency_seconds seconds
latency_seconds_bucket{method="GET",le="0.5"} 2
latency_seconds_bucket{method="GET",le="1.0"} 2
latency_seconds_bucket{method="GET",le="+Inf"} 3
latency_seconds_sum{method="GET"} 3.75
latency_seconds_count{method="GET"} 3
# HELP pause_seconds Pause.
# TYPE pause_seconds summary
pause_seconds_sum 0.125
pause_seconds_count 1
# HELP engine Engine.
# TYPE engine info
engine_info{name="steam"} 1
# HELP door Door.
# TYPE door stateset
door{side="left",door="open"} 0
door{side="left",door="shut"} 1
# EOF
"#,
    )
}

#[test]
fn a_counter_from_elsewhere_keeps_its_name() {
    for (format, expected) in [
        (
            Format::Text,
            "# HELP c C.\n# TYPE c counter\nc{a=\"1\"} 2\n",
        ),
        (
            Format::OpenMetrics,
            "# HELP c C.\n# TYPE c counter\nc_total{a=\"1\"} 2.0\n# EOF\n",
        ),
    ] {
        let mut out = Vec::new();
        let mut text = Text::new(&mut out, Style::new(format));
        let selection = Selection::all();
        let mut page = Page::new(&mut text, &selection);
        page.family(Description::counter_as_named("c", "C."))
            .value(&[("a", "1")], 2.0);
        text.finish();
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}

/// What no handle says yet and a collector from outside can.
#[test]
fn points_of_a_collector_have_all_parts() {
    let mut out = Vec::new();
    let style = Style {
        created: true,
        ..Style::new(Format::OpenMetrics)
    };
    let mut text = Text::new(&mut out, style);
    let selection = Selection::all();
    let mut page = Page::new(&mut text, &selection);
    let labels = LabelPairs::from(&[("a", "1"), ("b", "2")]);
    page.family(Description::counter("c", "C.")).point(
        labels,
        &Point::Counter {
            total: 2.5,
            created_seconds: Some(1.5),
            exemplar: None,
        },
    );
    page.family(Description::new(ferula::Kind::Summary, "s", "S."))
        .summary(
            labels,
            SummaryPoint {
                quantiles: &[(0.5, 7.0)],
                count: 2,
                sum: 9.0,
                created_seconds: Some(1.5),
            },
        );
    let exemplar = ferula::Exemplar {
        labels: &[("t", "x")],
        value: 0.5,
        timestamp_ms: None,
    };
    page.family(Description::new(ferula::Kind::Histogram, "h", "H."))
        .histogram(
            labels,
            HistogramPoint {
                bounds: &[1.0],
                counts: &[1, 1],
                sum: None,
                created_seconds: None,
                exemplars: &[Some(exemplar), None],
                native: None,
            },
        );
    text.finish();
    assert_eq!(
        String::from_utf8_lossy(&out),
        r#"# HELP c C.
# TYPE c counter
c_total{a="1",b="2"} 2.5
c_created{a="1",b="2"} 1.5
# HELP s S.
# TYPE s summary
s{a="1",b="2",quantile="0.5"} 7.0
s_sum{a="1",b="2"} 9.0
s_count{a="1",b="2"} 2
s_created{a="1",b="2"} 1.5
# HELP h H.
# TYPE h histogram
h_bucket{a="1",b="2",le="1.0"} 1 # {t="x"} 0.5
h_bucket{a="1",b="2",le="+Inf"} 2
h_count{a="1",b="2"} 2
# EOF
"#
    );
}
