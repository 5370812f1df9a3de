use proptest::prelude::*;

use super::*;

fn check(op: MatchOp, pattern: &str, pass: &[&str], fail: &[&str]) {
    let matcher = Matcher::new("a", op, pattern).expect("a good pattern");
    for text in pass {
        assert!(matcher.matches(text), "{matcher} should take {text:?}");
    }
    for text in fail {
        assert!(!matcher.matches(text), "{matcher} should refuse {text:?}");
    }
}

#[test]
fn compares() {
    check(MatchOp::Equal, "x", &["x"], &["", "xx"]);
    check(MatchOp::NotEqual, "x", &["", "xx"], &["x"]);
    check(MatchOp::Regex, "x|yy", &["x", "yy"], &["", "xyy", "x|yy"]);
    check(MatchOp::Regex, "(x|yy)", &["x", "yy"], &["", "(x"]);
    check(
        MatchOp::Regex,
        "ab.*",
        &["ab", "abc", "ab\nc"],
        &["", "xab"],
    );
    check(MatchOp::Regex, "ab.+", &["abc"], &["ab"]);
    check(MatchOp::Regex, ".*ab.*", &["ab", "xabx"], &["a"]);
    check(
        MatchOp::Regex,
        "5..|4.4",
        &["503", "404", "5é\n"],
        &["50", "5000", "405", ""],
    );
    check(MatchOp::Regex, ".", &["x", "é"], &["", "xx"]);
    check(MatchOp::Regex, ".*", &["", "x", "\n"], &[]);
    check(MatchOp::Regex, ".+", &["x", "\n"], &[""]);
    check(MatchOp::Regex, "", &[""], &["x"]);
    check(MatchOp::Regex, "x|", &["", "x"], &["y"]);
    check(MatchOp::Regex, "[ab]c?", &["a", "bc"], &["c", "abc"]);
    check(MatchOp::Regex, "(?i)abc", &["ABC"], &["x"]);
    check(MatchOp::Regex, "^ab$", &["ab"], &["xab"]);
    check(MatchOp::NotRegex, "x|y", &["", "xy"], &["x"]);
}

#[test]
fn tells_the_literal_inside() {
    let contained = |pattern: &str| {
        let regexp = Regexp::new(pattern).expect("a good pattern");
        regexp.contained().map(str::to_owned)
    };
    assert_eq!(contained(".*ab.*"), Some("ab".to_owned()));
    assert_eq!(contained("ab.*"), None);
    assert_eq!(contained(".*a[b].*"), None);
}

#[test]
fn refuses_bad_patterns_in_one_line() {
    let error = Matcher::new("a", MatchOp::Regex, "a)b(").expect_err("unbalanced");
    assert!(!error.to_string().contains('\n'), "{error}");
    assert!(
        error.to_string().starts_with("error parsing regexp: "),
        "{error}"
    );
}

proptest! {
    /// The recognised forms must answer as the engine does.
    #[test]
    fn shortcuts_agree_with_the_engine(pattern in "[ab(|).*+?]{0,8}", text in "[ab|.]{0,4}") {
        if let Ok(regexp) = Regexp::new(&pattern) {
            prop_assert_eq!(regexp.is_match(&text), regexp.regex().is_match(&text));
        }
    }
}
