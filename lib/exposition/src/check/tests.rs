use super::*;

/// `lines` are a page of OpenMetrics without its last line; `expected` is empty if nothing is wrong with it.
fn openmetrics(lines: &str, expected: &str) {
    let page = format!("{lines}\n# EOF\n");
    let verdict = check(page.as_bytes(), Format::OpenMetrics);
    let shown = verdict.err().map(|error| error.to_string());
    assert_eq!(shown.unwrap_or_default(), expected, "{page}");
}

fn text(page: &str, expected: &str) {
    let verdict = check(page.as_bytes(), Format::Text);
    let shown = verdict.err().map(|error| error.to_string());
    assert_eq!(shown.unwrap_or_default(), expected, "{page}");
}

/// The pages are those of the specification's text.
#[test]
fn the_specification_s_own_examples() {
    let good = |lines| openmetrics(lines, "");
    good("# TYPE foo_seconds counter\n# UNIT foo_seconds seconds");
    good("# TYPE foo gauge\nfoo 17.0 123\nfoo 18.0 456");
    good(
        "# TYPE foo counter\nfoo_total 17.0 1520879607.789\nfoo_created 1520430000.123 1520879607.789",
    );
    good(
        "# TYPE foo stateset\nfoo{entity=\"controller\",foo=\"a\"} 1.0\nfoo{entity=\"controller\",foo=\"bb\"} 0.0",
    );
    good(
        "# TYPE foo info\nfoo_info{entity=\"replica\",name=\"prettier name\",version=\"8.1.9\"} 1.0",
    );
    good("# TYPE foo summary\nfoo{quantile=\"0.95\"} 123.7\nfoo{quantile=\"0.99\"} 150.0");
    good(
        "# TYPE foo gaugehistogram\nfoo_bucket{le=\"0.01\"} 20.0\nfoo_bucket{le=\"+Inf\"} 42.0\nfoo_gcount 42.0\nfoo_gsum 3289.3",
    );
    good(
        "# TYPE foo histogram\nfoo_bucket{le=\"0.01\"} 0\nfoo_bucket{le=\"0.1\"} 8 # {} 0.054\nfoo_bucket{le=\"+Inf\"} 17\nfoo_count 17\nfoo_sum 324789.3",
    );
    good(
        "# TYPE foo_seconds summary\nfoo_seconds_count{a=\"bb\"} 0 123\nfoo_seconds_sum{a=\"bb\"} 0 123\nfoo_seconds_count{a=\"bb\"} 0 456\nfoo_seconds_sum{a=\"bb\"} 0 456",
    );
    openmetrics(
        "# TYPE foo counter\n# UNIT foo seconds",
        "unit \"seconds\" not a suffix of metric \"foo\" (line 2, column 12)",
    );
    openmetrics(
        "# TYPE foo_seconds summary\nfoo_seconds_count{a=\"bb\"} 0 123\nfoo_seconds_count{a=\"ccc\"} 0 123\nfoo_seconds_count{a=\"bb\"} 0 456",
        "samples of one metric of \"foo_seconds\" are interrupted by those of another one (line 4, column 1)",
    );
    openmetrics(
        "# TYPE foo_seconds summary\nfoo_seconds_count{a=\"bb\"} 0 123\nfoo_seconds_count{a=\"bb\"} 0 456\nfoo_seconds_sum{a=\"bb\"} 0 123",
        "timestamps of one metric of \"foo_seconds\" go backwards (line 4, column 1)",
    );
    openmetrics(
        "# TYPE foo_created gauge\n# TYPE foo counter",
        "metric family \"foo\" of type counter may have samples named \"foo_created\", as another one (line 2, column 1)",
    );
}

#[test]
fn families_stand_together() {
    openmetrics(
        "a 1\nb 1\na 2",
        "metric family \"a\" is interrupted by another one or comes twice (line 3, column 1)",
    );
    openmetrics(
        "# TYPE a gauge\na 1\n# TYPE a gauge",
        "TYPE line for metric name \"a\" after its samples (line 3, column 1)",
    );
    openmetrics(
        "# HELP a x\n# TYPE a gauge\n# HELP a x",
        "second HELP line for metric name \"a\" (line 3, column 1)",
    );
    openmetrics(
        "# TYPE a counter\na 1",
        "sample \"a\" of a metric family of type counter needs a suffix (line 2, column 1)",
    );
    openmetrics(
        "# TYPE x_u info\n# UNIT x_u u",
        "a metric family of type info has no unit, got \"u\" (line 2, column 1)",
    );
    openmetrics(
        "# HELP a x\r",
        "line ends with a carriage return (line 1, column 1)",
    );
    openmetrics("# TYPE a_total gauge\na_total 1", "");
}

#[test]
fn labels_of_a_kind() {
    openmetrics(
        "a{b=\"1\",} 1",
        "comma after the last label (line 1, column 1)",
    );
    openmetrics("a{b=\",}\"} 1", "");
    openmetrics(
        "a{b=\"1\",c=\"2\",b=\"1\"} 1",
        "label name \"b\" is not unique (line 1, column 1)",
    );
    openmetrics(
        "# TYPE a histogram\na_bucket 1",
        "sample \"a_bucket\" needs the label \"le\" (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a histogram\na_bucket{le=\"NaN\"} 1",
        "invalid le label: \"NaN\" (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a histogram\na_bucket{le=\"inf\"} 1",
        "invalid le label: \"inf\" (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a histogram\na_sum{le=\"1\"} 1",
        "sample \"a_sum\" may not have the label \"le\" (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a summary\na{quantile=\"1.5\"} 1",
        "invalid quantile label: \"1.5\" (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a summary\na_sum{quantile=\"1\"} 1",
        "sample \"a_sum\" may not have the label \"quantile\" (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a stateset\na{b=\"c\"} 1",
        "sample \"a\" needs the label \"a\" (line 2, column 1)",
    );
}

#[test]
fn values_of_a_kind() {
    openmetrics(
        "# TYPE a counter\na_total -1",
        "\"a_total\" can't be -1 (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a counter\na_total NaN",
        "\"a_total\" can't be NaN (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a counter\na_total 1\na_created +Inf",
        "\"a_created\" can't be inf (line 3, column 1)",
    );
    openmetrics(
        "# TYPE a counter\na_created 1",
        "\"a\" of type counter lacks its _total (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a summary\na_count 1.5",
        "\"a_count\" must be an integer, got 1.5 (line 2, column 1)",
    );
    openmetrics("# TYPE a summary\na{quantile=\"1\"} NaN", "");
    openmetrics(
        "# TYPE a info\na_info 2",
        "\"a_info\" of type info must be 1, got 2 (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a stateset\na{a=\"b\"} 0.5",
        "\"a\" of type stateset must be 0 or 1, got 0.5 (line 2, column 1)",
    );
    openmetrics("# TYPE a gauge\na NaN", "");
}

#[test]
fn points_are_whole() {
    let histogram = |lines: &str, expected: &str| {
        openmetrics(&format!("# TYPE a histogram\n{lines}"), expected);
    };
    histogram("a_bucket{le=\"+Inf\"} 1", "");
    histogram(
        "a_bucket{le=\"1\"} 1",
        "\"a\" of type histogram lacks a bucket with le=\"+Inf\" (line 2, column 1)",
    );
    histogram(
        "a_bucket{le=\"+Inf\"} 1\na_count 1",
        "\"a\" of type histogram lacks a sum, though it has a count (line 2, column 1)",
    );
    histogram(
        "a_sum 1\na_bucket{le=\"+Inf\"} 1",
        "\"a\" of type histogram lacks a count, though it has a sum (line 2, column 1)",
    );
    histogram(
        "a_bucket{le=\"+Inf\"} 1\na_count 2\na_sum 1",
        "count of \"a\" is not the value of its +Inf bucket (line 2, column 1)",
    );
    histogram(
        "a_bucket{le=\"2\"} 1\na_bucket{le=\"1\"} 1",
        "bucket bounds of \"a_bucket\" don't ascend (line 3, column 1)",
    );
    histogram(
        "a_bucket{le=\"1\"} 1\na_bucket{le=\"1.0\"} 1",
        "bucket bounds of \"a_bucket\" don't ascend (line 3, column 1)",
    );
    histogram(
        "a_bucket{le=\"1\"} 2\na_bucket{le=\"2\"} 1",
        "bucket values of \"a_bucket\" go down (line 3, column 1)",
    );
    histogram(
        "a_bucket{le=\"-1\"} 0\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1",
        "\"a\" has negative bucket bounds, so it can't have a sum (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a gaugehistogram\na_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 1\na_gcount 1\na_gsum -1",
        "",
    );
    openmetrics(
        "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1\na_gcount 1\na_gsum -1",
        "\"a\" has no negative bucket bounds, so its sum can't be negative (line 2, column 1)",
    );
}

#[test]
fn times_ascend() {
    openmetrics(
        "a 1\na 2",
        "\"a\" comes twice for the same time (line 2, column 1)",
    );
    openmetrics(
        "a 1 1\na 2",
        "some samples of one metric of \"a\" have a timestamp and some don't (line 2, column 1)",
    );
    openmetrics("a 1 1605281325.000000001\na 2 1605281325.000000002", "");
    openmetrics("# TYPE a summary\na_sum 1 3\na_count 1 3.0\na_sum 1 4", "");
}

#[test]
fn exemplars_have_their_place() {
    openmetrics(
        "a 1 # {} 1",
        "\"a\" of type unknown can't have an exemplar (line 1, column 1)",
    );
    openmetrics(
        "# TYPE a counter\na_total 1 # {b=\"1\",b=\"2\"} 1",
        "label name \"b\" is not unique (line 2, column 1)",
    );
    openmetrics(
        "# TYPE a histogram\na_bucket{le=\"1\"} 1 # {} 2",
        "exemplar value 2 is not in the bucket that ends at 1 (line 2, column 1)",
    );
    let long = format!(
        "# TYPE a counter\na_total 1 # {{b=\"{}\"}} 1",
        "é".repeat(128)
    );
    openmetrics(
        &long,
        "exemplar labels have 129 characters, more than 128 (line 2, column 1)",
    );
}

/// The verdicts are those of promtool 2.42.
#[test]
fn the_text_format_has_fewer_rules() {
    text(
        "# HELP a x\n# HELP a x\n",
        "second HELP line for metric name \"a\" (line 2, column 1)",
    );
    let late =
        "second TYPE line for metric name \"a\", or TYPE reported after samples (line 2, column 1)";
    text("# TYPE a gauge\n# TYPE a gauge\n", late);
    text("a 1\n# TYPE a gauge\n", late);
    text("# TYPE a histogram\na_sum 1\n# HELP a x\n", "");
    text("a 1\nb 1\na{c=\"d\"} 1\n", "");
    text("a 1\na 2\n", "");
    text("# TYPE a histogram\na_bucket 1\n", "");
    text(
        "a{b=\"1\",b=\"2\"} 1\n",
        "label name \"b\" is not unique (line 1, column 1)",
    );
}

/// What promtool 2.42 says of `page`, line by line.
fn lints(page: &str, expected: &[&str]) {
    let report = check(page.as_bytes(), Format::Text).expect("a good page");
    let lints = report.lints.iter();
    let shown: Vec<String> = lints
        .map(|lint| format!("{} {}", lint.metric, lint.text))
        .collect();
    assert_eq!(shown, expected, "{page}");
}

/// As [`lints`], for a family `name` of `kind` with one sample.
fn named(name: &str, kind: &str, expected: &[&str]) {
    let page = format!("# HELP {name} x\n# TYPE {name} {kind}\n{name} 1\n");
    let expected: Vec<String> = expected
        .iter()
        .map(|text| format!("{name} {text}"))
        .collect();
    lints(
        &page,
        &expected.iter().map(|line| &**line).collect::<Vec<_>>(),
    );
}

#[test]
fn habits_of_naming() {
    named("a", "gauge", &[]);
    named(
        "a",
        "counter",
        &["counter metrics should have \"_total\" suffix"],
    );
    named(
        "a_total",
        "gauge",
        &["non-counter metrics should not have \"_total\" suffix"],
    );
    named("a_total", "untyped", &[]);
    named(
        "a_bucket",
        "summary",
        &["non-histogram metrics should not have \"_bucket\" suffix"],
    );
    named(
        "a_count",
        "gauge",
        &["non-histogram and non-summary metrics should not have \"_count\" suffix"],
    );
    named(
        "a_gauge_x",
        "untyped",
        &["metric name should not include type 'gauge'"],
    );
    named("gauge_a", "gauge", &[]);
    named("a:b", "gauge", &["metric names should not contain ':'"]);
    named(
        "aB",
        "gauge",
        &["metric names should be written in 'snake_case' not 'camelCase'"],
    );
    named("AB", "gauge", &[]);
    named(
        "a_ms_x",
        "gauge",
        &["metric names should not contain abbreviated units"],
    );
    named("s_a", "gauge", &[]);
    named("a_bytes_per_second", "gauge", &[]);
    named(
        "a_kilobytes",
        "gauge",
        &["use base unit \"bytes\" instead of \"kilobytes\""],
    );
    named(
        "milliseconds",
        "gauge",
        &["use base unit \"seconds\" instead of \"milliseconds\""],
    );
    named("a_exabytes", "gauge", &[]);
    named(
        "a_kelvins",
        "gauge",
        &["use base unit \"kelvin\" instead of \"kelvins\""],
    );
    named(
        "a_hours_b",
        "gauge",
        &[
            "metric names should not contain abbreviated units",
            "use base unit \"seconds\" instead of \"hours\"",
        ],
    );
}

#[test]
fn habits_of_labels_and_help() {
    lints(
        "# TYPE b gauge\nb 1\n# HELP a \na 1\n",
        &["a no help text", "b no help text"],
    );
    lints(
        "# HELP a x\n# TYPE a gauge\na{le=\"1\",b=\"1\"} 1\na{le=\"2\",b=\"1\"} 1\na{b=\"2\"} 1\n",
        &[
            "a non-histogram metrics should not have \"le\" label",
            "a non-histogram metrics should not have \"le\" label",
        ],
    );
    lints(
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\",bC=\"1\"} 1\na_bucket{le=\"2\",bC=\"1\"} 1\na_sum{bC=\"1\"} 1\n",
        &["a label names should be written in 'snake_case' not 'camelCase'"],
    );
    lints("# TYPE a gauge\n# HELP b y\nb 1\n", &[]);
}
