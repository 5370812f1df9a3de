//! `histogram_quantile`, `histogram_quantiles` and `histogram_fraction`, of classic and native histograms.

use std::cell::RefCell;
use std::collections::BTreeMap;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Histogram, Labels};

use crate::column::Column;
use crate::context::Context;
use crate::function::histogram::family::{Histograms, result_series, shown_name, without_bound};
use crate::function::histogram::{open_metrics_float, warn_of_quantile};
use crate::kernel::classic::{self, Bucket, Forced};
use crate::kernel::histogram::estimate::{self, Quantile};
use crate::kernel::print::{general, two_digits};
use crate::operator::buffer::Vector;
use crate::operator::{InstantOperator, Result};
use crate::plan::{HistogramFunction, HistogramNode};
use crate::series::Series;
use crate::steps::Steps;

/// Evaluates for each histogram.
///
/// The buckets of a histogram come close to each other out of most inputs, so a histogram is evaluated, and let go of, once nothing more of it
/// can come: no more are in memory than have come in part.
pub(crate) fn evaluate<'q>(
    context: &'q Context<'q>,
    node: &HistogramNode,
    input: &mut dyn InstantOperator,
    parameters: &[Vec<f64>],
    steps: Steps,
) -> Result<Vector<'q>> {
    if node.function != HistogramFunction::Fraction {
        for (q, span) in parameters.iter().zip(&node.parameter_spans) {
            for value in q {
                warn_of_quantile(context, *span, *value);
            }
        }
    }
    let forced = RefCell::default();
    let series = input.series()?;
    let mut parted = Parted::new(context, &series);
    let mut out = Vector::new(context);
    for (index, one) in series.into_iter().enumerate() {
        let mut column = Column::default();
        input.next(&mut column)?;
        if let Some(complete) = parted.add(index, one, column)? {
            let call = Call {
                context,
                node,
                input: &complete,
                found: Histograms::find(context, node, &complete, steps.count),
                steps,
                forced: &forced,
            };
            call.run(parameters, &mut out)?;
        }
    }
    tell_forced(context, node, steps, &forced.borrow());
    Ok(out)
}

/// Series, by the histogram that they may be a part of.
struct Parted<'q> {
    context: &'q Context<'q>,
    /// For each series the number of its histogram.
    members: Vec<usize>,
    histograms: Vec<Part<'q>>,
}

/// What there is of a histogram.
struct Part<'q> {
    vector: Vector<'q>,
    /// How many series are still to come.
    missing: usize,
}

impl<'q> Parted<'q> {
    fn new(context: &'q Context<'q>, series: &[Series]) -> Self {
        let mut places: HashMap<Labels, usize, RandomState> = HashMap::default();
        let mut histograms: Vec<Part<'q>> = Vec::new();
        let place = |one: &Series| {
            let next = histograms.len();
            let place = *places.entry(without_bound(&one.labels)).or_insert(next);
            if place == next {
                histograms.push(Part {
                    vector: Vector::new(context),
                    missing: 0,
                });
            }
            histograms[place].missing += 1;
            place
        };
        Self {
            context,
            members: series.iter().map(place).collect(),
            histograms,
        }
    }

    /// Takes in the next series; the series with values of its histogram, if it is the last one.
    fn add(&mut self, index: usize, series: Series, column: Column) -> Result<Option<Vector<'q>>> {
        let part = &mut self.histograms[self.members[index]];
        if !column.is_empty() {
            part.vector.push(series, column)?;
        }
        part.missing -= 1;
        let complete = || std::mem::replace(&mut part.vector, Vector::new(self.context));
        Ok((part.missing == 0).then(complete))
    }
}

/// Where counts were lifted, by what is shown of the metric's name.
type ForcedNotes = BTreeMap<String, ForcedNote>;

struct Call<'a, 'q> {
    context: &'q Context<'q>,
    node: &'a HistogramNode,
    input: &'a Vector<'q>,
    found: Histograms,
    steps: Steps,
    forced: &'a RefCell<ForcedNotes>,
}

/// Samples of one metric whose counts were lifted.
struct ForcedNote {
    forced: Forced,
    samples: usize,
    /// The first step where that was done.
    first: usize,
    /// The last one.
    last: usize,
}

impl<'q> Call<'_, 'q> {
    fn run(&self, parameters: &[Vec<f64>], out: &mut Vector<'q>) -> Result<()> {
        if self.node.function == HistogramFunction::Fraction {
            return self.fractions(&parameters[0], &parameters[1], out);
        }
        for q in parameters {
            self.quantiles(q, out)?;
        }
        Ok(())
    }

    fn fractions(&self, lower: &[f64], upper: &[f64], out: &mut Vector<'q>) -> Result<()> {
        for native in &self.found.natives {
            let column = native.column(self.input, self.steps.count, |step, histogram| {
                let (lower, upper) = (lower[step], upper[step]);
                // Where nothing is counted there is nothing to say of what is not.
                if histogram.sum.is_nan() && histogram.count != 0.0 && lower < upper {
                    let text = "input to histogram_fraction has NaN observations, which are excluded from all fractions";
                    self.inform(&native.labels, text);
                }
                estimate::fraction(lower, upper, histogram)
            });
            out.push(result_series(self.context, &native.labels), column)?;
        }
        for family in &self.found.families {
            let column =
                family.column(
                    self.input,
                    self.steps.count,
                    |step, buckets| match classic::prepare(buckets) {
                        Some(_) => classic::fraction(lower[step], upper[step], buckets),
                        None => f64::NAN,
                    },
                );
            out.push(result_series(self.context, &family.labels), column)?;
        }
        Ok(())
    }

    fn quantiles(&self, q: &[f64], out: &mut Vector<'q>) -> Result<()> {
        for native in &self.found.natives {
            let column = native.column(self.input, self.steps.count, |step, histogram| {
                beyond(q[step])
                    .unwrap_or_else(|| self.native_quantile(q[step], histogram, &native.labels))
            });
            out.push(self.labelled(&native.labels, q), column)?;
        }
        for family in &self.found.families {
            let column = family.quantiles(self.input, q, |step, buckets| {
                beyond(q[step]).unwrap_or_else(|| {
                    self.classic_quantile(q[step], buckets, &family.labels, step)
                })
            });
            out.push(self.labelled(&family.labels, q), column)?;
        }
        Ok(())
    }

    fn native_quantile(&self, q: f64, histogram: &Histogram, labels: &Labels) -> f64 {
        let quantile = estimate::quantile(q, histogram);
        let value = quantile.value();
        if histogram.sum.is_nan() && matches!(quantile, Quantile::Between(_)) {
            let text = if value.is_nan() {
                "input to histogram_quantile has NaN observations, result is NaN"
            } else {
                "input to histogram_quantile has NaN observations, result is skewed higher"
            };
            self.inform(labels, text);
        }
        value
    }

    fn classic_quantile(
        &self,
        q: f64,
        buckets: &mut Vec<Bucket>,
        labels: &Labels,
        step: usize,
    ) -> f64 {
        let Some(forced) = classic::prepare(buckets) else {
            return f64::NAN;
        };
        if let Some(forced) = forced {
            self.note_forced(labels, forced, step);
        }
        classic::quantile(q, buckets)
    }

    /// Remembers that counts had to be lifted: all such samples of a metric make one note.
    fn note_forced(&self, labels: &Labels, forced: Forced, step: usize) {
        let name = shown_name(self.context, labels);
        let mut notes = self.forced.borrow_mut();
        let note = notes.entry(name).or_insert(ForcedNote {
            forced,
            samples: 0,
            first: step,
            last: step,
        });
        note.samples += 1;
        note.first = note.first.min(step);
        note.last = note.last.max(step);
        note.forced.lowest = note.forced.lowest.min(forced.lowest);
        note.forced.highest = note.forced.highest.max(forced.highest);
        note.forced.difference = note.forced.difference.max(forced.difference);
    }

    fn inform(&self, labels: &Labels, text: &str) {
        let name = shown_name(self.context, labels);
        self.context
            .inform(self.node.input_span, &format!("{text}{name}"));
    }

    /// With the quantile as a label, for `histogram_quantiles`.
    fn labelled(&self, labels: &Labels, q: &[f64]) -> Series {
        let mut series = result_series(self.context, labels);
        if self.node.function == HistogramFunction::Quantiles {
            let mut labels = series.labels.to_builder();
            let q = q.first().copied().unwrap_or(f64::NAN);
            labels.set(&self.node.label, &open_metrics_float(q));
            series.labels = labels.build();
        }
        series
    }
}

/// Says where counts had to be lifted.
fn tell_forced(context: &Context<'_>, node: &HistogramNode, steps: Steps, notes: &ForcedNotes) {
    for (name, note) in notes {
        let time = |step| rfc3339(steps.at(step));
        let text = format!(
            "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile){name}, from buckets {} to {}, with a max diff of {}, over {} samples from {} to {}",
            general(note.forced.lowest),
            general(note.forced.highest),
            two_digits(note.forced.difference),
            note.samples,
            time(note.first),
            time(note.last),
        );
        context.inform(node.input_span, &text);
    }
}

/// The answer to a quantile that is none.
fn beyond(q: f64) -> Option<f64> {
    if q.is_nan() {
        Some(f64::NAN)
    } else if q < 0.0 {
        Some(f64::NEG_INFINITY)
    } else if q > 1.0 {
        Some(f64::INFINITY)
    } else {
        None
    }
}

/// A time with seconds, in UTC.
fn rfc3339(at_ms: i64) -> String {
    jiff::Timestamp::from_second(at_ms / 1000)
        .map_or_else(|_| at_ms.to_string(), |time| time.to_string())
}
