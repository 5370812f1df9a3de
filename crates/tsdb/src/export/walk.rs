//! All series of a view in the order of their labels, each with its samples.
//!
//! A label set begins with the metric's name, unless a label's name sorts before `__name__`. So families can be asked for one by one, in the
//! order of their names and those without a name last; where that does not hold, all come in one piece.

use model::labels::METRIC_NAME;
use model::{Labels, Matcher, TimeRange};
use storage::{Broken, Column, Columns, Hints, Querier, Selection};

use crate::prometheus::Sample;

/// Why a walk ended early.
#[derive(Debug)]
pub enum Failed<E> {
    /// The store can't be read.
    Store(Broken),
    /// The caller had enough.
    Caller(E),
}

impl<E> From<Broken> for Failed<E> {
    fn from(broken: Broken) -> Self {
        Self::Store(broken)
    }
}

/// Who takes a series and its samples.
pub type EachSeries<'e, E> = dyn FnMut(&Labels, &[Sample]) -> Result<(), E> + 'e;

/// Calls `each` with every series that passes all matchers of one of `selectors` (every series, if there are none) and has samples in
/// `range`, in the order of labels, and with these samples.
///
/// # Errors
///
/// When the store can't be read, or `each` fails.
pub fn walk<E>(
    querier: &dyn Querier,
    selectors: &[Vec<Matcher>],
    range: TimeRange,
    each: &mut EachSeries<'_, E>,
) -> Result<(), Failed<E>> {
    let every = [Vec::new()];
    let selectors = if selectors.is_empty() {
        &every
    } else {
        selectors
    };
    let (mut names, mut labels) = (Vec::new(), Vec::new());
    for matchers in selectors {
        names.extend(querier.label_values(METRIC_NAME, matchers)?);
        labels.extend(querier.label_names(matchers)?);
    }
    if labels.iter().any(|name| name.as_str() < METRIC_NAME) {
        return batch(querier, selectors, range, each);
    }
    names.sort_unstable();
    names.dedup();
    // The empty name stands for series that have none.
    for name in names.into_iter().chain([String::new()]) {
        let with_name = |matchers: &Vec<Matcher>| {
            let mut matchers = matchers.clone();
            matchers.push(Matcher::equal(METRIC_NAME, name.as_str()));
            matchers
        };
        let selectors: Vec<Vec<Matcher>> = selectors.iter().map(with_name).collect();
        batch(querier, &selectors, range, each)?;
    }
    Ok(())
}

/// Reads all that matches, sorts it and hands it out.
fn batch<E>(
    querier: &dyn Querier,
    selectors: &[Vec<Matcher>],
    range: TimeRange,
    each: &mut EachSeries<'_, E>,
) -> Result<(), Failed<E>> {
    let mut read: Vec<Columns> = Vec::new();
    let mut series: Vec<(Labels, usize, usize)> = Vec::new();
    for matchers in selectors {
        let selection = Selection {
            matchers,
            range,
            hints: Hints::default(),
        };
        for group in querier.select(&selection)? {
            let mut columns = Columns::default();
            group.read(range, &mut columns)?;
            let own = group.labels().iter().enumerate();
            series.extend(own.map(|(column, labels)| (labels, read.len(), column)));
            read.push(columns);
        }
    }
    series.sort_unstable();
    // Two selectors may find one series.
    series.dedup_by(|a, b| a.0 == b.0);
    let mut samples = Vec::new();
    for (labels, group, column) in &series {
        let columns = &read[*group];
        samples.clear();
        said(&columns.columns[*column], &columns.timestamps, &mut samples);
        if !samples.is_empty() {
            each(labels, &samples).map_err(Failed::Caller)?;
        }
    }
    Ok(())
}

/// Appends the samples that somebody wrote: without gaps, and without the stale markers that only fill a pause.
pub(crate) fn said(column: &Column, timestamps: &[i64], out: &mut Vec<Sample>) {
    let mut gaps = column.gaps.iter().peekable();
    let mut paused = false;
    for index in 0..column.values.len() {
        let row = column.first_row + index;
        while gaps.next_if(|gap| gap.end <= row).is_some() {}
        let in_gap = gaps.peek().is_some_and(|gap| gap.start <= row);
        let (Some(value), Some(at)) = (column.values.get(index), timestamps.get(row)) else {
            return;
        };
        if in_gap || (paused && value.is_stale()) {
            continue;
        }
        paused = value.is_stale();
        out.push(Sample {
            timestamp_ms: *at,
            value,
        });
    }
}
