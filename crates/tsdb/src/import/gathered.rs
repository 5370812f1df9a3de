//! One window of a directory: its series, sorted into groups, each read when it is asked for.

use std::ops::Range;

use model::{Exemplar, Labels, Metadata, MetricKind, TimeRange, Timestamp};
use storage::Column;

use super::factor::{self, Factors};
use super::rows::{self, Rows};
use super::{Import, Map, Window};
use crate::part::{Examples, PartError, Said, Source};
use crate::prometheus::block::SampleReader;
use crate::prometheus::{Error, Sample};

/// How many of a target's groups are tried for a series before it gets one of its own.
const TRIED_MAX: usize = 8;

/// Where samples of a series lie.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Which block; one more than there are is the head.
    place: u32,
    /// The series there.
    number: u64,
}

/// A series that has samples, before it has a group.
struct Found {
    labels: Labels,
    /// The same in [`Gathered::pieces`].
    pieces: Vec<Piece>,
    /// The time of its first sample, or before.
    first_ms: i64,
    /// The time of its last sample, or after.
    last_ms: i64,
}

/// Series that share timestamps.
struct GroupSource {
    target: Labels,
    rows: Rows,
    series: Vec<Labels>,
    /// Of each series, in [`Gathered::pieces`].
    places: Vec<Range<u32>>,
}

/// One window of a directory, ready to be [written](crate::part::write).
pub struct Gathered<'i, 'd> {
    import: &'i Import<'d>,
    range: TimeRange,
    each: &'i dyn Fn(),
    /// One per block.
    readers: Vec<SampleReader<'i>>,
    pieces: Vec<Piece>,
    groups: Vec<GroupSource>,
    factors: Factors,
    samples: u64,
    /// Why a column could not be read.
    failure: Option<Error>,
    scratch: Vec<Sample>,
}

impl<'i, 'd> Gathered<'i, 'd> {
    pub(super) fn new(
        import: &'i Import<'d>,
        window: &Window,
        each: &'i dyn Fn(),
    ) -> Result<Self, Error> {
        let mut gathered = Self {
            import,
            range: window.range,
            each,
            readers: import.blocks.iter().map(|block| block.samples()).collect(),
            pieces: Vec::new(),
            groups: Vec::new(),
            factors: Factors::default(),
            samples: 0,
            failure: None,
            scratch: Vec::new(),
        };
        let found = gathered.find()?;
        let factors = Factors::learn(found.iter().map(|series| &series.labels));
        let mut by_target: Map<Labels, Vec<(Labels, Found)>> = Map::default();
        for mut series in found {
            let (target, metric) = factors.split(&series.labels);
            // The whole set is not needed any more, and there may be a million.
            series.labels = Labels::empty();
            by_target.entry(target).or_default().push((metric, series));
        }
        gathered.factors = factors;
        let mut targets: Vec<_> = by_target.into_iter().collect();
        targets.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut metrics: Map<Labels, ()> = Map::default();
        for (target, mut series) in targets {
            // The longest first: the others' timestamps are likely among its. And before it the one that is in every scrape.
            series.sort_by(|(a, x), (b, y)| {
                let length = |found: &Found| found.last_ms.saturating_sub(found.first_ms);
                let pauses = |metric: &Labels| metric.metric_name() != factor::UP;
                let (x, y) = ((pauses(a), length(y)), (pauses(b), length(x)));
                x.cmp(&y).then_with(|| a.cmp(b))
            });
            gathered.group(&target, series, &mut metrics)?;
        }
        Ok(gathered)
    }

    /// How many samples there are, stale markers among them.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// How many series there are.
    #[must_use]
    pub fn series_count(&self) -> usize {
        self.groups.iter().map(|group| group.series.len()).sum()
    }

    /// Why the last [write](crate::part::write) failed, if it was the directory's fault.
    pub fn failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    /// All series that may have samples in the window.
    fn find(&self) -> Result<Vec<Found>, Error> {
        let mut found: Vec<Found> = Vec::new();
        let mut by_labels: Map<Labels, usize> = Map::default();
        let mut add = |labels: &Labels, piece: Piece, span: TimeRange| {
            let index = *by_labels.entry_ref(labels).or_insert_with(|| {
                found.push(Found {
                    labels: labels.clone(),
                    pieces: Vec::new(),
                    first_ms: span.start.0,
                    last_ms: span.end.0,
                });
                found.len() - 1
            });
            let series = &mut found[index];
            series.pieces.push(piece);
            series.first_ms = series.first_ms.min(span.start.0);
            series.last_ms = series.last_ms.max(span.end.0);
        };
        for (place, block) in (0..).zip(&self.import.blocks) {
            let meta = block.meta();
            let last = Timestamp(meta.end_ms.saturating_sub(1));
            if !TimeRange::new(Timestamp(meta.min_ms), last).overlaps(self.range) {
                continue;
            }
            for number in block.numbers()? {
                let series = block.series(number)?;
                let spans = series
                    .chunks
                    .iter()
                    .map(|chunk| TimeRange::new(Timestamp(chunk.min_ms), Timestamp(chunk.max_ms)));
                if let Some(span) = clip(spans, self.range) {
                    add(&series.labels, Piece { place, number }, span);
                }
            }
        }
        let place = self.import.blocks.len() as u32;
        for (number, labels, span) in self.import.head.series() {
            if let Some(span) = clip(std::iter::once(span), self.range) {
                add(labels, Piece { place, number }, span);
            }
        }
        Ok(found)
    }

    /// Sorts the series of one target into groups.
    fn group(
        &mut self,
        target: &Labels,
        series: Vec<(Labels, Found)>,
        metrics: &mut Map<Labels, ()>,
    ) -> Result<(), Error> {
        let own = self.groups.len();
        let mut by_rows: Map<Rows, usize> = Map::default();
        let mut samples = std::mem::take(&mut self.scratch);
        for (metric, found) in series {
            (self.each)();
            let first = self.pieces.len() as u32;
            self.pieces.extend(&found.pieces);
            let place = first..self.pieces.len() as u32;
            self.read(place.clone(), &mut samples)?;
            if samples.is_empty() {
                self.pieces.truncate(first as usize);
                continue;
            }
            self.samples += samples.len() as u64;
            let start_ms = self.range.start.0;
            let newest = self.groups.len().saturating_sub(TRIED_MAX).max(own);
            let fitting = (newest..self.groups.len())
                .find(|group| rows::fit(&self.groups[*group].rows, &samples, start_ms));
            let group = fitting.unwrap_or_else(|| {
                // The same times as a group of long ago, or times that nobody has.
                *by_rows
                    .entry(rows::of(&samples, start_ms))
                    .or_insert_with_key(|rows| {
                        self.groups.push(GroupSource {
                            target: target.clone(),
                            rows: rows.clone(),
                            series: Vec::new(),
                            places: Vec::new(),
                        });
                        self.groups.len() - 1
                    })
            });
            let metric = metrics.entry(metric).insert(()).key().clone();
            self.groups[group].series.push(metric);
            self.groups[group].places.push(place);
        }
        self.scratch = samples;
        Ok(())
    }

    /// Replaces `out` by the samples of a series, by time.
    fn read(&mut self, pieces: Range<u32>, out: &mut Vec<Sample>) -> Result<(), Error> {
        out.clear();
        for piece in &self.pieces[pieces.start as usize..pieces.end as usize] {
            match self.readers.get_mut(piece.place as usize) {
                Some(reader) => {
                    let series = self.import.blocks[piece.place as usize].series(piece.number)?;
                    reader.read(&series, self.range, out)?;
                }
                None => self
                    .import
                    .head
                    .read_series(piece.number, self.range, out)?,
            }
        }
        if !out.is_sorted_by(|a, b| a.timestamp_ms < b.timestamp_ms) {
            out.sort_by_key(|sample| sample.timestamp_ms);
            out.dedup_by_key(|sample| sample.timestamp_ms);
        }
        Ok(())
    }
}

/// The family of a metric of which the log says this; it has no family names.
fn family<'m>(metric: &'m str, metadata: &Metadata) -> &'m str {
    let suffixes: &[&str] = match metadata.kind {
        MetricKind::Histogram | MetricKind::GaugeHistogram => &["_bucket", "_count", "_sum"],
        MetricKind::Summary => &["_count", "_sum"],
        _ => &[],
    };
    let stripped = suffixes
        .iter()
        .find_map(|suffix| metric.strip_suffix(suffix));
    stripped.unwrap_or(metric)
}

/// What of the spans lies in `range`, from the first to the last.
fn clip(spans: impl Iterator<Item = TimeRange>, range: TimeRange) -> Option<TimeRange> {
    spans
        .filter(|span| span.overlaps(range))
        .map(|span| TimeRange::new(span.start.max(range.start), span.end.min(range.end)))
        .reduce(|a, b| TimeRange::new(a.start.min(b.start), a.end.max(b.end)))
}

impl Source for Gathered<'_, '_> {
    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn target(&self, group: usize) -> &Labels {
        &self.groups[group].target
    }

    fn series(&self, group: usize) -> &[Labels] {
        &self.groups[group].series
    }

    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        let start_ms = self.range.start.0;
        out.clear();
        out.extend(
            self.groups[group]
                .rows
                .iter()
                .map(|row| start_ms + i64::from(*row)),
        );
        Ok(())
    }

    fn metadata(&mut self) -> Result<Said, PartError> {
        let mut said = Said::default();
        let head = &self.import.head;
        if head.series().any(|(_, _, span)| span.overlaps(self.range)) {
            for (labels, metadata) in &head.metadata {
                let (target, _) = self.factors.split(labels);
                said.add(&target, family(labels.metric_name(), metadata), metadata);
            }
        }
        Ok(said)
    }

    fn exemplars(&mut self) -> Result<Vec<Examples>, PartError> {
        let mut wanted: Map<&Labels, Vec<Exemplar>> = Map::default();
        for (labels, exemplar) in &self.import.head.exemplars {
            if self.range.contains(exemplar.timestamp) {
                wanted.entry(labels).or_default().push(exemplar.clone());
            }
        }
        let mut found = Vec::new();
        for (number, group) in (0..).zip(&self.groups) {
            if wanted.is_empty() {
                break;
            }
            for (series, metric) in (0..).zip(&group.series) {
                if let Some(mut exemplars) = wanted.remove(&group.target.merged(metric)) {
                    exemplars.sort_by_key(|exemplar| exemplar.timestamp);
                    found.push(Examples {
                        group: number,
                        series,
                        exemplars,
                    });
                }
            }
        }
        Ok(found)
    }

    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        (self.each)();
        let place = self.groups[group].places[series].clone();
        let mut samples = std::mem::take(&mut self.scratch);
        let read = self.read(place, &mut samples);
        if let Err(error) = read {
            let reason = std::io::Error::other(error.to_string());
            self.failure = Some(error);
            return Err(PartError::Write(reason));
        }
        rows::lay(&self.groups[group].rows, &samples, self.range.start.0, out);
        self.scratch = samples;
        Ok(())
    }
}
