//! What `select` hands out.

use model::TimeRange;
use storage::{Broken, Column, Columns, Group, GroupLabels, Hints, Measure, Summaries};

use super::join::{Piece, append, join, reset};
use super::layer::{Layer, Wanted, or_nothing};
use super::querier::Scratch;
use super::select::{Line, Segment};
use super::summarize::summarize;

/// The series of a line, read from all layers that have them.
pub(super) struct Joined<'q> {
    pub(super) labels: GroupLabels,
    pub(super) segments: Vec<Segment>,
    layers: &'q [Box<dyn Layer + 'q>],
    pub(super) scratch: &'q Scratch,
    newest_only: bool,
    presence_only: bool,
}

impl<'q> Joined<'q> {
    pub(super) fn new(
        line: Line,
        layers: &'q [Box<dyn Layer + 'q>],
        scratch: &'q Scratch,
        hints: &Hints<'_>,
    ) -> Self {
        Self {
            labels: GroupLabels {
                target: line.target,
                metrics: line.metrics,
            },
            segments: line.segments,
            layers,
            scratch,
            newest_only: hints.newest_only,
            presence_only: hints.presence_only,
        }
    }

    pub(super) fn layer(&self, segment: &Segment) -> &'q (dyn Layer + 'q) {
        &*self.layers[segment.layer as usize]
    }

    pub(super) fn read_segment(
        &self,
        segment: &Segment,
        range: TimeRange,
        out: &mut Columns,
    ) -> Result<(), Broken> {
        let wanted = Wanted {
            range,
            newest_only: self.newest_only,
            presence_only: self.presence_only,
        };
        let layer = self.layer(segment);
        if !layer.is_lost() {
            let read = layer.read(segment.place, &segment.columns, wanted, out);
            or_nothing(layer, read)?;
        }
        if layer.is_lost() {
            out.timestamps.clear();
            out.columns.clear();
            let width = segment.columns.len();
            out.columns.resize_with(width, Column::default);
        }
        Ok(())
    }

    fn overlaps(&self, segment: &Segment, range: TimeRange) -> bool {
        let own = self.layer(segment).range();
        own.start <= range.end && range.start <= own.end
    }

    /// Reads segment after segment, if each begins after the one before, which is mostly so; `false` if one doesn't, and `out` is of no
    /// use then. Only one segment is in memory besides what it is appended to.
    fn read_in_order(&self, range: TimeRange, out: &mut Columns) -> Result<bool, Broken> {
        let ranges = self.segments.iter().map(|one| self.layer(one).range());
        if !ranges.is_sorted_by(|before, next| before.end < next.start) {
            return Ok(false);
        }
        reset(out, self.labels.len());
        let mut columns = self.scratch.take();
        let mut is_in_order = true;
        for segment in &self.segments {
            if !self.overlaps(segment, range) {
                continue;
            }
            self.read_segment(segment, range, &mut columns)?;
            let mut piece = Piece {
                columns,
                members: segment.members.as_deref(),
            };
            is_in_order = piece.begins_after(out);
            if is_in_order {
                append(&mut piece, out);
            }
            columns = piece.columns;
            if !is_in_order {
                break;
            }
        }
        self.scratch.give(vec![columns]);
        Ok(is_in_order)
    }

    /// Reads one column of a segment.
    pub(super) fn read_one(
        &self,
        segment: usize,
        column: usize,
        range: TimeRange,
        out: &mut Columns,
    ) -> Result<(), Broken> {
        let segment = &self.segments[segment];
        let wanted = Wanted {
            range,
            newest_only: false,
            presence_only: false,
        };
        self.layer(segment).read(
            segment.place,
            &segment.columns[column..=column],
            wanted,
            out,
        )
    }

    /// Whether each series has a sample that no segment of `older` can have a newer one than.
    fn is_settled(&self, newest: &Piece<'_>, older: &[Segment]) -> bool {
        let Some(older_ms) = older
            .iter()
            .map(|segment| self.layer(segment).range().end.0)
            .max()
        else {
            return true;
        };
        newest.members.is_none()
            && newest.columns.columns.iter().all(|column| {
                let last = column.first_row + column.values.len();
                let time = last
                    .checked_sub(1)
                    .map(|row| newest.columns.timestamps[row]);
                !column.values.is_empty() && time.is_some_and(|time| time > older_ms)
            })
    }
}

impl Group for Joined<'_> {
    fn labels(&self) -> &GroupLabels {
        &self.labels
    }

    fn read(&self, range: TimeRange, out: &mut Columns) -> Result<(), Broken> {
        if let [only] = &self.segments[..]
            && only.members.is_none()
        {
            return self.read_segment(only, range, out);
        }
        if !self.newest_only && self.read_in_order(range, out)? {
            return Ok(());
        }
        let mut pieces: Vec<Piece<'_>> = Vec::with_capacity(self.segments.len());
        // Newest first, since of those that want nothing else the rest can be spared.
        for (at, segment) in self.segments.iter().enumerate().rev() {
            if !self.overlaps(segment, range) {
                continue;
            }
            let mut piece = Piece {
                columns: self.scratch.take(),
                members: segment.members.as_deref(),
            };
            self.read_segment(segment, range, &mut piece.columns)?;
            let is_first = pieces.is_empty();
            pieces.push(piece);
            if self.newest_only && is_first && self.is_settled(&pieces[0], &self.segments[..at]) {
                break;
            }
        }
        pieces.reverse();
        let mut spare: Vec<Columns> = Vec::new();
        join(&mut pieces, self.labels.len(), out);
        spare.extend(pieces.into_iter().map(|piece| piece.columns));
        self.scratch.give(spare);
        Ok(())
    }

    fn summarize(
        &self,
        windows: &[TimeRange],
        measure: Measure,
        out: &mut Summaries,
    ) -> Result<bool, Broken> {
        let is_lost = || {
            let mut segments = self.segments.iter();
            segments.any(|segment| self.layer(segment).is_lost())
        };
        match summarize(self, windows, measure, out) {
            // What is left is told by the samples.
            Err(_) if is_lost() => Ok(false),
            told => told,
        }
    }
}
