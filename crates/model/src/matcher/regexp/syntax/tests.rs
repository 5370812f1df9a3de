use crate::matcher::Regexp;

/// Texts that RE2 matches with the pattern, and texts that it doesn't.
fn check(pattern: &str, pass: &[&str], fail: &[&str]) {
    let regexp = Regexp::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    for text in pass {
        assert!(regexp.is_match(text), "{pattern} should match {text:?}");
    }
    for text in fail {
        assert!(
            !regexp.is_match(text),
            "{pattern} should not match {text:?}"
        );
    }
}

#[test]
fn a_brace_without_counts_is_itself() {
    check("/api/{id}", &["/api/{id}"], &["/api/id"]);
    check("/api/{id}/.*", &["/api/{id}/x"], &["/api/x"]);
    check("a{", &["a{"], &["a"]);
    check("a{,2}", &["a{,2}"], &["a", "aa"]);
    check("a{x}{2}", &["a{x}}"], &["a{x}"]);
    check("a{2}", &["aa"], &["a", "a{2}"]);
    check("a{1,}b{0,1}", &["a", "aab"], &["b", "abb"]);
}

#[test]
fn classes_know_ascii_only() {
    check(r"\d+", &["7"], &["٧", "x"]);
    check(r"\w+", &["a_7"], &["é", "-"]);
    check(r"\W", &["é", "-"], &["a"]);
    check(r"[\w-]+", &["a-b"], &["é"]);
    check(r"[^\d]", &["x", "٧"], &["7"]);
    check(r"[\D]", &["x"], &["7"]);
    check(r"a\sb", &["a b", "a\tb"], &["a\u{a0}b", "a\u{b}b"]);
    check(r"\bfoo\b.*", &["foo", "foo-bar"], &["foobar"]);
}

#[test]
fn brackets_hold_characters() {
    check("[[a]", &["[", "a"], &["b"]);
    check("[a&&b]+", &["a&b"], &["c"]);
    check("[a~~b]+", &["a~b"], &["c"]);
    check("[]a]+", &["]a"], &["b"]);
    check("[^]a]", &["b"], &["]", "a"]);
    check("[+--]", &["+", ",", "-"], &["."]);
    check("[--/]", &["-", ".", "/"], &[","]);
    check("[a-]", &["a", "-"], &["b"]);
    check("[[:alpha:]_]+", &["ab_"], &["1"]);
    check(r"[\]\[\-\\]+", &[r"]-[\"], &["a"]);
    check("[{}]+", &["{}"], &["a"]);
}

#[test]
fn escapes_are_what_they_stand_for() {
    check(r"\Qa.b{c}\E+", &["a.b{c}", "a.b{c}}"], &["axb{c}"]);
    check(r"\Q.", &["."], &["x"]);
    check(r"\<\>\_\/\-\ \{", &["<>_/- {"], &[]);
    check(r"\101\0", &["A\0"], &["101"]);
    check(r"\x41\x{1F600}", &["A😀"], &[]);
    check(r"a\.b\*", &["a.b*"], &["axb*"]);
    check(r"\pL+\p{Greek}", &["aα"], &["1"]);
}

#[test]
fn plain_words_stay_words() {
    let regexp = Regexp::new("a|b").expect("a good pattern");
    assert!(regexp.words().is_some());
}

/// The words of Go's parser, which stand in dashboards and alerts that are wrong.
fn check_error(pattern: &str, expected: &str) {
    let error = Regexp::new(pattern).expect_err("a bad pattern");
    assert_eq!(
        error.to_string(),
        format!("error parsing regexp: {expected}")
    );
}

#[test]
fn errors_are_worded_as_in_go() {
    check_error("(", "missing closing ): `(`");
    check_error("a(b", "missing closing ): `a(b`");
    check_error("a)b", "unexpected ): `a)b`");
    check_error("a[b", "missing closing ]: `[b`");
    check_error("*a", "missing argument to repetition operator: `*`");
    check_error("a|+", "missing argument to repetition operator: `+`");
    check_error("[z-a]", "invalid character class range: `z-a`");
    check_error(r"a\q", r"invalid escape sequence: `\q`");
    check_error("a\\", "trailing backslash at end of expression: ``");
    check_error("(?P<n>a)(?P<n>b)", "duplicate capture group name: `n`");
    check_error("[[:foo:]]", "invalid character class range: `[:foo:]`");
    check_error(r"\p{Foo}", r"invalid character class range: `\p{Foo}`");
}
