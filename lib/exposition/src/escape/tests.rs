use super::*;

fn check_value(meant: &str, written: &str) {
    let mut out = Vec::new();
    push_quoted(&mut out, meant);
    assert_eq!(String::from_utf8_lossy(&out), written);
    assert_eq!(unescape(written), meant);
}

#[test]
fn values_escape_three_characters() {
    check_value("", "");
    check_value("plain é", "plain é");
    check_value("C:\\dir", "C:\\\\dir");
    check_value("a\nb", "a\\nb");
    check_value("\"", "\\\"");
    check_value("\\n", "\\\\n");
}

#[test]
fn an_unknown_escape_stands_for_itself() {
    assert_eq!(unescape(r"\z"), r"\z");
    assert_eq!(unescape(r"a\"), r"a\");
    assert_eq!(unescape(r"\\z"), r"\z");
    assert_eq!(unescape(r"\é"), r"\é");
}

#[test]
fn text_help_does_not_escape_quotes() {
    let mut out = Vec::new();
    push_help(&mut out, "a \"b\"\n\\c");
    assert_eq!(String::from_utf8_lossy(&out), "a \"b\"\\n\\\\c");
    assert_eq!(unescape_help("a \\\"b\\n"), "a \\\"b\n");
}

/// The rows are those of "Escaping schemes" in the Prometheus documentation's proposal for UTF-8 names.
#[test]
fn names_by_scheme() {
    let check = |scheme: Escaping, name: &str, expected: &str| {
        assert_eq!(scheme.name(name, true), expected, "{scheme:?}");
    };
    check(Escaping::AllowUtf8, "http.status:sum", "http.status:sum");
    check(Escaping::Underscores, "http.status:sum", "http_status:sum");
    check(Escaping::Underscores, "no_change", "no_change");
    check(Escaping::Underscores, "0zero", "_zero");
    check(Escaping::Dots, "http.status_code", "http_dot_status__code");
    check(Escaping::Values, "mysystem.prod", "U__mysystem_2e_prod");
    check(Escaping::Values, "no_change", "no_change");
    check(Escaping::Values, "with_under.dot", "U__with__under_2e_dot");
    check(Escaping::Values, "花火", "U___82b1__706b_");
    assert_eq!(Escaping::Underscores.name("a:b", false), "a_b");
}
