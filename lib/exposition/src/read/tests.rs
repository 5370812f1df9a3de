use super::*;

/// What `page` says, one line per entry, then the error if there is one.
fn shown(page: &[u8], format: Format) -> String {
    let mut lines = Vec::new();
    let mut entries = Entries::new(page, format);
    while let Some(entry) = entries.next() {
        let line = match entry {
            Ok(Entry::Sample(sample)) => sample_shown(&sample)
                .unwrap_or_else(|problem| format!("error: {}", entries.locate(problem))),
            Ok(entry) => format!("{entry:?}"),
            Err(error) => format!("error: {error}"),
        };
        lines.push(line);
    }
    lines.join("\n")
}

fn sample_shown(sample: &Sample<'_>) -> Result<String, Problem> {
    let mut line = labels_shown(sample.series.labels())?;
    line += &format!(" = {:?}", sample.value);
    if let Some(ms) = sample.timestamp_ms {
        line += &format!(" at {ms}");
    }
    if let Some(exemplar) = sample.exemplar() {
        line += &format!(
            " like {} {:?}",
            labels_shown(exemplar.labels)?,
            exemplar.value
        );
        if let Some(ms) = exemplar.timestamp_ms {
            line += &format!(" at {ms}");
        }
    }
    Ok(line)
}

fn labels_shown(labels: Labels<'_>) -> Result<String, Problem> {
    let mut shown = Vec::new();
    for label in labels {
        let label = label?;
        shown.push(match &*label.name {
            METRIC_NAME => label.value.to_string(),
            name => format!("{name}:{}", label.value),
        });
    }
    Ok(format!("[{}]", shown.join(" ")))
}

fn text(page: &str, expected: &str) {
    assert_eq!(shown(page.as_bytes(), Format::Text), expected, "{page:?}");
}

fn openmetrics(page: &str, expected: &str) {
    assert_eq!(
        shown(page.as_bytes(), Format::OpenMetrics),
        expected,
        "{page:?}"
    );
}

/// All verdicts in this file on what is accepted are those of Prometheus 2.42 scraping such pages, but for quoted names,
/// blanks in front of a line and trailing commas in OpenMetrics, which are those of 3.x.
#[test]
fn text_samples() {
    text("a 1", "[a] = 1.0");
    text("a 1 \n", "[a] = 1.0");
    text("a\t1\t5\t\n", "[a] = 1.0 at 5");
    text("  a 1\n", "[a] = 1.0");
    text("a{b=\"c\"}1\n", "[a b:c] = 1.0");
    text("a {b=\"c\"} 1\n", "[a b:c] = 1.0");
    text("a { b = \"c\" , } 1\n", "[a b:c] = 1.0");
    text("a{} 1\n", "[a] = 1.0");
    text("a{b=\"c\" d=\"e\"} 1\n", "[a b:c d:e] = 1.0");
    text(":a:b 1\n", "[:a:b] = 1.0");
    text("a{b=\"\\z\\n\\\\\\\"\"} 1\n", "[a b:\\z\n\\\"] = 1.0");
    text("a{b=\"x\ny\"} 1\n", "[a b:x\ny] = 1.0");
    text("a{b=\"}\n\"} 1\nc 2", "[a b:}\n] = 1.0\n[c] = 2.0");
    text("a{b=\"} 1 {\"} 2\n", "[a b:} 1 {] = 2.0");
    text(
        "a Inf\nb +inf\nc infinity\n",
        "[a] = inf\n[b] = inf\n[c] = inf",
    );
    text("a nan\n", "[a] = NaN");
    text("", "");
    text("\n", "");
}

#[test]
fn quoted_names() {
    text("{\"a.b\"} 1\n", "[a.b] = 1.0");
    text("{\"a.b\",c=\"d\"} 1 5\n", "[a.b c:d] = 1.0 at 5");
    text("{c=\"d\",\"a.b\"} 1\n", "[c:d a.b] = 1.0");
    text("{\"a\\\"b\", \"c.d\"=\"e\"} 1\n", "[a\"b c.d:e] = 1.0");
    text(
        "# TYPE \"a.b\" gauge\n",
        "Type { family: \"a.b\", kind: Gauge }",
    );
    openmetrics("{\"a.b\",\"c d\"=\"e\"} 1\n# EOF\n", "[a.b c d:e] = 1.0");
    openmetrics(
        "# HELP \"a.b\" x\n# EOF\n",
        "Help { family: \"a.b\", text: \"x\" }",
    );
}

/// What is wrong with `line`, and in which column.
fn wrong(format: Format, line: &str, fault: &str, column: usize) {
    let expected = format!("error: {fault} (line 2, column {column})");
    let page = format!("ok 1\n{line}\n# EOF\n");
    let shown = shown(page.as_bytes(), format);
    let second = shown.split('\n').nth(1);
    assert_eq!(second, Some(&*expected), "{line:?}");
}

#[test]
fn text_lines_that_are_wrong() {
    let check = |line, fault, column| wrong(Format::Text, line, fault, column);
    check("a 1 -5", "expected timestamp or new record, got \"-5\"", 5);
    check("a 1 5.5", "invalid timestamp: \"5.5\"", 5);
    check(
        "a 1 99999999999999999999",
        "invalid timestamp: \"99999999999999999999\"",
        5,
    );
    check("a{,} 1", "expected label name, got \",}\"", 3);
    check("a{b=\"c\",,} 1", "expected label name, got \",}\"", 9);
    check("a 1\r", "invalid value: \"1\\r\": invalid syntax", 3);
    check("a 0x1p-3", "invalid value: \"0x1p-3\": invalid syntax", 3);
    check("a 1_0", "invalid value: \"1_0\": invalid syntax", 3);
    check("a 1e999", "invalid value: \"1e999\": value out of range", 3);
    check("a +nan", "invalid value: \"+nan\": invalid syntax", 3);
    check(
        "a 1 # x",
        "expected timestamp or new record, got \"# x\"",
        5,
    );
    check(
        "a 1 1 1",
        "expected next entry after timestamp, got \"1\"",
        7,
    );
    check("é 1", "\"é 1\" is not a valid start token", 1);
    check("a.b 1", "expected value after metric, got \".b\"", 2);
    check("0a 1", "\"0a 1\" is not a valid start token", 1);
    check("a", "expected value after metric, got end of line", 2);
    check("a{", "expected label name, got end of line", 3);
    check("a{b", "expected equal, got end of line", 4);
    check("a{b=", "expected label value, got end of line", 5);
    check("a{b=\"c", "expected label value, got \"\\\"c\"", 5);
    check("a{b=\"c\"", "expected label name, got end of line", 8);
    check(
        "a{b=\"c\"}",
        "expected value after metric, got end of line",
        9,
    );
    check("a{b=\"c\"}} 1", "expected value after metric, got \"}\"", 9);
    check(
        "a{0b=\"c\"} 1",
        "expected label name, got \"0b=\\\"c\\\"}\"",
        3,
    );
    check("a{b='c'} 1", "expected label value, got \"'c'}\"", 5);
    check("a{b=\"é\",} x", "invalid value: \"x\": invalid syntax", 11);
    check("{a=\"b\"} 1", "metric name not set", 1);
    check("{} 1", "metric name not set", 1);
    check("a{\"b\"} 1", "metric name already set", 3);
    check("{\"a\",\"b\"} 1", "metric name already set", 6);
    check("# TYPE a", "invalid metric type end of line", 9);
    check("# TYPE a gauge ", "invalid metric type \"gauge \"", 10);
    check("# TYPE a  gauge", "invalid metric type \" gauge\"", 10);
    check("# TYPE a info", "invalid metric type \"info\"", 10);
    check(
        "# TYPE 0a gauge",
        "expected metric name after TYPE, got \"0a gauge\"",
        8,
    );
    check(
        "# HELP ",
        "expected metric name after HELP, got end of line",
        8,
    );
    check(
        "# HELP 0a x",
        "expected metric name after HELP, got \"0a x\"",
        8,
    );
}

#[test]
fn text_comments() {
    text(
        "# foo\n#\n\n \na 1",
        "Comment(\" foo\")\nComment(\"\")\n[a] = 1.0",
    );
    text("#HELP a x", "Comment(\"HELP a x\")");
    text("# HELP", "Comment(\" HELP\")");
    text("# TYPEX a", "Comment(\" TYPEX a\")");
    text("# HELP a", "Help { family: \"a\", text: \"\" }");
    text(
        "# HELP a  b \\\\\\n\\\"",
        "Help { family: \"a\", text: \" b \\\\\\n\\\\\\\"\" }",
    );
    text("#\tTYPE\ta\tgauge", "Type { family: \"a\", kind: Gauge }");
    text("# TYPE  a untyped", "Type { family: \"a\", kind: Unknown }");
    text("# EOF", "Comment(\" EOF\")");
    text("# UNIT a x", "Comment(\" UNIT a x\")");
}

#[test]
fn openmetrics_samples() {
    openmetrics("a 1\n# EOF\n", "[a] = 1.0");
    openmetrics("a 1\n# EOF", "[a] = 1.0");
    openmetrics("# EOF", "");
    openmetrics("a 1 1.5\n# EOF\n", "[a] = 1.0 at 1500");
    openmetrics("a 1 -1.0019\n# EOF\n", "[a] = 1.0 at -1001");
    openmetrics("a 1 1e99\n# EOF\n", "[a] = 1.0 at 9223372036854775807");
    openmetrics("a{} 1\n# EOF\n", "[a] = 1.0");
    openmetrics("a{b=\"c\",d=\"e\",} 1\n# EOF\n", "[a b:c d:e] = 1.0");
    openmetrics("a{b=\" # {\"} 1\n# EOF\n", "[a b: # {] = 1.0");
    openmetrics("a{b=\"} # {} 1\"} 1\n# EOF\n", "[a b:} # {} 1] = 1.0");
    openmetrics("a 1 # {} 2\n# EOF\n", "[a] = 1.0 like [] 2.0");
    openmetrics(
        "a{b=\"#\"} 1 1 # {c=\"}\",d=\"#\"} +Inf -2\n# EOF\n",
        "[a b:#] = 1.0 at 1000 like [c:} d:#] inf at -2000",
    );
    openmetrics(
        "# HELP a \\q\"x\\\"\n# EOF",
        "Help { family: \"a\", text: \"\\\\q\\\"x\\\"\" }",
    );
    openmetrics("# UNIT a \n# EOF", "Unit { family: \"a\", unit: \"\" }");
    openmetrics(
        "# UNIT a_s s\n# EOF",
        "Unit { family: \"a_s\", unit: \"s\" }",
    );
    openmetrics(
        "# TYPE a unknown\n# EOF",
        "Type { family: \"a\", kind: Unknown }",
    );
}

#[test]
fn openmetrics_lines_that_are_wrong() {
    let check = |line, fault, column| wrong(Format::OpenMetrics, line, fault, column);
    check("", "end of line is not a valid start token", 1);
    check(" a 1", "\" a 1\" is not a valid start token", 1);
    check("#", "\"#\" is not a valid start token", 1);
    check("# FOO a", "\"# FOO a\" is not a valid start token", 1);
    check("# EOF ", "\"# EOF \" is not a valid start token", 1);
    check("a", "expected value after metric, got end of line", 2);
    check("a ", "expected value after metric, got end of line", 3);
    check("a  1", "expected value after metric, got \" 1\"", 3);
    check("a\t1", "expected value after metric, got \"\\t1\"", 2);
    check("a 1 ", "expected timestamp or # symbol, got \" \"", 4);
    check("a 1 NaN", "invalid timestamp: \"NaN\"", 5);
    check("a 1 +Inf", "invalid timestamp: \"+Inf\"", 5);
    check(
        "a 1 1 1",
        "expected next entry after timestamp, got \" 1\"",
        6,
    );
    check(
        "a {b=\"c\"} 1",
        "expected value after metric, got \" {b=\\\"c\\\"}\"",
        2,
    );
    check(
        "a{b=\"c\", d=\"e\"} 1",
        "expected label name, got \" d=\\\"e\\\"}\"",
        9,
    );
    check(
        "a{b=\"c\"d=\"e\"} 1",
        "expected comma or brace close, got \"d=\\\"e\\\"}\"",
        8,
    );
    check("a{b=\"c\"}1", "expected value after metric, got \"1\"", 9);
    check(
        "a 1 #{a=\"b\"} 1",
        "expected timestamp or # symbol, got \" #{a=\\\"b\\\"} 1\"",
        4,
    );
    check("a 1 # a", "expected left brace, got \"a\"", 7);
    check(
        "a 1 # {a=\"b\"}",
        "expected value after metric, got end of line",
        14,
    );
    check(
        "a 1 # {a=\"b\"} x",
        "invalid value: \"x\": invalid syntax",
        15,
    );
    check(
        "a 1 # {a=\"b\"} 1 ",
        "expected timestamp or # symbol, got \" \"",
        16,
    );
    check("a 1 # {a=\"b\"} 1 x", "invalid timestamp: \"x\"", 17);
    check(
        "a 1 # {a=\"b\"} 1 1 1",
        "expected next entry after exemplar, got \" 1\"",
        18,
    );
    check("a 1 # {\"b\"} 1", "expected equal, got \"} 1\"", 11);
    check("# HELP a", "expected text in HELP, got end of line", 9);
    check(
        "# HELP  a x",
        "expected metric name after HELP, got \" a x\"",
        8,
    );
    check("# TYPE a untyped", "invalid metric type \"untyped\"", 10);
    check("# UNIT a s", "unit \"s\" not a suffix of metric \"a\"", 10);
    check("# UNIT s s", "unit \"s\" not a suffix of metric \"s\"", 10);
}

#[test]
fn openmetrics_ends_with_eof() {
    openmetrics("", "error: data does not end with # EOF (line 1, column 1)");
    openmetrics(
        "a 1\n",
        "[a] = 1.0\nerror: data does not end with # EOF (line 2, column 1)",
    );
    openmetrics(
        "# EOF\n\n",
        "error: unexpected data after # EOF (line 2, column 1)",
    );
    openmetrics(
        "# EOF\nx",
        "error: unexpected data after # EOF (line 2, column 1)",
    );
}

#[test]
fn bytes_that_are_no_text() {
    let check = |page: &[u8], format, expected| assert_eq!(shown(page, format), expected);
    check(b"a 1\n# \xff\nb 2", Format::Text, "[a] = 1.0\n[b] = 2.0");
    check(
        b"a 1\n# HELP a \xff\nb 2",
        Format::Text,
        "[a] = 1.0\nerror: invalid UTF-8 (line 2, column 10)",
    );
    check(
        b"a{b=\"\xff\"} 1\n",
        Format::Text,
        "error: invalid UTF-8 (line 1, column 6)",
    );
    check(
        b"a 1\n# \xff\n# EOF",
        Format::OpenMetrics,
        "[a] = 1.0\nerror: invalid UTF-8 (line 2, column 3)",
    );
}

#[test]
fn hints() {
    let hint = |page: &str, format| {
        let error = Entries::new(page.as_bytes(), format).find_map(Result::err);
        error.and_then(|error| error.hint())
    };
    assert!(hint("<html>", Format::Text).is_some_and(|hint| hint.contains("web page")));
    assert!(hint("a 1\r\n", Format::Text).is_some_and(|hint| hint.contains("carriage return")));
    assert!(hint("a 1\n", Format::OpenMetrics).is_some_and(|hint| hint.contains("cut short")));
    assert_eq!(hint("a x", Format::Text), None);
}

#[test]
fn what_was_read_before_is_expected() {
    let page = "# TYPE a gauge\na{b=\"c\"} 1\na 2\n# x\na{b=\"c\"} 3 4\na {b=\"c\"} 5\na 6";
    for format in [Format::Text, Format::OpenMetrics] {
        let mut entries = Entries::new(page.as_bytes(), format);
        let first = "# TYPE a gauge\na{b=\"c\"}";
        assert!(entries.expect("# TYPE b gauge\na", 15).is_none());
        assert!(entries.expect("a{b=\"c\"}", 0).is_none());
        assert!(entries.expect("", 0).is_none());
        assert_eq!(entries.offset(), 0);
        let by_expectation = entries.clone().expect(first, 15);
        entries.next();
        let by_reading = entries.next();
        assert_eq!(
            by_expectation.map(|sample| Ok(Entry::Sample(sample))),
            by_reading
        );
        let sample = entries.expect("a", 0).expect("a plain sample");
        assert_eq!((sample.series.as_str(), sample.value), ("a", 2.0));
        if format == Format::Text {
            let by_expectation = entries.clone().expect("# x\na{b=\"c\"}", 4);
            assert_eq!(
                by_expectation.and_then(|sample| sample.timestamp_ms),
                Some(4)
            );
        }
        // Of these more would have to be read, but the comment before one of them is passed over.
        let at = entries.offset();
        assert!(entries.expect("# x\na{b=\"c\"", 4).is_none());
        assert_eq!(entries.offset(), at + 4);
        assert!(matches!(entries.next(), Some(Ok(Entry::Sample(_)))));
        assert!(entries.expect("a", 0).is_none());
    }
}

#[test]
fn times_are_expected_as_they_are_read() {
    for tail in [
        "1 0",
        "1 1700000000123",
        "1 999999999999999999",
        "1 9223372036854775807",
        "1 9223372036854775808",
        "1 -5",
        "1 1.5",
        "1  5",
        "1 5 ",
        "1\t5",
        "1 ",
        " 1",
        "x 5",
    ] {
        let page = format!("a {tail}\n");
        let read = |mut entries: Entries<'_>| match entries.next() {
            Some(Ok(Entry::Sample(sample))) => Some((sample.value, sample.timestamp_ms)),
            _ => None,
        };
        let entries = Entries::new(page.as_bytes(), Format::Text);
        let expected = entries.clone().expect("a", 0);
        let expected = expected.map(|sample| (sample.value, sample.timestamp_ms));
        assert!(expected.is_none() || expected == read(entries), "{page:?}");
        let is_usual =
            tail.len() < 21 && !tail.contains(['-', '.', '\t', 'x']) && tail.trim() == tail;
        let is_usual = is_usual && !tail.contains("  ");
        assert_eq!(expected.is_some(), is_usual, "{page:?}");
    }
}

#[test]
fn the_end_is_expected() {
    let end = "# TYPE b gauge\n# EOF\n";
    let page = format!("a 1\n{end}");
    for format in [Format::Text, Format::OpenMetrics] {
        let mut entries = Entries::new(page.as_bytes(), format);
        assert!(!entries.ends_with(end));
        entries.next();
        assert!(!entries.ends_with("# TYPE b gauge\n"));
        assert!(entries.ends_with(end));
        assert_eq!(entries.next(), None);
    }
    assert!(Entries::new(b"", Format::Text).ends_with(""));
    assert!(!Entries::new(b"", Format::OpenMetrics).ends_with(""));
    assert!(!Entries::new(b"# x\n", Format::OpenMetrics).ends_with("# x\n"));
    let mut entries = Entries::new(b"# x\n\xff", Format::Text);
    assert!(!entries.ends_with("# x\n"));
}
