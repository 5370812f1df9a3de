//! Operators that have to see everything before they can say anything.

use crate::column::Column;
use crate::context::{Context, Room};
use crate::memory::histogram_bytes;
use crate::operator::{InstantOperator, Result};
use crate::series::Series;

/// An instant vector, all of it. Its columns count against the budget as long as it lives.
pub(crate) struct Vector<'q> {
    context: &'q Context<'q>,
    held: Room,
    /// All series.
    pub series: Vec<Series>,
    /// As many columns.
    pub columns: Vec<Column>,
}

impl<'q> Vector<'q> {
    /// No series yet.
    pub(crate) fn new(context: &'q Context<'q>) -> Self {
        Self {
            context,
            held: Room::default(),
            series: Vec::new(),
            columns: Vec::new(),
        }
    }

    /// All that an operator yields. Series without any value are left out.
    pub(crate) fn collect(
        context: &'q Context<'q>,
        input: &mut dyn InstantOperator,
    ) -> Result<Self> {
        let mut vector = Self::new(context);
        for series in input.series()? {
            let mut column = Column::default();
            input.next(&mut column)?;
            if !column.is_empty() {
                vector.push(series, column)?;
            }
        }
        Ok(vector)
    }

    /// Adds a series.
    pub(crate) fn push(&mut self, series: Series, column: Column) -> Result<()> {
        let room = room(&column);
        self.context.hold(room)?;
        self.held = self.held.plus(room);
        self.series.push(series);
        self.columns.push(column);
        Ok(())
    }

    /// Takes a column out, for one who has done with it soon.
    pub(crate) fn take(&mut self, index: usize) -> Column {
        let column = std::mem::take(&mut self.columns[index]);
        let room = room(&column);
        self.context.release(room);
        self.held = self.held.minus(room);
        column
    }
}

fn room(column: &Column) -> Room {
    let histograms = column.histograms.iter().flatten();
    Room::floats(column.floats.len()).and_bytes(histograms.map(|one| histogram_bytes(one)).sum())
}

impl Drop for Vector<'_> {
    fn drop(&mut self) {
        self.context.release(self.held);
    }
}

/// Yields what a function makes of its inputs, which it calls when the series are asked for.
pub(crate) struct Computed<'q> {
    compute: Option<Box<dyn FnOnce() -> Result<Vector<'q>> + Send + 'q>>,
    vector: Option<Vector<'q>>,
    next: usize,
}

impl<'q> Computed<'q> {
    pub(crate) fn new(compute: impl FnOnce() -> Result<Vector<'q>> + Send + 'q) -> Self {
        Self {
            compute: Some(Box::new(compute)),
            vector: None,
            next: 0,
        }
    }
}

impl InstantOperator for Computed<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        let compute = self.compute.take();
        let mut vector = compute.unwrap_or_else(|| unreachable!("series were asked for twice"))()?;
        let series = std::mem::take(&mut vector.series);
        self.vector = Some(vector);
        Ok(series)
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        if let Some(vector) = &mut self.vector {
            *out = vector.take(self.next);
            self.next += 1;
        }
        Ok(())
    }
}
