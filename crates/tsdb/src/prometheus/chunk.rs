//! Chunks: the samples of one series over a stretch of time, compressed.
//!
//! ```text
//!  1  floats                          read, written        4  floats, second form    read
//!  2  histograms, integer counts      read, written        5, 6  histograms with start times    "unknown chunk encoding"
//!  3  histograms, float counts        read, written
//! ```
//!
//! Decoders take the bytes between encoding and checksum, and call back per sample, so that damaged counts can't make them
//! ask for memory. A [`ChunkBuilder`] takes samples until one does not fit; the caller cuts there and begins the next.
//!
//! A histogram chunk tells once where the buckets lie, so a new layout begins a new chunk. It also tells once what is known of
//! resets: later samples of a chunk are "not reset" by definition, so a reset begins a new chunk too.
//!
//! Format: `docs/formats/prometheus-blocks.md`, "Chunks".

mod histogram;
mod xor;
mod xor2;

#[cfg(test)]
mod tests;

use model::Value;

use self::histogram::HistogramBuilder;
use self::xor::FloatBuilder;
use super::error::{Damage, Fault};

/// Samples per chunk: where Prometheus cuts, and what readers of blocks expect.
pub const CHUNK_SAMPLES_MAX: u16 = 120;

/// One sample of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// When, in milliseconds since 1970.
    pub timestamp_ms: i64,
    /// What.
    pub value: Value,
}

/// How a chunk is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Floats.
    Float,
    /// Histograms with integer counts.
    IntegerHistogram,
    /// Histograms with float counts.
    FloatHistogram,
    /// Floats in the second form, of Prometheus 3.10 and later. Read only.
    Float2,
}

impl Encoding {
    /// By its byte on disk.
    #[must_use]
    pub fn of(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Float),
            2 => Some(Self::IntegerHistogram),
            3 => Some(Self::FloatHistogram),
            4 => Some(Self::Float2),
            _ => None,
        }
    }

    /// Its byte on disk.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Float => 1,
            Self::IntegerHistogram => 2,
            Self::FloatHistogram => 3,
            Self::Float2 => 4,
        }
    }
}

/// Calls `each` with the samples of a chunk; `encoding` is the byte before its data.
///
/// # Errors
///
/// When the encoding is unknown or the data isn't what it says. Samples before that place were handed out.
pub fn decode(encoding: u8, data: &[u8], mut each: impl FnMut(Sample)) -> Result<(), Damage> {
    match Encoding::of(encoding) {
        Some(Encoding::Float) => xor::decode(data, |timestamp_ms, value| {
            each(Sample {
                timestamp_ms,
                value: Value::Float(value),
            });
        }),
        Some(Encoding::Float2) => xor2::decode(data, |timestamp_ms, value| {
            each(Sample {
                timestamp_ms,
                value: Value::Float(value),
            });
        }),
        Some(Encoding::IntegerHistogram) => histogram::decode_integer(data, each),
        Some(Encoding::FloatHistogram) => histogram::decode_float(data, each),
        None => Err(Damage::at(0, Fault::Encoding(encoding))),
    }
}

/// A finished chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// How it is compressed.
    pub encoding: Encoding,
    /// The compressed samples.
    pub data: Vec<u8>,
    /// Time of the first sample.
    pub min_ms: i64,
    /// Time of the last sample.
    pub max_ms: i64,
    /// How many samples.
    pub samples: u16,
}

/// Compresses samples of one series.
#[derive(Clone, Debug)]
pub struct ChunkBuilder {
    form: Form,
    min_ms: i64,
    max_ms: i64,
    samples: u16,
}

#[derive(Clone, Debug)]
enum Form {
    Float(FloatBuilder),
    Histogram(Box<HistogramBuilder>),
}

impl ChunkBuilder {
    /// A chunk that begins with `sample`.
    #[must_use]
    pub fn starting_with(sample: &Sample) -> Self {
        let form = match &sample.value {
            Value::Float(value) => Form::Float(FloatBuilder::new(sample.timestamp_ms, *value)),
            Value::Histogram(histogram) => Form::Histogram(Box::new(HistogramBuilder::new(
                sample.timestamp_ms,
                histogram,
                false,
            ))),
        };
        Self {
            form,
            min_ms: sample.timestamp_ms,
            max_ms: sample.timestamp_ms,
            samples: 1,
        }
    }

    /// Time of its first sample, in milliseconds since 1970.
    #[must_use]
    pub fn min_ms(&self) -> i64 {
        self.min_ms
    }

    /// The chunk after `self`, which begins with `sample`: it may know of a reset between the two.
    #[must_use]
    pub fn following(&self, sample: &Sample) -> Self {
        let mut next = Self::starting_with(sample);
        if let (Form::Histogram(before), Value::Histogram(histogram)) = (&self.form, &sample.value)
            && before.was_reset(histogram)
        {
            let first = HistogramBuilder::new(sample.timestamp_ms, histogram, true);
            next.form = Form::Histogram(Box::new(first));
        }
        next
    }

    /// Takes `sample`, or says that it has to begin the next chunk. Its time is after that of the last one.
    #[must_use]
    pub fn push(&mut self, sample: &Sample) -> bool {
        debug_assert!(sample.timestamp_ms > self.max_ms, "times ascend");
        if self.samples >= CHUNK_SAMPLES_MAX {
            return false;
        }
        let taken = match (&mut self.form, &sample.value) {
            (Form::Float(floats), Value::Float(value)) => {
                floats.push(sample.timestamp_ms, *value);
                true
            }
            (Form::Histogram(histograms), Value::Histogram(histogram)) => {
                histograms.push(sample.timestamp_ms, histogram)
            }
            _ => false,
        };
        if taken {
            self.samples += 1;
            self.max_ms = sample.timestamp_ms;
        }
        taken
    }

    /// The chunk.
    #[must_use]
    pub fn finish(self) -> Chunk {
        let (encoding, mut data) = match self.form {
            Form::Float(floats) => (Encoding::Float, floats.finish()),
            Form::Histogram(histograms) => histograms.finish(),
        };
        data[..2].copy_from_slice(&self.samples.to_be_bytes());
        Chunk {
            encoding,
            data,
            min_ms: self.min_ms,
            max_ms: self.max_ms,
            samples: self.samples,
        }
    }
}
