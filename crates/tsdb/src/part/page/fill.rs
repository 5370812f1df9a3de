//! Filling a page.

use model::Value;

use super::super::chunk::{Chunker, Place, Residuals, Run, is_original};
use super::super::entry::{self, CHUNKS_MAX, Entry, FIRST_RESIDUAL_STREAM, Form};
use super::super::{Level, Sizes, frame, histograms};
use crate::codec::bytes::put_varint;
use crate::codec::{floats, pco, squeezed, stream};

/// Values in a page that is written hot: small, since they are read one series at a time.
const HOT_VALUES: usize = 16 << 10;
/// Values in a page that is written cold.
const COLD_VALUES: usize = 64 << 10;
/// A family with so many residuals in a page has a stream of its own.
const FAMILY_VALUES: usize = 1 << 10;
/// Upper bounds of bits per residual, for the streams of small families: like distributions share one.
const CLASS_BITS: [usize; 9] = [1, 2, 3, 5, 7, 9, 12, 16, 22];

/// Collects chunks until a page is full.
#[derive(Debug)]
pub(in super::super) struct PageWriter {
    level: Level,
    chunker: Chunker,
    entries: Vec<Entry>,
    families: Vec<u32>,
    residuals: Vec<i64>,
    floats: Vec<f64>,
    histograms: Vec<u8>,
    histogram_count: usize,
}

impl PageWriter {
    pub(in super::super) fn new(level: Level) -> Self {
        Self {
            level,
            chunker: Chunker::new(level),
            entries: Vec::new(),
            families: Vec::new(),
            residuals: Vec::new(),
            floats: Vec::new(),
            histograms: Vec::new(),
            histogram_count: 0,
        }
    }

    pub(in super::super) fn chunks(&self) -> usize {
        self.entries.len()
    }

    /// Whether the page should be written before more is added.
    pub(in super::super) fn is_full(&self) -> bool {
        let values_max = match self.level {
            Level::Hot => HOT_VALUES,
            Level::Cold => COLD_VALUES,
        };
        let values = self.residuals.len() + self.floats.len() + self.histogram_count;
        self.entries.len() == CHUNKS_MAX || values >= values_max
    }

    /// Adds a chunk without values.
    pub(in super::super) fn absent(&mut self, place: Place, rows: usize) {
        self.chunker.forget();
        self.push(place, plain(Form::Absent, rows, 0, 0));
    }

    /// Adds floats. Whether other chunks may be duplicates of this one.
    pub(in super::super) fn floats(
        &mut self,
        place: Place,
        run: Run<'_>,
        original: Option<u32>,
    ) -> bool {
        let (entry, residuals) = self.chunker.encode(place, run, original);
        match residuals {
            Residuals::None => {}
            Residuals::Integers(residuals) => self.residuals.extend_from_slice(residuals),
            Residuals::Floats(floats) => self.floats.extend_from_slice(floats),
        }
        let original = is_original(&entry);
        self.push(place, entry);
        original
    }

    /// Adds histograms, or histograms and floats.
    pub(in super::super) fn histograms(
        &mut self,
        place: Place,
        rows: usize,
        first: usize,
        values: &[Value],
        gaps: Vec<(usize, usize)>,
    ) {
        self.chunker.forget();
        for value in values {
            histograms::encode(value, &mut self.histograms);
        }
        self.histogram_count += values.len();
        let entry = plain(Form::Histograms, rows, first, values.len());
        self.push(place, Entry { gaps, ..entry });
    }

    fn push(&mut self, place: Place, entry: Entry) {
        self.entries.push(entry);
        self.families.push(place.family);
    }

    /// Appends the page to `out`, checksum included, and begins the next.
    pub(in super::super) fn flush(&mut self, out: &mut Vec<u8>, sizes: &mut Sizes) {
        let mut page = vec![self.level.tag()];
        let lengths = self.assign_streams();
        let (counts, streams) = self.encode_streams(&lengths);

        let mut directory = Vec::new();
        put_varint(&mut directory, streams.len() as u64);
        for (count, stream) in counts.iter().zip(&streams) {
            put_varint(&mut directory, *count as u64);
            put_varint(&mut directory, stream.len() as u64);
        }
        entry::encode(&self.entries, &mut directory);
        let mut compressed = Vec::new();
        let taken = squeezed::compress(&directory, &mut compressed);
        assert!(taken, "zstd takes any bytes");
        put_varint(&mut page, compressed.len() as u64);
        put_varint(&mut page, directory.len() as u64);
        page.extend_from_slice(&compressed);
        sizes.directory += page.len() + frame::CHECKSUM_BYTES;
        for stream in &streams {
            sizes.values += stream.len();
            page.extend_from_slice(stream);
        }
        frame::seal(&mut page);
        out.extend_from_slice(&page);

        self.entries.clear();
        self.families.clear();
        self.residuals.clear();
        self.floats.clear();
        self.histograms.clear();
        self.histogram_count = 0;
        self.chunker.forget();
    }

    /// Gives each chunk its stream, and says for each stream the lengths of its chunks.
    fn assign_streams(&mut self) -> Vec<Vec<usize>> {
        let family_values = |family: u32| -> usize {
            let all = self.families.iter().zip(&self.entries);
            all.filter(|(other, _)| **other == family)
                .map(|(_, entry)| integers(entry))
                .sum()
        };
        let mut streams: Vec<(Stream, Vec<usize>)> = Vec::new();
        let mut chosen = Vec::with_capacity(self.entries.len());
        let mut start = 0;
        let mut family = (u32::MAX, 0);
        for (entry, own) in self.entries.iter().zip(&self.families) {
            let count = integers(entry);
            if family.0 != *own {
                family = (*own, family_values(*own));
            }
            let residuals = &self.residuals[start..start + count];
            start += count;
            let stream = match self.level {
                Level::Hot => Stream::Class(0),
                Level::Cold if family.1 >= FAMILY_VALUES => Stream::Family(*own),
                Level::Cold => Stream::Class(class(residuals)),
            };
            if count == 0 {
                chosen.push(0);
                continue;
            }
            let index = streams.iter().position(|(other, _)| *other == stream);
            let index = index.unwrap_or_else(|| {
                streams.push((stream, Vec::new()));
                streams.len() - 1
            });
            streams[index].1.push(count);
            chosen.push(FIRST_RESIDUAL_STREAM + index);
        }
        for (entry, stream) in self.entries.iter_mut().zip(chosen) {
            entry.stream = stream;
        }
        streams.into_iter().map(|(_, lengths)| lengths).collect()
    }

    /// Counts and bytes of all streams.
    fn encode_streams(&self, lengths: &[Vec<usize>]) -> (Vec<usize>, Vec<Vec<u8>>) {
        let mut counts = vec![self.floats.len(), self.histogram_count];
        let mut streams = vec![Vec::new(), Vec::new()];
        if !self.floats.is_empty() {
            floats::encode(&self.floats, &mut streams[0]);
        }
        if !self.histograms.is_empty() {
            put_varint(&mut streams[1], self.histograms.len() as u64);
            let taken = squeezed::compress(&self.histograms, &mut streams[1]);
            assert!(taken, "zstd takes any bytes");
        }
        for (index, lengths) in lengths.iter().enumerate() {
            let values = self.residuals_of(FIRST_RESIDUAL_STREAM + index);
            let mut bytes = Vec::new();
            match self.level {
                Level::Hot => stream::encode_hot(&values, lengths, &mut bytes),
                Level::Cold => stream::encode_cold(&values, &mut bytes),
            }
            counts.push(values.len());
            streams.push(bytes);
        }
        (counts, streams)
    }

    fn residuals_of(&self, stream: usize) -> Vec<i64> {
        let mut values = Vec::new();
        let mut start = 0;
        for entry in &self.entries {
            let count = integers(entry);
            if count > 0 && entry.stream == stream {
                values.extend_from_slice(&self.residuals[start..start + count]);
            }
            start += count;
        }
        values
    }
}

/// Which residuals share a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Family(u32),
    Class(usize),
}

fn class(residuals: &[i64]) -> usize {
    let bits = pco::entropy_bits(residuals).div_ceil(residuals.len().max(1));
    CLASS_BITS.partition_point(|bound| *bound < bits)
}

fn integers(entry: &Entry) -> usize {
    match entry.form {
        Form::Decimals { .. } => entry.residuals(),
        _ => 0,
    }
}

fn plain(form: Form, rows: usize, first: usize, length: usize) -> Entry {
    Entry {
        form,
        rows,
        first,
        length,
        stale: Vec::new(),
        gaps: Vec::new(),
        exceptions: Vec::new(),
        stream: 0,
    }
}
