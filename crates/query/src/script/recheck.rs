//! The other two ways in which an instant case must give the same answer.

use model::Timestamp;
use promql::{At, Expr};

/// Functions whose value depends on the evaluation time, so that pinning selectors does not pin the result.
const TIME_DEPENDENT: [&str; 15] = [
    "days_in_month",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "hour",
    "minute",
    "month",
    "year",
    "predict_linear",
    "time",
    "timestamp",
    "start",
    "end",
    "step",
    "range",
];

/// The same expression with `@ at` on every selector that is not pinned yet; `None` when that would change its meaning.
pub(crate) fn pinned(expr: &Expr, at: i64) -> Option<Expr> {
    if calls_any(expr, &TIME_DEPENDENT) {
        return None;
    }
    let mut expr = expr.clone();
    pin(&mut expr, At::Time(Timestamp(at)));
    Some(expr)
}

/// When a pinned expression is evaluated.
pub(crate) fn pinned_times(at: i64) -> Vec<i64> {
    if at == 0 {
        return vec![-1000, 0, 1000];
    }
    vec![-10 * at, 0, at / 5, at, 10 * at]
}

/// Whether the expression means the same in a range query.
pub(crate) fn is_same_in_range(expr: &Expr) -> bool {
    let mut speaks_of_range = calls_any(expr, &["start", "end", "range", "step"]);
    expr.walk(&mut |node| {
        let (at, durations) = match node {
            Expr::Vector(node) => (node.at, vec![node.offset.as_ref()]),
            Expr::Matrix(node) => (
                node.selector.at,
                vec![node.selector.offset.as_ref(), Some(&node.range)],
            ),
            Expr::Subquery(node) => (
                node.at,
                vec![node.offset.as_ref(), Some(&node.range), node.step.as_ref()],
            ),
            _ => (None, Vec::new()),
        };
        speaks_of_range |= matches!(at, Some(At::Start | At::End));
        let computed = |duration: &&promql::Duration| matches!(duration, promql::Duration::Expr(_));
        speaks_of_range |= durations.iter().flatten().any(computed);
    });
    !speaks_of_range
}

fn calls_any(expr: &Expr, names: &[&str]) -> bool {
    let mut found = false;
    expr.walk(&mut |node| {
        if let Expr::Call(call) = node {
            found |= names.contains(&call.function.name);
        }
    });
    found
}

/// A subquery that is pinned evaluates what is inside of it on a grid of its own, so that stays as it is.
fn pin(expr: &mut Expr, at: At) {
    match expr {
        Expr::Number(_) | Expr::String(_) => {}
        Expr::Vector(node) => pin_selector(&mut node.at, at),
        Expr::Matrix(node) => pin_selector(&mut node.selector.at, at),
        Expr::Subquery(node) => pin_selector(&mut node.at, at),
        Expr::Unary(node) => pin(&mut node.expr, at),
        Expr::Paren(node) => pin(&mut node.expr, at),
        Expr::Binary(node) => {
            pin(&mut node.lhs, at);
            pin(&mut node.rhs, at);
        }
        Expr::Aggregate(node) => {
            pin(&mut node.expr, at);
            if let Some(param) = &mut node.param {
                pin(param, at);
            }
        }
        Expr::Call(node) => {
            for arg in &mut node.args {
                pin(arg, at);
            }
        }
    }
}

/// The start and the end of an instant query are its time, and that is what it is pinned to.
fn pin_selector(own: &mut Option<At>, at: At) {
    if !matches!(own, Some(At::Time(_))) {
        *own = Some(at);
    }
}
