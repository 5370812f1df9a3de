mod errors;
mod limits;
mod spans;
mod trees;

use crate::ast::{Duration, DurationExpr, DurationKind, Expr, VectorSelector};
use crate::features::Features;
use crate::parser::parse;

/// Parses a query that is known to be right, with all features.
fn parsed(query: &str) -> Expr {
    match parse(query, &Features::ALL) {
        Ok(expr) => expr,
        Err(error) => panic!("{query}: {error}"),
    }
}

/// A tree as nested lists, which say what the printer leaves to precedence.
fn tree(expr: &Expr) -> String {
    match expr {
        Expr::Number(node) if node.is_duration => format!("{}s", node.value),
        Expr::Number(node) => node.value.to_string(),
        Expr::String(node) => format!("{:?}", node.value),
        Expr::Vector(node) => selector(node),
        Expr::Matrix(node) => {
            format!(
                "(range {} {})",
                selector(&node.selector),
                duration(&node.range)
            )
        }
        Expr::Subquery(node) => {
            let step = node.step.as_ref().map_or_else(|| "-".to_owned(), duration);
            let mut text = format!(
                "(subquery {} {} {step}",
                tree(&node.expr),
                duration(&node.range)
            );
            if let Some(offset) = &node.offset {
                text += &format!(" offset {}", duration(offset));
            }
            if let Some(at) = node.at {
                text += &format!(" at {at:?}");
            }
            text + ")"
        }
        Expr::Unary(node) => format!("({} {})", node.op.as_str(), tree(&node.expr)),
        Expr::Paren(node) => format!("(paren {})", tree(&node.expr)),
        Expr::Call(node) => list(node.function.name, node.args.iter().map(tree)),
        Expr::Aggregate(node) => {
            let clause = if node.grouping.is_without() {
                "without"
            } else {
                "by"
            };
            let head = format!("{} {clause} {:?}", node.op.as_str(), node.grouping.labels());
            let param = node.param.as_deref().map(tree);
            list(&head, param.into_iter().chain([tree(&node.expr)]))
        }
        Expr::Binary(node) => {
            let mut head = node.op.as_str().to_owned();
            if node.return_bool {
                head += " bool";
            }
            if let Some(matching) = &node.matching {
                let clause = if matching.on { "on" } else { "ignoring" };
                head += &format!(
                    " {} {clause} {:?}",
                    matching.cardinality.as_str(),
                    matching.labels
                );
                if !matching.include.is_empty() {
                    head += &format!(" include {:?}", matching.include);
                }
                if !matching.fill.is_empty() {
                    head += &format!(" fill {:?} {:?}", matching.fill.left, matching.fill.right);
                }
            }
            list(&head, [tree(&node.lhs), tree(&node.rhs)].into_iter())
        }
    }
}

fn list(head: &str, parts: impl Iterator<Item = String>) -> String {
    let mut text = format!("({head}");
    for part in parts {
        text += " ";
        text += &part;
    }
    text + ")"
}

/// The name, all matchers as they were written, and what follows.
fn selector(node: &VectorSelector) -> String {
    let matchers: Vec<String> = node.matchers.iter().map(ToString::to_string).collect();
    let mut text = format!("{{{}}}", matchers.join(","));
    if let Some(extension) = node.extension {
        text += &format!(" {}", extension.as_str());
    }
    if let Some(offset) = &node.offset {
        text += &format!(" offset {}", duration(offset));
    }
    if let Some(at) = node.at {
        text += &format!(" at {at:?}");
    }
    if node.extension.is_some() || node.offset.is_some() || node.at.is_some() {
        text = format!("({text})");
    }
    text
}

fn duration(duration: &Duration) -> String {
    match duration {
        Duration::Millis(ms) => format!("{ms}ms"),
        Duration::Expr(expr) => duration_expr(expr),
    }
}

fn duration_expr(expr: &DurationExpr) -> String {
    let text = match &expr.kind {
        DurationKind::Number { seconds, .. } => seconds.to_string(),
        DurationKind::Step => "step".to_owned(),
        DurationKind::Range => "range".to_owned(),
        DurationKind::Negate(expr) => format!("(- {})", duration_expr(expr)),
        DurationKind::MinOf(a, b) => format!("(min_of {} {})", duration_expr(a), duration_expr(b)),
        DurationKind::MaxOf(a, b) => format!("(max_of {} {})", duration_expr(a), duration_expr(b)),
        DurationKind::Binary { op, lhs, rhs } => {
            format!(
                "({} {} {})",
                op.as_str(),
                duration_expr(lhs),
                duration_expr(rhs)
            )
        }
    };
    if expr.wrapped {
        format!("(paren {text})")
    } else {
        text
    }
}
