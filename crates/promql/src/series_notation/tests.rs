use model::Histogram;
use model::histogram::{ResetHint, Span};

use super::*;

/// The values of a line as text: `_` for a gap, `stale`, numbers, and histograms as `sum/count/buckets`.
fn written(values: &[Option<SeriesValue>]) -> String {
    let words: Vec<String> = values
        .iter()
        .map(|value| match value {
            None => "_".to_owned(),
            Some(value) if value.value.is_stale() => "stale".to_owned(),
            Some(SeriesValue {
                value: Value::Float(value),
                ..
            }) => value.to_string(),
            Some(SeriesValue {
                value: Value::Histogram(h),
                ..
            }) => {
                format!("{}/{}/{:?}", h.sum, h.count, h.positive_buckets)
            }
        })
        .collect();
    words.join(" ")
}

fn check(items: &str, expected: &str) {
    let series = parse_series(&format!("m {items}")).expect("the line is well-formed");
    assert_eq!(written(&series.values), expected, "{items}");
    assert_eq!(series.labels.metric_name(), "m");
}

#[test]
fn numbers() {
    check("", "");
    check("1 -2.5 +3 1e3 .5", "1 -2.5 3 1000 0.5");
    check("Inf -Inf +Inf NaN nan", "inf -inf inf NaN NaN");
    check("1\t2   3 ", "1 2 3");
}

#[test]
fn gaps_and_stale_markers() {
    check("_ 1 _x3 stale _", "_ 1 _ _ _ stale _");
    check("_x0", "");
}

#[test]
fn repetitions_add_to_the_first_value() {
    check("5x0", "5");
    check("5x2", "5 5 5");
    check("1+2x3", "1 3 5 7");
    check("1-2x3", "1 -1 -3 -5");
    check("-1-0.5x2", "-1 -1.5 -2");
    check("1e1+1e1x2", "10 20 30");
}

#[test]
fn zero_times_five_is_no_hexadecimal_number() {
    check("0x5", "0 0 0 0 0 0");
}

#[test]
fn steps_add_up_one_by_one() {
    check("0+0.1x3", &format!("0 0.1 0.2 {}", 0.1 + 0.1 + 0.1));
}

#[test]
fn histograms_repeat_and_grow() {
    check("{{sum:1 count:2}} 3", "1/2/[] 3");
    check("{{count:2}}x1", "0/2/[] 0/2/[]");
    check(
        "{{sum:4 count:4 buckets:[1 2 1]}}+{{sum:2 count:1 buckets:[1] offset:1}}x2",
        "4/4/[1.0, 2.0, 1.0] 6/5/[1.0, 3.0, 1.0] 8/6/[1.0, 4.0, 1.0]",
    );
    check("{{count:4}}-{{count:1}}x1", "0/4/[] 0/3/[]");
}

#[test]
fn histograms_are_read_whole() {
    let text = "m {{ schema:1 sum:-18.4 count:12 z_bucket:2 z_bucket_w:0.001 buckets:[1 2 0] offset:-1 \
                n_buckets:[1 2.5] n_offset:3 counter_reset_hint:gauge }}";
    let series = parse_series(text).expect("the line is well-formed");
    let expected = Histogram {
        schema: 1,
        sum: -18.4,
        count: 12.0,
        zero_count: 2.0,
        zero_threshold: 0.001,
        positive_spans: vec![Span {
            offset: -1,
            length: 3,
        }],
        positive_buckets: vec![1.0, 2.0, 0.0],
        negative_spans: vec![Span {
            offset: 3,
            length: 2,
        }],
        negative_buckets: vec![1.0, 2.5],
        reset_hint: ResetHint::Gauge,
        ..Histogram::default()
    };
    let value = SeriesValue {
        value: Value::Histogram(expected.into()),
        reset_hint_written: true,
    };
    assert_eq!(series.values, [Some(value)]);
}

#[test]
fn custom_buckets() {
    let text = "m {{schema:-53 sum:5 count:4 custom_values:[-5 10] buckets:[1 3]}}";
    let series = parse_series(text).expect("the line is well-formed");
    let Some(Some(SeriesValue {
        value: Value::Histogram(histogram),
        reset_hint_written,
    })) = series.values.first()
    else {
        panic!("one histogram was written");
    };
    assert!(histogram.has_custom_buckets() && !reset_hint_written);
    assert_eq!(histogram.custom_values, [-5.0, 10.0]);
    assert_eq!(histogram.positive_buckets, [1.0, 3.0]);
}

fn check_labels(text: &str, pairs: &[(&str, &str)]) {
    let series = parse_series(text).expect("the line is well-formed");
    let expected = Labels::from_pairs(pairs.iter().copied());
    assert_eq!(series.labels, expected, "{text}");
    assert_eq!(written(&series.values), "1");
}

#[test]
fn series_are_written_as_selectors_of_equality() {
    check_labels("m 1", &[("__name__", "m")]);
    check_labels("{} 1", &[]);
    check_labels(r#"{a="b"} 1"#, &[("a", "b")]);
    check_labels(
        r#"m{a="} 2",b='{{'} 1"#,
        &[("__name__", "m"), ("a", "} 2"), ("b", "{{")],
    );
    check_labels(
        r#"{"m.x", "a.b"="\"}"} 1"#,
        &[("__name__", "m.x"), ("a.b", "\"}")],
    );
    check_labels("a:b{} 1", &[("__name__", "a:b")]);
    check_labels("sum 1", &[("__name__", "sum")]);
}

#[test]
fn start_times_are_relative_durations() {
    let line = parse_line(r#"m{a="b"}@st _ -30s-1mx2 +1m 0 _x2 1sx1"#);
    let expected = StartTimes {
        labels: Labels::from_pairs([("__name__", "m"), ("a", "b")]),
        offsets_ms: vec![
            None,
            Some(-30_000),
            Some(-90_000),
            Some(-150_000),
            Some(60_000),
            Some(0),
            None,
            None,
            Some(1000),
            Some(1000),
        ],
    };
    assert_eq!(line, Ok(Line::StartTimes(expected)));
}

fn check_error(text: &str, expected: &str) {
    let error = parse_line(text).expect_err("the line is malformed");
    assert_eq!(error.to_string(), expected, "{text}");
}

#[test]
fn errors_say_where() {
    check_error(
        "m 1 foo",
        r#"1:5: parse error: unexpected identifier "foo" in series values, expected number or "stale""#,
    );
    check_error(
        "m 1;2",
        "1:4: parse error: unexpected character in series sequence: ';'",
    );
    check_error(
        "m 1xy",
        r#"1:5: parse error: invalid repetition in series values: "y""#,
    );
    check_error(
        "m 1x2000000",
        "1:5: parse error: more than 1000000 values in one line: 2000000",
    );
    check_error(
        "m{a=1} 1",
        r#"1:5: parse error: unexpected character inside braces: '1'"#,
    );
    check_error(
        "m {{foo:1}}",
        r#"1:5: parse error: bad histogram descriptor found: "foo""#,
    );
    check_error(
        "m {{sum 1}}",
        "1:5: parse error: missing `:` for histogram descriptor",
    );
    check_error(
        "m {{sum:1 sum:2}}",
        r#"1:11: parse error: duplicate key "sum" in histogram"#,
    );
    check_error(
        "m {{sum:1",
        "1:10: parse error: histogram description incomplete unexpected: '\u{fffd}'",
    );
    check_error(
        "m {{schema:1}}+{{schema:0}}x1",
        "1:3: parse error: error combining histograms: cannot merge from schema 0 to 1",
    );
    check_error(
        "m@st 5q",
        r#"1:6: parse error: not a valid duration string: "5q""#,
    );
}
