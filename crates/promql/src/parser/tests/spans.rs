use super::parsed;
use crate::ast::Expr;

/// The text of every node, parents first.
fn texts(query: &str) -> Vec<String> {
    let mut texts = Vec::new();
    parsed(query).walk(&mut |expr: &Expr| texts.push(expr.span().text(query).to_owned()));
    texts
}

fn check(query: &str, expected: &[&str]) {
    assert_eq!(texts(query), expected, "{query}");
}

#[test]
fn a_node_covers_what_belongs_to_it() {
    check(" - 1 ", &["- 1"]);
    check("( up )", &["( up )", "up"]);
    check("a  +\n b", &["a  +\n b", "a", "b"]);
    check("-a ^ 2", &["-a ^ 2", "a ^ 2", "a", "2"]);
    check("'x'", &["'x'"]);
    check(
        r#"up{a="b" , } offset 5m + 1"#,
        &[
            r#"up{a="b" , } offset 5m + 1"#,
            r#"up{a="b" , } offset 5m"#,
            "1",
        ],
    );
    check(
        "up @ start( ) - 1",
        &["up @ start( ) - 1", "up @ start( )", "1"],
    );
    check("up smoothed ", &["up smoothed"]);
    check("a[5m] offset -1m ", &["a[5m] offset -1m"]);
    check("(a)[5m : ] @ 5 ", &["(a)[5m : ] @ 5", "(a)", "a"]);
    check("abs ( a ) ", &["abs ( a )", "a"]);
    check(
        "sum ( a ) by ( b ) + 1",
        &["sum ( a ) by ( b ) + 1", "sum ( a ) by ( b )", "a", "1"],
    );
    check("(sum(a) )", &["(sum(a) )", "sum(a)", "a"]);
    check("topk by (x) (3, a)", &["topk by (x) (3, a)", "3", "a"]);
}

#[test]
fn a_range_knows_its_selector() {
    let query = "up{a='b'}[5m] offset 1m";
    let Expr::Matrix(matrix) = parsed(query) else {
        panic!("it is a range selector");
    };
    assert_eq!(matrix.selector.span.text(query), "up{a='b'}");
}

#[test]
fn an_operator_knows_its_modifiers() {
    let query = "a * on (x) group_left (y) b";
    let Expr::Binary(binary) = parsed(query) else {
        panic!("it is an operator");
    };
    assert_eq!(binary.op_span.text(query), "* on (x) group_left (y)");
}

#[test]
fn columns_are_bytes_and_lines_count_from_one() {
    let at = |query: &str, offset| crate::Position::of(query, offset).to_string();
    assert_eq!(at("ab\ncd", 0), "1:1");
    assert_eq!(at("ab\ncd", 2), "1:3");
    assert_eq!(at("ab\ncd", 3), "2:1");
    assert_eq!(at("ab\ncd", 5), "2:3");
    assert_eq!(at("é+", 2), "1:3");
    assert_eq!(at("", 0), "unknown position");
}
