//! What 3.14 says otherwise than 2.42, whose answers `tests/oracle.rs` checks.

use super::parsed;
use crate::features::Features;
use crate::parser::{parse, parse_metric, parse_selector};

fn check(query: &str, expected: &str) {
    let error = parse(query, &Features::ALL).expect_err(query);
    assert_eq!(error.to_string(), expected, "{query}");
}

#[test]
fn nothing_has_no_position() {
    check(
        "",
        "unknown position: parse error: no expression found in input",
    );
    check(" ", "1:1: parse error: no expression found in input");
}

#[test]
fn durations_name_what_may_stand_there() {
    check(
        "a offset",
        "1:9: parse error: unexpected end of input in offset, expected number, duration, step(), or range()",
    );
    check(
        "a offset (x)",
        r#"1:11: parse error: unexpected identifier "x" in offset, expected number, duration, step(), or range()"#,
    );
    check(
        "a[]",
        r#"1:3: parse error: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()"#,
    );
    check(
        "a[5m,]",
        r#"1:5: parse error: unexpected "," in subquery or range, expected ":" or "]""#,
    );
    check(
        "a[5m:,]",
        r#"1:6: parse error: unexpected "," in subquery selector, expected number, duration, step(), range(), or "]""#,
    );
    check(
        "a[5m:1m,]",
        r#"1:8: parse error: unexpected "," in subquery selector, expected "]""#,
    );
    check(
        "a[x]",
        "1:3: parse error: unexpected character in duration expression: 'x'",
    );
    check(
        "a[5m x]",
        "1:6: parse error: unexpected character: 'x', expected ':'",
    );
    check(
        "a[",
        "1:3: parse error: unexpected end of input in duration expression",
    );
    check(
        "a[:1m]",
        "1:3: parse error: unexpected colon before duration in duration expression",
    );
    check("a[1m:1m:1m]", "1:8: parse error: unexpected colon ':'");
}

#[test]
fn ranges_are_positive() {
    check("a[0]", "1:3: parse error: duration must be greater than 0");
    check(
        "a[-5m]",
        "1:3: parse error: duration must be greater than 0",
    );
    check(
        "a[5m:-1]",
        "1:6: parse error: duration must be greater than 0",
    );
    check(
        "a[NaN]",
        "1:3: parse error: unexpected character in duration expression: 'N'",
    );
    check("a[1e10]", "1:3: parse error: duration out of range");
    check("a offset 1e10", "1:10: parse error: duration out of range");
    check("a[300y]", "1:3: parse error: duration out of range");
    check("a[5m / 0]", "1:6: parse error: division by zero");
}

#[test]
fn numbers_are_checked() {
    check(
        "1_",
        r#"1:1: parse error: bad number or duration syntax: "1_""#,
    );
    check(
        "1__0",
        r#"1:1: parse error: bad number or duration syntax: "1__""#,
    );
    check(
        "0x1.8",
        r#"1:1: parse error: bad number or duration syntax: "0x1""#,
    );
    check(
        "1..2",
        r#"1:1: parse error: bad number or duration syntax: "1..""#,
    );
}

#[test]
fn quoted_names() {
    check(
        r#"a{"b"}"#,
        r#"1:1: parse error: metric name must not be set twice: "a" or "b""#,
    );
    check(
        r#"{"a"=}"#,
        r#"1:6: parse error: unexpected "}" in label matching, expected string"#,
    );
    check(
        r#"sum by ("") (a)"#,
        r#"1:9: parse error: invalid label name for grouping: """#,
    );
    check(
        r#"{""}"#,
        "1:1: parse error: vector selector must contain at least one non-empty matcher",
    );
}

#[test]
fn fill_modifiers() {
    check(
        "a + fill(x) b",
        r#"1:10: parse error: unexpected identifier "x""#,
    );
    check(
        "a + fill(1) fill_left(1) b",
        "1:13: parse error: unexpected <fill_left>",
    );
    check("a + fill(1) on(x) b", "1:13: parse error: unexpected <on>");
    check(
        "a and fill(1) b",
        "1:1: parse error: filling in missing series not allowed for set operators",
    );
    check(
        "a + fill(1) 2",
        "1:1: parse error: filling in missing series only allowed between instant vectors",
    );
}

#[test]
fn extended_ranges() {
    check(
        "a anchored smoothed",
        "1:1: parse error: anchored and smoothed modifiers cannot be used together",
    );
    check(
        "a[5m:1m] anchored",
        "1:1: parse error: anchored modifier is not supported for subqueries",
    );
    check(
        "sum(a) smoothed",
        "1:1: parse error: smoothed modifier not implemented",
    );
}

#[test]
fn info_takes_braces_alone() {
    check(
        "info(a, b)",
        "1:9: parse error: expected label selectors only, got vector selector instead",
    );
    check(
        "info(a, sum(b))",
        "1:9: parse error: expected label selectors only",
    );
    check(
        "info(a, 1)",
        r#"1:1: parse error: expected type instant vector in call to function "info", got scalar"#,
    );
    check(
        "info(a, {}, {})",
        r#"1:1: parse error: expected at most 2 argument(s) in call to "info", got 3"#,
    );
}

/// A query that needs a feature, and what is said without it.
fn check_gated(query: &str, expected: &str) {
    let error = parse(query, &Features::STABLE).expect_err(query);
    assert_eq!(error.to_string(), expected, "{query}");
    parsed(query);
}

#[test]
fn experimental_parts_need_their_feature() {
    check_gated(
        "1 + info(a)",
        r#"1:5: parse error: function "info" is not enabled"#,
    );
    check_gated(
        "start()",
        r#"1:1: parse error: function "start" is not enabled"#,
    );
    check_gated(
        "limitk(1, a)",
        "1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions",
    );
    check_gated(
        "rate(a[5m] anchored)",
        "1:6: parse error: anchored modifier is experimental and not enabled",
    );
    check_gated(
        "a smoothed",
        "1:1: parse error: smoothed modifier is experimental and not enabled",
    );
    check_gated(
        "1 + (a + fill(0) b)",
        "1:6: parse error: binop fill modifiers are experimental and not enabled",
    );
}

#[test]
fn features_bear_the_names_of_the_command_line() {
    let mut features = Features::STABLE;
    assert!(features.enable("promql-experimental-functions"));
    assert!(features.enable("promql-extended-range-selectors"));
    assert!(features.enable("promql-binop-fill-modifiers"));
    assert!(!features.enable("exemplar-storage"));
    assert_eq!(features, Features::ALL);
}

#[test]
fn bytes_that_are_no_text_are_refused_in_selectors() {
    check(
        r#"x{a="a\xff"}"#,
        r#"1:5: parse error: string is not valid UTF-8: "a\xff""#,
    );
}

#[test]
fn selectors_of_the_http_api() {
    let matchers = |text: &str| {
        parse_selector(text).map(|m| m.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(matchers("up"), Ok(vec![r#"__name__="up""#.to_owned()]));
    assert_eq!(matchers(r#"{a=~"b"}"#), Ok(vec![r#"a=~"b""#.to_owned()]));
    // That it must not match everything is a rule of the caller.
    assert_eq!(matchers("{}"), Ok(vec![]));
    for (text, expected) in [
        ("", "unknown position: parse error: unexpected end of input"),
        ("up[5m]", r#"1:3: parse error: unexpected "[""#),
        ("up + 1", "1:4: parse error: unexpected <op:+>"),
        ("sum(up)", r#"1:4: parse error: unexpected "(""#),
        (
            "up{",
            "1:4: parse error: unexpected end of input inside braces",
        ),
    ] {
        let error = parse_selector(text).expect_err(text);
        assert_eq!(error.to_string(), expected, "{text}");
    }
}

#[test]
fn labels_of_a_series() {
    let labels = |text: &str| parse_metric(text).map(|labels| labels.to_string());
    assert_eq!(
        labels(r#"up{b="2", a="1",}"#),
        Ok(r#"up{a="1", b="2"}"#.to_owned())
    );
    assert_eq!(labels(r#"{"a b"}"#), Ok(r#"{"a b"}"#.to_owned()));
    assert_eq!(labels("{}"), Ok("{}".to_owned()));
    for (text, expected) in [
        (
            r#"up{a!="1"}"#,
            r#"1:5: parse error: unexpected <op:!=> in label set, expected "=""#,
        ),
        (
            r#"up{a=1}"#,
            "1:6: parse error: unexpected character inside braces: '1'",
        ),
        (
            r#"up{a="1" b}"#,
            r#"1:10: parse error: unexpected identifier "b" in label set, expected "," or "}""#,
        ),
        (
            "up{,}",
            r#"1:4: parse error: unexpected "," in label set, expected identifier or "}""#,
        ),
        (
            "up{a=}",
            r#"1:6: parse error: unexpected "}" in label set, expected string"#,
        ),
    ] {
        let error = parse_metric(text).expect_err(text);
        assert_eq!(error.to_string(), expected, "{text}");
    }
}
