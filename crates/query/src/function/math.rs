//! Arithmetic on single samples.

use std::sync::Arc;

use crate::column::{ABSENT, is_absent};
use crate::function::MapFunction;
use crate::kernel::arithmetic::replace;
use crate::kernel::histogram;
use crate::kernel::order;

/// The minus sign before an instant vector.
pub(crate) static NEGATE: MapFunction = MapFunction {
    name: "-",
    floats: |values, _| replace(values, |value| -value),
    histograms: Some(|one| Arc::new(histogram::scaled(one, -1.0))),
};

pub(crate) static TABLE: &[MapFunction] = &[
    MapFunction::new("abs", |values, _| replace(values, f64::abs)),
    MapFunction::new("acos", |values, _| replace(values, f64::acos)),
    MapFunction::new("acosh", |values, _| replace(values, f64::acosh)),
    MapFunction::new("asin", |values, _| replace(values, f64::asin)),
    MapFunction::new("asinh", |values, _| replace(values, f64::asinh)),
    MapFunction::new("atan", |values, _| replace(values, f64::atan)),
    MapFunction::new("atanh", |values, _| replace(values, f64::atanh)),
    MapFunction::new("ceil", |values, _| replace(values, f64::ceil)),
    MapFunction::new("clamp", |values, parameters| {
        clamp(values, |step| (parameters[0][step], parameters[1][step]));
    }),
    MapFunction::new("clamp_max", |values, parameters| {
        per_step(values, |value, step| {
            order::extreme(false, value, parameters[0][step])
        });
    }),
    MapFunction::new("clamp_min", |values, parameters| {
        per_step(values, |value, step| {
            order::extreme(true, value, parameters[0][step])
        });
    }),
    MapFunction::new("cos", |values, _| replace(values, f64::cos)),
    MapFunction::new("cosh", |values, _| replace(values, f64::cosh)),
    MapFunction::new("deg", |values, _| {
        replace(values, |value| value * 180.0 / std::f64::consts::PI);
    }),
    MapFunction::new("exp", |values, _| replace(values, f64::exp)),
    MapFunction::new("floor", |values, _| replace(values, f64::floor)),
    MapFunction::new("ln", |values, _| replace(values, f64::ln)),
    MapFunction::new("log10", |values, _| replace(values, f64::log10)),
    MapFunction::new("log2", |values, _| replace(values, f64::log2)),
    MapFunction::new("rad", |values, _| {
        replace(values, |value| value * std::f64::consts::PI / 180.0);
    }),
    MapFunction::new("round", |values, parameters| match parameters.first() {
        Some(nearest) => per_step(values, |value, step| round(value, nearest[step])),
        None => replace(values, |value| round(value, 1.0)),
    }),
    MapFunction::new("sgn", |values, _| replace(values, sign)),
    MapFunction::new("sin", |values, _| replace(values, f64::sin)),
    MapFunction::new("sinh", |values, _| replace(values, f64::sinh)),
    MapFunction::new("sqrt", |values, _| replace(values, f64::sqrt)),
    MapFunction::new("tan", |values, _| replace(values, f64::tan)),
    MapFunction::new("tanh", |values, _| replace(values, f64::tanh)),
];

fn per_step(values: &mut [f64], compute: impl Fn(f64, usize) -> f64) {
    for (step, value) in values.iter_mut().enumerate() {
        if !is_absent(*value) {
            *value = compute(*value, step);
        }
    }
}

/// Limits each value to a range; where the range is empty there is no value.
fn clamp(values: &mut [f64], range: impl Fn(usize) -> (f64, f64)) {
    per_step(values, |value, step| {
        let (least, most) = range(step);
        if most < least {
            return ABSENT;
        }
        order::extreme(true, least, order::extreme(false, most, value))
    });
}

/// To the nearest multiple; halves go up. Divides by the inverse, as Prometheus does, so that 0.1 is exact.
fn round(value: f64, nearest: f64) -> f64 {
    let inverse = 1.0 / nearest;
    (value * inverse + 0.5).floor() / inverse
}

/// -1, 1, or the value itself, if that is a zero or NaN.
fn sign(value: f64) -> f64 {
    if value < 0.0 {
        -1.0
    } else if value > 0.0 {
        1.0
    } else {
        value
    }
}
