//! `histogram_quantile`, `histogram_quantiles` and `histogram_fraction` of classic histograms.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::Labels;

use crate::column::{Column, is_absent};
use crate::context::Context;
use crate::function::histogram::{go_float, warn_of_quantile};
use crate::kernel::classic::{self, Bucket, Forced};
use crate::operator::Result;
use crate::operator::buffer::Vector;
use crate::plan::{HistogramFunction, HistogramNode};
use crate::series::{Series, is_metric_label};

/// The label that holds a bucket's upper bound.
const BUCKET_LABEL: &str = "le";

/// The buckets of one histogram: series that differ in `le` alone.
struct Family {
    series: Series,
    /// Upper bounds, and indices into the input.
    buckets: Vec<(f64, usize)>,
}

/// Evaluates for each family of buckets.
pub(crate) fn evaluate<'q>(
    context: &'q Context<'q>,
    node: &HistogramNode,
    input: &Vector<'q>,
    parameters: &[Vec<f64>],
    steps: usize,
) -> Result<Vector<'q>> {
    let families = families(context, node, input);
    let mut out = Vector::new(context);
    if node.function == HistogramFunction::Fraction {
        for family in &families {
            let column = column(family, input, steps, |step, buckets| {
                let (lower, upper) = (parameters[0][step], parameters[1][step]);
                prepared(buckets).map_or(f64::NAN, |_| classic::fraction(lower, upper, buckets))
            });
            out.push(family.series.clone(), column)?;
        }
        return Ok(out);
    }
    for (q, span) in parameters.iter().zip(&node.parameter_spans) {
        for value in q {
            warn_of_quantile(context, *span, *value);
        }
    }
    for q in parameters {
        for family in &families {
            let column = column(family, input, steps, |step, buckets| {
                quantile(context, node, family, q[step], buckets)
            });
            out.push(labelled(family, node, q), column)?;
        }
    }
    Ok(out)
}

/// Gathers series that differ in `le` alone, and complains about series without a usable one.
fn families(context: &Context<'_>, node: &HistogramNode, input: &Vector<'_>) -> Vec<Family> {
    let mut places: HashMap<Labels, usize, RandomState> = HashMap::default();
    let mut families: Vec<Family> = Vec::new();
    for (index, series) in input.series.iter().enumerate() {
        if input.columns[index]
            .floats
            .iter()
            .all(|value| is_absent(*value))
        {
            continue;
        }
        let bound = series.labels.value(BUCKET_LABEL);
        let Ok(upper) = bound.parse::<f64>() else {
            warn_of_bound(context, node, &series.labels, bound);
            continue;
        };
        let signature = series.labels.filtered(|name| name != BUCKET_LABEL);
        let place = *places.entry(signature).or_insert_with_key(|labels| {
            families.push(Family {
                series: family_series(context, labels),
                buckets: Vec::new(),
            });
            families.len() - 1
        });
        families[place].buckets.push((upper, index));
    }
    families
}

fn family_series(context: &Context<'_>, labels: &Labels) -> Series {
    if context.delays_names() {
        return Series {
            labels: labels.clone(),
            drop_name: true,
        };
    }
    Series::new(labels.filtered(|name| !is_metric_label(name)))
}

fn warn_of_bound(context: &Context<'_>, node: &HistogramNode, labels: &Labels, bound: &str) {
    let name = shown_name(context, labels);
    let text =
        format!("bucket label \"le\" is missing or has a malformed value of {bound:?}{name}");
    context.warn(node.input_span, &text);
}

/// The metric's name at the end of a note; only where names are removed at the end is it still known.
pub(crate) fn shown_name(context: &Context<'_>, labels: &Labels) -> String {
    let name = labels.metric_name();
    if name.is_empty() || !context.delays_names() {
        return String::new();
    }
    format!(" for metric name {name:?}")
}

/// With the quantile as a label, for `histogram_quantiles`.
fn labelled(family: &Family, node: &HistogramNode, q: &[f64]) -> Series {
    let mut series = family.series.clone();
    if node.function == HistogramFunction::Quantiles {
        let mut labels = series.labels.to_builder();
        let q = q.first().copied().unwrap_or(f64::NAN);
        labels.set(&node.label, &go_float(q));
        series.labels = labels.build();
    }
    series
}

/// Calls `compute` with the buckets that have a value, at each step where there are any.
fn column(
    family: &Family,
    input: &Vector<'_>,
    steps: usize,
    mut compute: impl FnMut(usize, &mut Vec<Bucket>) -> f64,
) -> Column {
    let mut out = Column::default();
    out.clear(steps);
    let mut buckets = Vec::new();
    for step in 0..steps {
        buckets.clear();
        for (upper, index) in &family.buckets {
            let count = input.columns[*index].floats[step];
            if !is_absent(count) {
                buckets.push(Bucket {
                    upper: *upper,
                    count,
                });
            }
        }
        if !buckets.is_empty() {
            out.floats[step] = compute(step, &mut buckets);
        }
    }
    out
}

fn prepared(buckets: &mut Vec<Bucket>) -> Option<Option<Forced>> {
    classic::prepare(buckets)
}

fn quantile(
    context: &Context<'_>,
    node: &HistogramNode,
    family: &Family,
    q: f64,
    buckets: &mut Vec<Bucket>,
) -> f64 {
    if q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    let Some(forced) = classic::prepare(buckets) else {
        return f64::NAN;
    };
    if forced.is_some() {
        let name = shown_name(context, &family.series.labels);
        let text = format!(
            "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile){name}"
        );
        context.inform(node.input_span, &text);
    }
    classic::quantile(q, buckets)
}
