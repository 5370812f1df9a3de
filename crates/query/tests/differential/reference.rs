//! An evaluator that is slow and obviously right.
//!
//! Step after step it goes down the tree, and at each node looks at all samples again. It knows floats, no histograms; whatever it
//! doesn't know it has no answer to. It shares the parser and the matchers with the engine, and nothing else.

mod matching;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use model::{Labels, is_stale};
use promql::{
    Aggregate, AggregateOp, At, Call, Duration, Expr, Features, QueryTimes, Subquery, UnaryOp,
    ValueType, VectorSelector,
};

use crate::answer::{Answer, key};
use crate::samples::{Samples, When};

/// How far back a selector looks, in milliseconds.
const LOOKBACK_MS: i64 = 300_000;

/// Series with a value each.
type Vector = Vec<(Labels, f64)>;

/// Series with the samples of a window each, by time.
type Windows = Vec<(Labels, Vec<(i64, f64)>)>;

/// Why there is no answer.
#[derive(Debug)]
enum Refusal {
    /// It does not know a part of the language.
    Unknown,
    /// The query is wrong.
    Wrong(&'static str),
}

type Result<T> = std::result::Result<T, Refusal>;

/// A query at work.
struct Reference<'a> {
    samples: &'a Samples,
    when: When,
}

/// What it answers; `None` for what it doesn't know.
pub(crate) fn ask(samples: &Samples, query: &str, when: When) -> Option<Answer> {
    let Ok(expr) = promql::parse(query, &Features::ALL) else {
        return Some(Answer::Failed("it can't be read".to_owned()));
    };
    let reference = Reference { samples, when };
    let mut rows: BTreeMap<String, BTreeMap<i64, f64>> = BTreeMap::new();
    for step in 0..when.steps {
        let at = when.start_ms + step * when.step_ms;
        match reference.vector(&expr, at) {
            Ok(vector) => {
                for (labels, value) in vector {
                    rows.entry(key(&labels)).or_default().insert(at, value);
                }
            }
            Err(Refusal::Unknown) => return None,
            Err(Refusal::Wrong(reason)) => return Some(Answer::Failed(reason.to_owned())),
        }
    }
    Some(Answer::Matrix(rows))
}

/// Without the metric's name.
fn unnamed(labels: &Labels) -> Labels {
    labels.filtered(|name| name != "__name__")
}

/// Fails when a label set comes twice.
fn unique(vector: Vector) -> Result<Vector> {
    let labels: BTreeSet<&Labels> = vector.iter().map(|(labels, _)| labels).collect();
    if labels.len() < vector.len() {
        return Err(Refusal::Wrong("a label set comes twice"));
    }
    Ok(vector)
}

/// The smaller one. NaN if either is, unless the other is -Inf, below which there is nothing.
fn smaller(a: f64, b: f64) -> f64 {
    match (
        a.is_nan() || b.is_nan(),
        a == f64::NEG_INFINITY || b == f64::NEG_INFINITY,
    ) {
        (_, true) => f64::NEG_INFINITY,
        (true, false) => f64::NAN,
        (false, false) => a.min(b),
    }
}

/// The larger one, the same the other way round.
fn larger(a: f64, b: f64) -> f64 {
    -smaller(-a, -b)
}

fn seconds(time_ms: i64) -> f64 {
    time_ms as f64 / 1000.0
}

impl Reference<'_> {
    fn vector(&self, expr: &Expr, at: i64) -> Result<Vector> {
        match expr {
            Expr::Paren(paren) => self.vector(&paren.expr, at),
            Expr::Vector(selector) => self.select(selector, at),
            Expr::Unary(unary) if unary.op == UnaryOp::Minus => {
                let vector = self.vector(&unary.expr, at)?;
                unique(
                    vector
                        .iter()
                        .map(|(labels, value)| (unnamed(labels), -value))
                        .collect(),
                )
            }
            Expr::Aggregate(aggregate) => self.aggregate(aggregate, at),
            Expr::Call(call) => self.call(call, at),
            Expr::Binary(binary) => matching::binary(self, binary, at),
            _ => Err(Refusal::Unknown),
        }
    }

    fn scalar(&self, expr: &Expr, at: i64) -> Result<f64> {
        match expr {
            Expr::Paren(paren) => self.scalar(&paren.expr, at),
            Expr::Number(literal) => Ok(literal.value),
            Expr::Unary(unary) => {
                let value = self.scalar(&unary.expr, at)?;
                Ok(if unary.op == UnaryOp::Minus {
                    -value
                } else {
                    value
                })
            }
            Expr::Binary(binary) => {
                let (a, b) = (self.scalar(&binary.lhs, at)?, self.scalar(&binary.rhs, at)?);
                matching::compute(binary.op, a, b)
            }
            Expr::Call(call) => self.scalar_call(call, at),
            _ => Err(Refusal::Unknown),
        }
    }

    fn scalar_call(&self, call: &Call, at: i64) -> Result<f64> {
        let arg = |index: usize| self.scalar(&call.args[index], at);
        match call.function.name {
            "time" => Ok(seconds(at)),
            "start" => Ok(seconds(self.when.start_ms)),
            "end" => Ok(seconds(self.when.end_ms())),
            "range" => Ok(seconds(self.when.end_ms() - self.when.start_ms)),
            "step" => Ok(seconds(self.when.step_ms)),
            "min_of" => Ok(arg(0)?.min(arg(1)?)),
            "max_of" => Ok(arg(0)?.max(arg(1)?)),
            "scalar" => match self.vector(&call.args[0], at)?.as_slice() {
                [(_, only)] => Ok(*only),
                _ => Ok(f64::NAN),
            },
            _ => Err(Refusal::Unknown),
        }
    }

    fn times(&self) -> QueryTimes {
        QueryTimes {
            step_ms: self.when.step_ms,
            range_ms: self.when.end_ms() - self.when.start_ms,
        }
    }

    fn ms(&self, duration: &Duration) -> Result<i64> {
        let ms = duration.to_ms(self.times());
        ms.map_err(|_| Refusal::Wrong("a duration makes no sense"))
    }

    /// The moment at which something looks.
    fn moment(&self, pinned: Option<At>, offset: Option<&Duration>, at: i64) -> Result<i64> {
        let at = match pinned {
            None => at,
            Some(At::Time(time)) => time.0,
            Some(At::Start) => self.when.start_ms,
            Some(At::End) => self.when.end_ms(),
        };
        offset.map_or(Ok(at), |offset| Ok(at - self.ms(offset)?))
    }

    fn select(&self, selector: &VectorSelector, at: i64) -> Result<Vector> {
        let at = self.moment(selector.at, selector.offset.as_ref(), at)?;
        let mut found = Vec::new();
        for series in &self.samples.series {
            if !selector
                .matchers
                .iter()
                .all(|one| one.matches_labels(&series.labels))
            {
                continue;
            }
            let seen = series.samples.iter().rev();
            let newest = seen.clone().find(|(time, _)| *time <= at);
            if let Some((time, value)) = newest
                && *time > at - LOOKBACK_MS
                && !is_stale(*value)
            {
                found.push((series.labels.clone(), *value));
            }
        }
        Ok(found)
    }

    /// The windows of a range vector, their width, and where they end.
    fn windows(&self, expr: &Expr, at: i64) -> Result<(Windows, i64, i64)> {
        match expr {
            Expr::Paren(paren) => self.windows(&paren.expr, at),
            Expr::Matrix(matrix) => {
                let selector = &matrix.selector;
                let end = self.moment(selector.at, selector.offset.as_ref(), at)?;
                let width = self.ms(&matrix.range)?;
                let mut windows = Vec::new();
                for series in &self.samples.series {
                    if selector
                        .matchers
                        .iter()
                        .all(|one| one.matches_labels(&series.labels))
                    {
                        let within = |(time, value): &&(i64, f64)| {
                            end - width < *time && *time <= end && !is_stale(*value)
                        };
                        let samples = series.samples.iter().filter(within).copied().collect();
                        windows.push((series.labels.clone(), samples));
                    }
                }
                Ok((windows, width, end))
            }
            Expr::Subquery(subquery) => self.subquery(subquery, at),
            _ => Err(Refusal::Unknown),
        }
    }

    fn subquery(&self, subquery: &Subquery, at: i64) -> Result<(Windows, i64, i64)> {
        let end = self.moment(subquery.at, subquery.offset.as_ref(), at)?;
        let width = self.ms(&subquery.range)?;
        let step = subquery.step.as_ref().ok_or(Refusal::Unknown)?;
        let step = self.ms(step)?;
        let mut series: BTreeMap<String, (Labels, Vec<(i64, f64)>)> = BTreeMap::new();
        let mut time = (end - width).div_euclid(step) * step + step;
        while time <= end {
            for (labels, value) in self.vector(&subquery.expr, time)? {
                let one = series.entry(key(&labels)).or_insert((labels, Vec::new()));
                one.1.push((time, value));
            }
            time += step;
        }
        Ok((series.into_values().collect(), width, end))
    }

    fn call(&self, call: &Call, at: i64) -> Result<Vector> {
        let name = call.function.name;
        let of_type = |wanted| call.args.iter().find(move |arg| arg.value_type() == wanted);
        if let Some(range) = of_type(ValueType::Matrix) {
            let (windows, width, end) = self.windows(range, at)?;
            let mut found = Vec::new();
            for (labels, samples) in windows {
                let value = windows::call(name, &samples, width, end)?;
                let keeps_name = matches!(name, "last_over_time" | "first_over_time");
                let labels = if keeps_name { labels } else { unnamed(&labels) };
                found.extend(value.map(|value| (labels, value)));
            }
            return unique(found);
        }
        let vector = |index: usize| self.vector(&call.args[index], at);
        let map = |compute: &dyn Fn(f64) -> f64| {
            let mapped = vector(0)?.into_iter();
            unique(
                mapped
                    .map(|(labels, value)| (unnamed(&labels), compute(value)))
                    .collect(),
            )
        };
        match name {
            "abs" => map(&f64::abs),
            "sqrt" => map(&f64::sqrt),
            "ceil" => map(&f64::ceil),
            "floor" => map(&f64::floor),
            "exp" => map(&f64::exp),
            "sgn" => map(&|value| if value == 0.0 { value } else { value.signum() }),
            "clamp" => {
                let (least, most) = (
                    self.scalar(&call.args[1], at)?,
                    self.scalar(&call.args[2], at)?,
                );
                if most < least {
                    return Ok(Vec::new());
                }
                map(&|value| larger(least, smaller(most, value)))
            }
            "vector" => Ok(vec![(Labels::empty(), self.scalar(&call.args[0], at)?)]),
            // As the generator writes it: an `x` behind jobs `a` and `b`.
            "label_replace" => {
                let replaced = vector(0)?.into_iter().map(|(labels, value)| {
                    let job = labels.value("job").to_owned();
                    let mut builder = labels.to_builder();
                    if job == "a" || job == "b" {
                        builder.set("job", &format!("{job}x"));
                    }
                    (builder.build(), value)
                });
                unique(replaced.collect())
            }
            _ => Err(Refusal::Unknown),
        }
    }

    fn aggregate(&self, aggregate: &Aggregate, at: i64) -> Result<Vector> {
        let parameter = match &aggregate.param {
            Some(param) if param.value_type() == ValueType::Scalar => self.scalar(param, at)?,
            Some(_) => return Err(Refusal::Unknown),
            None => 0.0,
        };
        let named = aggregate.grouping.labels();
        let is_named = |name: &str| named.iter().any(|own| own == name);
        let without = aggregate.grouping.is_without();
        let group = |labels: &Labels| {
            labels.filtered(|name| is_named(name) != without && !(without && name == "__name__"))
        };
        let mut groups: BTreeMap<String, (Labels, Vector)> = BTreeMap::new();
        for (labels, value) in self.vector(&aggregate.expr, at)? {
            let group = group(&labels);
            let members = groups.entry(key(&group)).or_insert((group, Vec::new()));
            members.1.push((labels, value));
        }
        let mut found = Vec::new();
        for (labels, mut members) in groups.into_values() {
            if matches!(aggregate.op, AggregateOp::Topk | AggregateOp::Bottomk) {
                members.sort_by(|a, b| a.1.total_cmp(&b.1));
                if aggregate.op == AggregateOp::Topk {
                    members.reverse();
                }
                members.truncate(parameter as usize);
                found.extend(members);
                continue;
            }
            let values: Vec<f64> = members.iter().map(|(_, value)| *value).collect();
            found.push((labels, windows::summary(aggregate.op.as_str(), &values)?));
        }
        Ok(found)
    }
}
