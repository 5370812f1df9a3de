use super::parsed;
use crate::features::Features;
use crate::parser::{HEIGHT_MAX, LABELS_MAX, NESTING_MAX, QUERY_BYTES_MAX, parse};
use crate::print::pretty;

/// `open`, `times` times, then `inside`, then `close` as often.
fn nested(open: &str, inside: &str, close: &str, times: usize) -> String {
    open.repeat(times) + inside + &close.repeat(times)
}

fn check_refused(query: &str, expected: &str) {
    let error = parse(query, &Features::ALL).expect_err("it is larger than the limit");
    assert!(error.message.starts_with(expected), "{}", error.message);
}

/// As deep as may be is parsed, printed and dropped on a test's thread; far deeper is refused, not overflowed.
#[test]
fn nesting_is_limited() {
    for (open, inside, close) in [
        ("(", "up", ")"),
        ("abs(", "up", ")"),
        ("sum(", "up", ")"),
        ("-", "up", ""),
        ("2^", "up", ""),
        ("1 + (", "up", ")"),
    ] {
        let expr = parsed(&nested(open, inside, close, NESTING_MAX / 2 - 1));
        assert!(!pretty(&expr).is_empty());
        check_refused(
            &nested(open, inside, close, 100_000),
            "query is nested too deeply",
        );
    }
    let query = format!("up[{}]", nested("(", "1", ")", 50_000));
    check_refused(&query, "query is nested too deeply");
    let query = format!("up[{}]", nested("-", "1", "", 50_000));
    check_refused(&query, "query is nested too deeply");
}

#[test]
fn chains_are_limited() {
    let chain = |count| "a or ".repeat(count) + "a";
    let longest = parsed(&chain(HEIGHT_MAX - 1));
    assert_eq!(longest.to_string(), chain(HEIGHT_MAX - 1));
    assert!(!pretty(&longest).is_empty());
    check_refused(&chain(HEIGHT_MAX), "query has too many operators in a row");
    check_refused(&chain(100_000), "query has too many operators in a row");
    let chain = format!("up[{}1]", "1+".repeat(10_000));
    check_refused(
        &chain,
        "duration expression has too many operators in a row",
    );
    check_refused(
        &("up".to_owned() + &"[5m:]".repeat(10_000)),
        "query has too many operators in a row",
    );
}

#[test]
fn labels_are_limited() {
    let matchers = |count| format!("up{{{}}}", r#"a="b","#.repeat(count));
    parsed(&matchers(LABELS_MAX));
    check_refused(&matchers(LABELS_MAX + 1), "more than 1024 labels");
    check_refused(
        &format!("sum by ({}) (up)", "a,".repeat(LABELS_MAX + 1)),
        "more than 1024 labels",
    );
}

#[test]
fn length_is_limited() {
    check_refused(
        &" ".repeat(QUERY_BYTES_MAX + 1),
        "query is longer than 1048576 bytes: 1048577",
    );
}
