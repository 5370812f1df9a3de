//! Functions that read a number off a native histogram: `histogram_count`, `histogram_sum` and their kin.

use model::Histogram;

use crate::column::Column;
use crate::context::Context;
use crate::kernel::histogram::estimate;
use crate::operator::Result;
use crate::operator::buffer::Vector;
use crate::plan::HistogramFunction;

/// Reads the number of each histogram. Floats are left out.
pub(crate) fn evaluate<'q>(
    context: &'q Context<'q>,
    function: HistogramFunction,
    input: &Vector<'q>,
    steps: usize,
) -> Result<Vector<'q>> {
    let read = reader(function);
    let mut out = Vector::new(context);
    for (series, column) in input.series.iter().zip(&input.columns) {
        if column.histograms.is_empty() {
            continue;
        }
        let mut numbers = Column::default();
        numbers.clear(steps);
        for (slot, histogram) in numbers.floats.iter_mut().zip(&column.histograms) {
            if let Some(histogram) = histogram {
                *slot = read(histogram);
            }
        }
        out.push(series.clone().unnamed(context.delays_names()), numbers)?;
    }
    Ok(out)
}

fn reader(function: HistogramFunction) -> fn(&Histogram) -> f64 {
    match function {
        HistogramFunction::Avg => |histogram| histogram.sum / histogram.count,
        HistogramFunction::Count => |histogram| histogram.count,
        HistogramFunction::Sum => |histogram| histogram.sum,
        HistogramFunction::Stddev => |histogram| estimate::variance(histogram).sqrt(),
        HistogramFunction::Stdvar => estimate::variance,
        HistogramFunction::Fraction
        | HistogramFunction::Quantile
        | HistogramFunction::Quantiles => {
            unreachable!("{function:?} looks at classic histograms too")
        }
    }
}
