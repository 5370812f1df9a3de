//! What holds for every query: printing and reading again gives the same tree, and no text makes the parser panic.

mod properties {
    pub(crate) mod query;
}

use promql::series_notation::parse_line;
use promql::{Expr, Features, parse, parse_metric, parse_selector, pretty};
use proptest::prelude::*;

use crate::properties::query;

/// A tree without what printing may change: spans, and the order of matchers, which is that of their text.
fn shape(expr: &Expr) -> String {
    let mut nodes = Vec::new();
    expr.walk(&mut |node| {
        let own = match node {
            Expr::Vector(selector) => matchers(selector),
            Expr::Matrix(matrix) => matchers(&matrix.selector),
            _ => String::new(),
        };
        // The kind and the number of children of each node, in order, make up the tree.
        let kind = std::mem::discriminant(node);
        nodes.push(format!(
            "{kind:?}/{}/{}/{own}",
            node.children().len(),
            node.value_type().as_str()
        ));
    });
    nodes.join(" ")
}

fn matchers(selector: &promql::VectorSelector) -> String {
    let mut texts: Vec<_> = selector.matchers.iter().map(ToString::to_string).collect();
    texts.sort_unstable();
    texts.join(",")
}

/// Prints, reads, prints: both prints and both trees must be the same.
fn check_round_trip(expr: &Expr, text: &str) -> Result<(), TestCaseError> {
    let again = parse(text, &Features::ALL)
        .map_err(|error| TestCaseError::fail(format!("{error}\nin {text}")))?;
    prop_assert_eq!(shape(expr), shape(&again));
    prop_assert_eq!(expr.to_string(), again.to_string());
    Ok(())
}

proptest! {
    // What fails becomes a named case elsewhere; files of seeds are not kept.
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_reads_back(query in query::any()) {
        // Not all of them have types that fit; those that do are many.
        if let Ok(expr) = parse(&query, &Features::ALL) {
            check_round_trip(&expr, &expr.to_string())?;
            check_round_trip(&expr, &pretty(&expr))?;
        }
    }

    #[test]
    fn a_span_holds_its_own_text(query in query::any()) {
        if let Ok(expr) = parse(&query, &Features::ALL) {
            let mut failed = None;
            expr.walk(&mut |node| {
                let text = node.span().text(&query);
                // Read alone, what a span covers is the node again. Only the braces of `info` can't stand alone.
                let alone = parse(text, &Features::ALL);
                if alone.is_ok_and(|alone| alone.to_string() != node.to_string()) {
                    failed = Some(format!("{node} is not {text}"));
                }
            });
            prop_assert_eq!(failed, None);
        }
    }

    #[test]
    fn damaged_queries_are_errors_at_worst(query in query::any(), damage in query::damage()) {
        let damaged = query::damaged(&query, &damage);
        match parse(&damaged, &Features::ALL) {
            Ok(expr) => check_round_trip(&expr, &expr.to_string())?,
            Err(error) => prop_assert!(error.span.start <= error.span.end && error.span.end <= damaged.len()),
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        let _ = parse(&text, &Features::ALL);
        let _ = parse_selector(&text);
        let _ = parse_metric(&text);
        let _ = parse_line(&text);
    }

    #[test]
    fn no_series_line_panics(text in "[a-z]{1,3}(\\{[a-z=\",]{0,6}\\}|@st)? [-+x_0-9.{}:\\[\\] a-z]{0,30}") {
        if let Err(error) = parse_line(&text) {
            prop_assert!(error.span.end <= text.len());
        }
    }
}

/// At least half of the generated queries must be right, or the properties say little.
#[test]
fn most_generated_queries_parse() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let right = (0..200)
        .filter(|_| {
            let query = query::any()
                .new_tree(&mut runner)
                .expect("the strategy has no filters");
            parse(&query.current(), &Features::ALL).is_ok()
        })
        .count();
    assert!(right > 100, "only {right} of 200 queries parse");
}
