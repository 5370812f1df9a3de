//! An evaluator that is slow and obviously right.
//!
//! Step after step it goes down the tree, and at each node looks at all samples again. Whatever it doesn't know it has no answer to. It
//! shares the parser and the matchers with the engine, and nothing else.
//!
//! - [`select`]: which samples are seen; [`aggregate`]: groups;
//! - [`windows`], [`rise`]: functions of range vectors, with `anchored` and `smoothed` edges and start times;
//! - [`histogram`], [`estimate`]: native histograms;
//! - [`matching`], [`info`]: operators between vectors, and joins with info series.

mod aggregate;
mod estimate;
mod histogram;
mod info;
mod matching;
mod rise;
mod select;
mod value;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use model::{Labels, is_stale};
use promql::{At, Call, Duration, Expr, Extension, Features, QueryTimes, UnaryOp, ValueType};

use crate::answer::{Answer, Cell, key};
use crate::reference::histogram::Naive;
use crate::reference::rise::Frame;
use crate::reference::value::{Point, Quantity, Value};
use crate::samples::{Samples, When};

/// How far back a selector looks, in milliseconds.
const LOOKBACK_MS: i64 = 300_000;

/// Series with a value each.
type Vector = Vec<(Labels, Value)>;

/// The samples of a window of each series, by time; and where the windows lie.
struct Windows {
    series: Vec<(Labels, Vec<Point>)>,
    frame: Frame,
    edges: Option<Extension>,
}

/// Why there is no answer.
#[derive(Debug)]
enum Refusal {
    /// It does not know a part of the language.
    Unknown,
    /// The query is wrong.
    Wrong(&'static str),
}

type Result<T> = std::result::Result<T, Refusal>;

/// All samples, by series and time.
pub(crate) struct Data(Vec<(Labels, Vec<Point>)>);

/// A query at work.
struct Reference<'a> {
    data: &'a Data,
    when: When,
}

/// What it answers; `None` for what it doesn't know.
pub(crate) fn ask(data: &Data, query: &str, when: When) -> Option<Answer> {
    let Ok(expr) = promql::parse(query, &Features::ALL) else {
        return Some(Answer::Failed("it can't be read".to_owned()));
    };
    let reference = Reference { data, when };
    let mut rows: BTreeMap<String, BTreeMap<i64, Cell>> = BTreeMap::new();
    for step in 0..when.steps {
        let at = when.start_ms + step * when.step_ms;
        match reference.vector(&expr, at) {
            Ok(vector) => {
                for (labels, value) in vector {
                    rows.entry(key(&labels))
                        .or_default()
                        .insert(at, value.to_cell());
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

impl Data {
    pub(crate) fn new(samples: &Samples) -> Self {
        let series = samples.series.iter().map(|series| {
            let start = |at: &i64| series.starts.get(at).copied().unwrap_or_default();
            let floats = series.samples.iter().map(|(at, value)| Point {
                at: *at,
                start: start(at),
                value: Value::Float(*value),
            });
            let histograms = series.histograms.iter().map(|(at, value)| Point {
                at: *at,
                start: start(at),
                value: Value::Histogram(Naive::new(value)),
            });
            let mut points: Vec<Point> = floats.chain(histograms).collect();
            points.sort_by_key(|point| point.at);
            (series.labels.clone(), points)
        });
        Self(series.collect())
    }
}

impl Reference<'_> {
    fn vector(&self, expr: &Expr, at: i64) -> Result<Vector> {
        match expr {
            Expr::Paren(paren) => self.vector(&paren.expr, at),
            Expr::Vector(selector) => self.select(selector, at),
            Expr::Unary(unary) if unary.op == UnaryOp::Minus => {
                let negative = |value: Value| match value {
                    Value::Float(value) => Value::Float(-value),
                    Value::Histogram(value) => Value::Histogram(value.scaled(-1.0)),
                };
                let vector = self.vector(&unary.expr, at)?.into_iter();
                unique(
                    vector
                        .map(|(labels, value)| (unnamed(&labels), negative(value)))
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
            "scalar" => {
                let vector = self.vector(&call.args[0], at)?;
                let floats: Vec<f64> = vector
                    .iter()
                    .filter_map(|(_, value)| value.float())
                    .collect();
                Ok(if let [only] = floats.as_slice() {
                    *only
                } else {
                    f64::NAN
                })
            }
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

    fn call(&self, call: &Call, at: i64) -> Result<Vector> {
        let name = call.function.name;
        let of_type = |wanted| call.args.iter().find(move |arg| arg.value_type() == wanted);
        if let Some(range) = of_type(ValueType::Matrix) {
            return self.over_windows(name, &self.windows(range, at)?);
        }
        if let Some(vector) = of_type(ValueType::Vector)
            && name.starts_with("histogram_")
        {
            return self.of_histograms(call, self.vector(vector, at)?, at);
        }
        let vector = |index: usize| self.vector(&call.args[index], at);
        // Of histograms such functions make nothing.
        let map = |compute: &dyn Fn(f64) -> f64| {
            let floats = vector(0)?.into_iter().filter_map(|(labels, value)| {
                let value = Value::Float(compute(value.float()?));
                Some((unnamed(&labels), value))
            });
            unique(floats.collect())
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
            "vector" => {
                let value = self.scalar(&call.args[0], at)?;
                Ok(vec![(Labels::empty(), Value::Float(value))])
            }
            "info" => info::info(self, call, at),
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

    fn over_windows(&self, name: &str, windows: &Windows) -> Result<Vector> {
        let mut found = Vec::new();
        for (labels, points) in &windows.series {
            let value = match windows.edges {
                None => windows::call(name, points, windows.frame)?,
                Some(edges) => windows::with_edges(name, points, windows.frame, edges)?,
            };
            let keeps_name = matches!(name, "last_over_time" | "first_over_time");
            let labels = if keeps_name {
                labels.clone()
            } else {
                unnamed(labels)
            };
            found.extend(value.map(|value| (labels, value)));
        }
        unique(found)
    }

    /// Functions of native histograms; floats are left out.
    fn of_histograms(&self, call: &Call, vector: Vector, at: i64) -> Result<Vector> {
        let scalars = call
            .args
            .iter()
            .filter(|arg| arg.value_type() == ValueType::Scalar);
        let scalars: Vec<f64> = scalars
            .map(|arg| self.scalar(arg, at))
            .collect::<Result<_>>()?;
        let mut found = Vec::new();
        for (labels, value) in vector {
            let Some(histogram) = value.histogram() else {
                if call.function.name.contains("quantile")
                    || call.function.name.contains("fraction")
                {
                    // Floats could be classic buckets.
                    return Err(Refusal::Unknown);
                }
                continue;
            };
            let is_negative = histogram.buckets().iter().any(|bucket| bucket.count < 0.0);
            let is_estimate = !matches!(call.function.name, "histogram_count" | "histogram_sum");
            let is_boundless = histogram.is_custom() && histogram.bounds.is_empty();
            let counted: f64 = histogram.buckets().iter().map(|bucket| bucket.count).sum();
            // Less than nothing in the zero bucket is not trimmed, so afterwards there may be more in buckets than there is.
            let is_overfull = counted > histogram.count + 1e-9 * counted.abs();
            if (is_negative || is_boundless || is_overfull) && is_estimate {
                // Of less than nothing nobody can say where it lies, nor of what may be anywhere.
                return Err(Refusal::Unknown);
            }
            let labels = unnamed(&labels);
            let number = match call.function.name {
                "histogram_count" => histogram.count,
                "histogram_sum" => histogram.sum,
                "histogram_avg" => histogram.sum / histogram.count,
                "histogram_stdvar" => estimate::variance(histogram),
                "histogram_stddev" => estimate::variance(histogram).sqrt(),
                "histogram_fraction" => estimate::fraction(scalars[0], scalars[1], histogram),
                "histogram_quantile" => estimate::quantile(scalars[0], histogram),
                "histogram_quantiles" => {
                    for q in &scalars {
                        let mut labels = labels.to_builder();
                        labels.set("q", &q.to_string());
                        let value = Value::Float(estimate::quantile(*q, histogram));
                        found.push((labels.build(), value));
                    }
                    continue;
                }
                _ => return Err(Refusal::Unknown),
            };
            found.push((labels, Value::Float(number)));
        }
        unique(found)
    }
}

impl Point {
    fn is_stale(&self) -> bool {
        match &self.value {
            Value::Float(value) => is_stale(*value),
            Value::Histogram(histogram) => is_stale(histogram.sum),
        }
    }
}

impl Value {
    /// As answers are compared.
    fn to_cell(&self) -> Cell {
        match self {
            Self::Float(value) => Cell::float(*value),
            Self::Histogram(one) => {
                let mut cell = Cell::of_histogram(one.schema, one.threshold, &one.bounds);
                cell.push("count", one.count);
                cell.push("sum", one.sum);
                cell.push("zero", one.zero);
                for (side, buckets) in [("+", &one.positive), ("-", &one.negative)] {
                    for (index, count) in buckets {
                        cell.push(&format!("{side}{index}"), *count);
                    }
                }
                cell
            }
        }
    }
}
