//! YAML in, a tree (written in one line) or the messages out.

use std::path::Path;

use super::{Content, Node, Word, build};
use crate::problem::Report;

/// `{key: value}` and `[a, b]`, with `~` for null and a letter for what a word means.
fn drawn(node: &Node) -> String {
    match &node.content {
        Content::Scalar(scalar) => match scalar.word {
            Word::Null => "~".to_owned(),
            Word::Flag(flag) => format!("flag {flag}"),
            Word::Whole(whole) => format!("whole {whole}"),
            Word::Number(number) => format!("number {number}"),
            Word::Text => scalar.text.clone(),
            Word::Merge => "merge".to_owned(),
        },
        Content::Sequence(nodes) => {
            let nodes: Vec<String> = nodes.iter().map(|node| drawn(node)).collect();
            format!("[{}]", nodes.join(", "))
        }
        Content::Mapping(entries) => {
            let entry =
                |entry: &super::Entry| format!("{}: {}", drawn(&entry.key), drawn(&entry.value));
            format!(
                "{{{}}}",
                entries.iter().map(entry).collect::<Vec<_>>().join(", ")
            )
        }
    }
}

fn check(text: &str, expected: &str) {
    let mut report = Report::new(Path::new("f"));
    let root = build(text, &mut report);
    let mut got = root.map_or("nothing".to_owned(), |node| drawn(&node));
    for problem in report.into_problems() {
        got = format!("{got}\n{problem}");
    }
    assert_eq!(got, expected, "{text}");
}

#[test]
fn words_mean_what_they_mean_to_go() {
    check(
        "[y, Yes, ON, true, n, No, off, FALSE, oN, tRue]",
        concat!(
            "[flag true, flag true, flag true, flag true, ",
            "flag false, flag false, flag false, flag false, oN, tRue]"
        ),
    );
    check(
        "[1, -1, 0x1F, 010, 0o10, 0b11, 1_000, +5]",
        "[whole 1, whole -1, whole 31, whole 8, whole 8, whole 3, whole 1000, whole 5]",
    );
    check(
        "[1.5, 1e3, .5, 1., -.inf, 1.2.3, 1e, 0x, '-']",
        "[number 1.5, number 1000, number 0.5, number 1, number -inf, 1.2.3, 1e, 0x, -]",
    );
    check("[~, null, NULL, 'null', \"\"]", "[~, ~, ~, null, ]");
    check("- \n- a:", "[~, {a: ~}]");
    check("['1', \"true\", !!str 5, !!binary YQ==]", "[1, true, 5, a]");
    check("18446744073709551615", "whole 18446744073709551615");
    check("99999999999999999999", "number 100000000000000000000");
}

#[test]
fn anchors_are_shared_and_merged() {
    check("a: &x [1]\nb: *x", "{a: [whole 1], b: [whole 1]}");
    check(
        "a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}",
        "{a: {k: whole 1, l: whole 2}, b: {k: whole 3, l: whole 2}}",
    );
    // What is written wins, wherever the merge stands; of several merged ones the first.
    check(
        "a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {m: 4, <<: [*x, *y]}",
        concat!(
            "{a: {k: whole 1}, b: {k: whole 2, l: whole 3}, ",
            "c: {m: whole 4, k: whole 1, l: whole 3}}"
        ),
    );
    check(
        "a: {<<: 1}",
        concat!(
            "{a: {}}\n",
            "f:1:9: map merge requires map or sequence of maps as the value"
        ),
    );
    check(
        "a: &x [*x]",
        "nothing\nf:1:8: an anchor's value contains itself",
    );
}

#[test]
fn aliases_cannot_explode() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let before = level - 1;
        let aliases = vec![format!("*a{before}"); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    // Four levels stand for 123,440 nodes and each alias of the fifth for 111,111: the eighth is too much.
    check(
        &text,
        "nothing\nf:6:45: document contains excessive aliasing",
    );
}

#[test]
fn what_is_set_twice_is_told_with_both_lines() {
    check(
        "a: 1\nb: 2\na: 3",
        concat!(
            "{a: whole 1, b: whole 2}\n",
            "f:3:1: field a already set\n",
            "    hint: it is first set on line 1"
        ),
    );
}

#[test]
fn what_is_no_yaml_is_told_with_its_line() {
    let refused = |text: &str| {
        let mut report = Report::new(Path::new("f"));
        assert!(build(text, &mut report).is_none(), "{text}");
        let problems = report.into_problems();
        assert_eq!(problems.len(), 1, "{text}");
        problems[0].clone()
    };
    let tab = refused("global:\n\tscrape_interval: 1m\n");
    assert_eq!(tab.place.line, 2);
    assert_eq!(
        tab.hint.as_deref(),
        Some("YAML is indented with spaces; this line is indented with a tab")
    );
    assert_eq!(refused("a: b\n c: d").place.line, 2);
    assert_eq!(refused("a: [1, 2\nb: 3").place.line, 2);
    assert_eq!(refused("a: 'x").place.line, 1);
    let deep = refused(&"[".repeat(2_000));
    assert!(
        deep.message.contains("deep") || deep.message.contains("recursion"),
        "{deep}"
    );
    let mut deep = String::new();
    for level in 0..1_000 {
        deep.push_str(&format!("{}a:\n", " ".repeat(level)));
    }
    assert_eq!(
        refused(&deep).message,
        "sections lie too deep, at most: 100"
    );
}

#[test]
fn only_the_first_document_counts() {
    check(
        "a: 1\n---\nb: 2\n",
        concat!(
            "{a: whole 1}\n",
            "f:2:1: warning: only the first document of the file is read"
        ),
    );
    check("---\na: 1\n...\n", "{a: whole 1}");
    // Half of a file must not go unread because of its indent.
    check(
        "  a: 1\nb: 2\n",
        "nothing\nf:2:1: not valid YAML: did not find expected <document start>",
    );
    check("", "nothing");
    check("# nothing but a comment\n", "nothing");
    check("\u{feff}a: 1", "{a: whole 1}");
}
