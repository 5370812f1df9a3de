//! `/api/v1/parse_query`: the tree of a query, for those who draw it.
//!
//! Each node is an object with its `type`. Times are milliseconds, numbers are text, as they may be infinite.

use std::sync::Arc;

use axum::extract::State;
use model::{MatchOp, Matcher};
use promql::{
    Aggregate, At, Binary, Call, Duration, Expr, Extension, MatrixSelector, Subquery,
    VectorMatching, VectorSelector,
};
use serde_json::{Value, json};

use super::parse;
use crate::json::number::push_plain_float;
use crate::params::Params;
use crate::respond::{Answer, Reply};
use crate::router::Web;

pub(crate) async fn answer(State(web): State<Arc<Web>>, params: Params) -> Answer<Value> {
    let tree = web.read({
        let web = Arc::clone(&web);
        move |_| Ok(node(&parse(&web, params.get("query"))?))
    });
    Ok(Reply::new(tree.await?))
}

fn node(expr: &Expr) -> Value {
    match expr {
        Expr::Number(number) => json!({"type": "numberLiteral", "val": float(number.value)}),
        Expr::String(string) => json!({"type": "stringLiteral", "val": string.value}),
        Expr::Paren(paren) => json!({"type": "parenExpr", "expr": node(&paren.expr)}),
        Expr::Unary(unary) => {
            json!({"type": "unaryExpr", "op": unary.op.as_str(), "expr": node(&unary.expr)})
        }
        Expr::Vector(selector) => vector(selector),
        Expr::Matrix(selector) => matrix(selector),
        Expr::Subquery(subquery) => subquery_node(subquery),
        Expr::Aggregate(aggregate) => aggregation(aggregate),
        Expr::Binary(operation) => binary(operation),
        Expr::Call(call_node) => call(call_node),
    }
}

fn vector(selector: &VectorSelector) -> Value {
    json!({
        "type": "vectorSelector",
        "name": selector.name.as_deref().unwrap_or(""),
        "matchers": matchers(&selector.matchers),
        "offset": milliseconds(selector.offset.as_ref()),
        "timestamp": timestamp(selector.at),
        "startOrEnd": start_or_end(selector.at),
        "anchored": selector.extension == Some(Extension::Anchored),
        "smoothed": selector.extension == Some(Extension::Smoothed),
    })
}

fn matrix(selector: &MatrixSelector) -> Value {
    let mut object = vector(&selector.selector);
    object["type"] = json!("matrixSelector");
    object["range"] = milliseconds(Some(&selector.range));
    object
}

fn subquery_node(subquery: &Subquery) -> Value {
    json!({
        "type": "subquery",
        "expr": node(&subquery.expr),
        "range": milliseconds(Some(&subquery.range)),
        "step": milliseconds(subquery.step.as_ref()),
        "offset": milliseconds(subquery.offset.as_ref()),
        "timestamp": timestamp(subquery.at),
        "startOrEnd": start_or_end(subquery.at),
    })
}

fn aggregation(aggregate: &Aggregate) -> Value {
    json!({
        "type": "aggregation",
        "op": aggregate.op.as_str(),
        "expr": node(&aggregate.expr),
        "param": aggregate.param.as_deref().map(node),
        "grouping": aggregate.grouping.labels(),
        "without": aggregate.grouping.is_without(),
    })
}

fn binary(operation: &Binary) -> Value {
    json!({
        "type": "binaryExpr",
        "op": operation.op.as_str(),
        "lhs": node(&operation.lhs),
        "rhs": node(&operation.rhs),
        "matching": operation.matching.as_ref().map(matching),
        "bool": operation.return_bool,
    })
}

fn matching(matching: &VectorMatching) -> Value {
    json!({
        "card": matching.cardinality.as_str(),
        "labels": matching.labels,
        "on": matching.on,
        "include": matching.include,
        "fillValues": {"lhs": matching.fill.left, "rhs": matching.fill.right},
    })
}

fn call(call: &Call) -> Value {
    let function = call.function;
    let types: Vec<&str> = function.args.iter().map(|arg| arg.as_str()).collect();
    json!({
        "type": "call",
        "func": {
            "name": function.name,
            "argTypes": types,
            "variadic": function.variadic.as_number(),
            "returnType": function.returns.as_str(),
        },
        "args": call.args.iter().map(node).collect::<Vec<Value>>(),
    })
}

fn matchers(matchers: &[Matcher]) -> Vec<Value> {
    let matcher = |matcher: &Matcher| {
        let operator = match matcher.op() {
            MatchOp::Equal => "=",
            MatchOp::NotEqual => "!=",
            MatchOp::Regex => "=~",
            MatchOp::NotRegex => "!~",
        };
        json!({"name": matcher.name(), "value": matcher.value(), "type": operator})
    };
    matchers.iter().map(matcher).collect()
}

/// A duration that has to be computed is only known when the query runs; until then it is 0.
fn milliseconds(duration: Option<&Duration>) -> Value {
    match duration {
        Some(Duration::Millis(ms)) => json!(ms),
        None | Some(Duration::Expr(_)) => json!(0),
    }
}

fn timestamp(at: Option<At>) -> Value {
    match at {
        Some(At::Time(time)) => json!(time.0),
        None | Some(At::Start | At::End) => Value::Null,
    }
}

fn start_or_end(at: Option<At>) -> Value {
    match at {
        Some(At::Start) => json!("start"),
        Some(At::End) => json!("end"),
        None | Some(At::Time(_)) => Value::Null,
    }
}

fn float(value: f64) -> String {
    let mut text = Vec::new();
    push_plain_float(&mut text, value);
    String::from_utf8_lossy(&text).into_owned()
}
