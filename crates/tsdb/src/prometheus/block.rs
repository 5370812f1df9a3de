//! Reading a block: its series in the order of their labels, each with its samples.

use std::ops::ControlFlow;

use model::{TimeRange, Timestamp};
use platform::disk::Disk;

use super::chunk::Sample;
use super::error::Error;
use super::files;
use super::index::{Index, Series};
use super::meta::Meta;
use super::segment::SegmentReader;
use super::tombstones::Tombstones;

/// A block that is open.
pub struct Block<'d> {
    disk: &'d dyn Disk,
    folder: String,
    meta: Meta,
    index: Index,
    tombstones: Tombstones,
}

impl<'d> Block<'d> {
    /// Opens the block in `folder`.
    ///
    /// # Errors
    ///
    /// When a file is missing, or isn't what the format says.
    pub fn open(disk: &'d dyn Disk, folder: &str) -> Result<Self, Error> {
        let path = |name: &str| format!("{folder}/{name}");
        let meta = path("meta.json");
        let meta = Meta::parse(&meta, &files::read(disk, &meta)?)?;
        let index = path("index");
        let index = Index::parse(files::read(disk, &index)?).map_err(|damage| damage.of(&index))?;
        let tombstones = path("tombstones");
        let tombstones = match files::read(disk, &tombstones) {
            Ok(file) => Tombstones::parse(&file).map_err(|damage| damage.of(&tombstones))?,
            Err(Error::Disk(error)) if error.is_missing() => Tombstones::default(),
            Err(error) => return Err(error),
        };
        Ok(Self {
            disk,
            folder: folder.to_owned(),
            meta,
            index,
            tombstones,
        })
    }

    /// What it says of itself.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The numbers of its series, in the order of their labels.
    ///
    /// # Errors
    ///
    /// When the index is damaged.
    pub fn numbers(&self) -> Result<Vec<u64>, Error> {
        self.index.all().map_err(|damage| self.in_index(damage))
    }

    /// The series of a number.
    ///
    /// # Errors
    ///
    /// When the index is damaged.
    pub fn series(&self, number: u64) -> Result<Series, Error> {
        let series = self.index.series(number);
        series.map_err(|damage| self.in_index(damage))
    }

    /// A reader of samples. Series that are read in order are read fastest.
    #[must_use]
    pub fn samples(&self) -> SampleReader<'_> {
        SampleReader {
            segments: SegmentReader::new(self.disk, format!("{}/chunks", self.folder)),
            tombstones: &self.tombstones,
        }
    }

    /// Calls `each` with every series that has samples in `range`, in order, and these samples; until `each` breaks.
    ///
    /// # Errors
    ///
    /// When a file is damaged, or can't be read. What came before was handed out.
    pub fn for_each(
        &self,
        range: TimeRange,
        mut each: impl FnMut(&Series, &[Sample]) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let mut reader = self.samples();
        let mut samples = Vec::new();
        for number in self.numbers()? {
            let series = self.series(number)?;
            samples.clear();
            reader.read(&series, range, &mut samples)?;
            if !samples.is_empty() && each(&series, &samples).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn in_index(&self, damage: super::error::Damage) -> Error {
        damage.of(&format!("{}/index", self.folder))
    }
}

/// Reads samples of a block.
pub struct SampleReader<'b> {
    segments: SegmentReader<'b>,
    tombstones: &'b Tombstones,
}

impl SampleReader<'_> {
    /// Appends the samples of `series` in `range` that were not deleted.
    ///
    /// # Errors
    ///
    /// When a chunk is damaged, or can't be read.
    pub fn read(
        &mut self,
        series: &Series,
        range: TimeRange,
        out: &mut Vec<Sample>,
    ) -> Result<(), Error> {
        let deleted = self.tombstones.of(series.number);
        for place in &series.chunks {
            let span = TimeRange::new(Timestamp(place.min_ms), Timestamp(place.max_ms));
            if !span.overlaps(range) {
                continue;
            }
            self.segments.read(place.reference, |sample| {
                let at = Timestamp(sample.timestamp_ms);
                if range.contains(at) && !deleted.iter().any(|range| range.contains(at)) {
                    out.push(sample);
                }
            })?;
        }
        Ok(())
    }
}
