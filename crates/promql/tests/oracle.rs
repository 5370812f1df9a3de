//! What Prometheus itself answered: the words and places of its errors, and its formatting.
//!
//! The files in `data` hold the answers of a real server. Where versions differ, ours follows 3.14, and the case is in
//! the tests of the module in question with the public fact it comes from.

use promql::{Features, parse, pretty};

/// The cases of a file: a query, and the lines below it that begin with `mark`.
fn cases(file: &'static str, mark: &str) -> Vec<(&'static str, String)> {
    let (_, body) = file
        .split_once("\n\n")
        .expect("a blank line ends the head of the file");
    let mut cases: Vec<(&str, String)> = Vec::new();
    for line in body.lines() {
        match (line.strip_prefix(mark), cases.last_mut()) {
            (Some(answer), Some((_, answers))) => {
                if !answers.is_empty() {
                    answers.push('\n');
                }
                answers.push_str(answer);
            }
            _ => cases.push((line, String::new())),
        }
    }
    cases
}

#[test]
fn errors_have_the_same_words_at_the_same_places() {
    let cases = cases(include_str!("data/errors_2_42.txt"), "    ");
    assert!(cases.len() > 150, "only {} cases were found", cases.len());
    for (query, expected) in cases {
        let error = parse(query, &Features::ALL).expect_err(query);
        assert_eq!(error.to_string(), expected, "{query}");
    }
}

#[test]
fn queries_are_formatted_alike() {
    let cases = cases(include_str!("data/formatted_2_42.txt"), "| ");
    assert!(cases.len() > 150, "only {} cases were found", cases.len());
    for (query, expected) in cases {
        let expr = parse(query, &Features::ALL).expect(query);
        assert_eq!(pretty(&expr), expected, "{query}");
    }
}
