//! Makes sure that no label set comes twice, after names were taken off.
//!
//! Two series that came to have the same labels are one series, if they never have a value at the same step; else the
//! query fails, for nobody could say which value is meant.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::Labels;

use crate::column::Column;
use crate::context::Context;
use crate::operator::buffer::{Computed, Vector};
use crate::operator::{InstantOperator, Result, execution};
use crate::series::{Series, SeriesSet};

/// What Prometheus says of two samples with the same labels at the same time.
pub(crate) const SAME_LABELSET: &str = "vector cannot contain metrics with the same labelset";

/// Passes its input on, series by series, unless a label set comes twice.
pub(crate) struct UniqueOperator<'q> {
    context: &'q Context<'q>,
    input: Option<Box<dyn InstantOperator + 'q>>,
    merged: Option<Computed<'q>>,
}

impl<'q> UniqueOperator<'q> {
    pub(crate) fn new(context: &'q Context<'q>, input: Box<dyn InstantOperator + 'q>) -> Self {
        Self {
            context,
            input: Some(input),
            merged: None,
        }
    }
}

impl InstantOperator for UniqueOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        Ok(self.series_set()?.whole())
    }

    fn series_set(&mut self) -> Result<SeriesSet> {
        let Some(input) = &mut self.input else {
            return Ok(SeriesSet::Whole(Vec::new()));
        };
        let series = match input.series_set()? {
            SeriesSet::Factored(mut factored) => {
                if factored.find_unique() {
                    return Ok(SeriesSet::Factored(factored));
                }
                factored.whole()
            }
            SeriesSet::Whole(series) => series,
        };
        if are_unique(&series) {
            return Ok(SeriesSet::Whole(series));
        }
        let mut vector = Vector::new(self.context);
        for one in series {
            let mut column = Column::default();
            input.next(&mut column)?;
            vector.push(one, column)?;
        }
        self.input = None;
        let context = self.context;
        let merged = self
            .merged
            .insert(Computed::new(move || merge(context, vector)));
        merged.series().map(SeriesSet::Whole)
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        match (&mut self.input, &mut self.merged) {
            (Some(input), _) => input.next(out),
            (None, Some(merged)) => merged.next(out),
            (None, None) => Ok(()),
        }
    }
}

fn are_unique(series: &[Series]) -> bool {
    let mut seen =
        hashbrown::HashSet::with_capacity_and_hasher(series.len(), RandomState::default());
    series.iter().all(|one| seen.insert(&one.labels))
}

/// Makes one series of those with equal labels. Where names go at the end, one whose name will go is another one than one whose name
/// stays, though neither may have a value where the other has.
///
/// # Errors
///
/// When two of them have a value at the same step.
pub(crate) fn merge<'q>(context: &'q Context<'q>, mut vector: Vector<'q>) -> Result<Vector<'q>> {
    // For each label set the series whose name stays, and the one whose name goes.
    let mut places: HashMap<Labels, [Option<usize>; 2], RandomState> = HashMap::default();
    let mut out = Vector::new(context);
    let series = std::mem::take(&mut vector.series);
    let columns = std::mem::take(&mut vector.columns);
    for (one, column) in series.into_iter().zip(columns) {
        let places = places.entry_ref(&one.labels).or_default();
        let (own, other) = (usize::from(one.drop_name), usize::from(!one.drop_name));
        if let Some(twin) = places[other] {
            check_apart(&out.columns[twin], &column)?;
        }
        match places[own] {
            None => {
                places[own] = Some(out.series.len());
                out.push(one, column)?;
            }
            Some(place) => {
                check_apart(&out.columns[place], &column)?;
                merge_column(&mut out.columns[place], &column);
            }
        }
    }
    Ok(out)
}

fn check_apart(a: &Column, b: &Column) -> Result<()> {
    if (0..b.floats.len()).any(|step| a.has(step) && b.has(step)) {
        return Err(execution(SAME_LABELSET));
    }
    Ok(())
}

fn merge_column(into: &mut Column, from: &Column) {
    for step in 0..from.floats.len() {
        if let Some(value) = from.value(step) {
            into.set(step, Some(value));
        }
    }
}
