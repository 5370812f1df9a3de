//! The result of a query, as the whole body of its response.
//!
//! Written on demand in pieces of [`CHUNK_BYTES`]: whoever sends the response asks for the next piece when the last one
//! is gone. So a client that reads slowly holds the answer's columns and nothing else, no thread and no rendered text,
//! and a client that goes away stops the writing.
//!
//! ```text
//!  {"status":"success","data":{"resultType":"matrix","result":[   head
//!      {"metric":{…},"values":[[t,"v"],…],"histograms":[…]},…     one series after the other, from a cursor
//!  ],"stats":{…},"explanation":{…}},"warnings":[…],"infos":[…]}    tail
//! ```

use std::collections::VecDeque;

use model::{Histogram, Labels, Timestamp};
use query::{MatrixSeries, Value, VectorSample};

use super::histogram::push_histogram;
use super::number::{push_float, push_plain_float, push_seconds};
use super::text::push_string;
use super::times::Times;
use crate::limits::CHUNK_BYTES;

/// What stands behind the result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tail {
    /// The object of `stats`, rendered, if it was asked for.
    pub stats: Option<Vec<u8>>,
    /// The object of `explanation`, rendered, if it was asked for.
    pub explanation: Option<Vec<u8>>,
    /// What may be wrong.
    pub warnings: Vec<String>,
    /// What may not be meant.
    pub infos: Vec<String>,
}

/// Writes a result, piece by piece. As an iterator it yields pieces of at least [`CHUNK_BYTES`], but for the last one.
#[derive(Debug)]
pub struct ResultWriter {
    stage: Stage,
    tail: Tail,
    times: Times,
}

#[derive(Debug)]
enum Stage {
    Head(Value),
    Vector(Timestamp, VecDeque<VectorSample>),
    Matrix(VecDeque<MatrixSeries>, Cursor),
    Tail,
    Done,
}

/// How much of the first series has been written.
#[derive(Clone, Copy, Debug, Default)]
struct Cursor {
    /// Whether a series was written before it.
    later: bool,
    /// Whether its labels have been.
    labels: bool,
    floats: usize,
    histograms: usize,
}

impl ResultWriter {
    /// Takes the value out of an answer.
    #[must_use]
    pub fn new(value: Value, tail: Tail) -> Self {
        Self {
            stage: Stage::Head(value),
            tail,
            times: Times::default(),
        }
    }

    /// Appends to `out` until that holds [`CHUNK_BYTES`] or everything is written.
    pub fn write(&mut self, out: &mut Vec<u8>) {
        while out.len() < CHUNK_BYTES {
            self.stage = match std::mem::replace(&mut self.stage, Stage::Done) {
                Stage::Head(value) => write_head(out, value),
                Stage::Vector(time, samples) => write_vector(out, time, samples),
                Stage::Matrix(series, cursor) => write_matrix(out, series, cursor, &mut self.times),
                Stage::Tail => {
                    write_tail(out, &self.tail);
                    Stage::Done
                }
                Stage::Done => return,
            };
        }
    }

    /// Whether everything is written.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done)
    }
}

impl Iterator for ResultWriter {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.is_done() {
            return None;
        }
        // Room for the sample or label set that crosses the mark, mostly.
        let mut out = Vec::with_capacity(CHUNK_BYTES + 1024);
        self.write(&mut out);
        Some(out)
    }
}

fn write_head(out: &mut Vec<u8>, value: Value) -> Stage {
    out.extend_from_slice(b"{\"status\":\"success\",\"data\":{\"resultType\":\"");
    match value {
        Value::Scalar(time, value) => {
            out.extend_from_slice(b"scalar\",\"result\":[");
            push_plain_float(out, time.seconds());
            out.extend_from_slice(b",\"");
            push_plain_float(out, value);
            out.extend_from_slice(b"\"]");
            Stage::Tail
        }
        Value::String(time, text) => {
            out.extend_from_slice(b"string\",\"result\":[");
            push_plain_float(out, time.seconds());
            out.push(b',');
            push_string(out, &text);
            out.push(b']');
            Stage::Tail
        }
        Value::Vector(time, samples) => {
            out.extend_from_slice(b"vector\",\"result\":[");
            Stage::Vector(time, samples.into())
        }
        Value::Matrix(series) => {
            out.extend_from_slice(b"matrix\",\"result\":[");
            Stage::Matrix(series.into(), Cursor::default())
        }
    }
}

fn write_vector(out: &mut Vec<u8>, time: Timestamp, mut samples: VecDeque<VectorSample>) -> Stage {
    while let Some(sample) = samples.pop_front() {
        push_metric(out, &sample.labels);
        match &sample.value {
            model::Value::Float(value) => {
                out.extend_from_slice(b",\"value\":");
                push_float_point(out, time.0, *value);
            }
            model::Value::Histogram(histogram) => {
                out.extend_from_slice(b",\"histogram\":");
                push_histogram_point(out, time.0, histogram);
            }
        }
        out.push(b'}');
        if samples.is_empty() {
            break;
        }
        out.push(b',');
        if out.len() >= CHUNK_BYTES {
            return Stage::Vector(time, samples);
        }
    }
    out.push(b']');
    Stage::Tail
}

fn write_matrix(
    out: &mut Vec<u8>,
    mut all: VecDeque<MatrixSeries>,
    mut at: Cursor,
    times: &mut Times,
) -> Stage {
    while let Some(series) = all.front() {
        if write_series(out, series, &mut at, times) {
            all.pop_front();
            at = Cursor {
                later: true,
                ..Cursor::default()
            };
        }
        if out.len() >= CHUNK_BYTES {
            return Stage::Matrix(all, at);
        }
    }
    out.push(b']');
    Stage::Tail
}

/// Writes on from the cursor; true when the series is finished.
fn write_series(
    out: &mut Vec<u8>,
    series: &MatrixSeries,
    at: &mut Cursor,
    times: &mut Times,
) -> bool {
    if !at.labels {
        if at.later {
            out.push(b',');
        }
        push_metric(out, &series.labels);
        at.labels = true;
        times.rewind();
    }
    let floats = series.float_times.iter().zip(&series.floats);
    for (time, value) in floats.skip(at.floats) {
        if out.len() >= CHUNK_BYTES {
            return false;
        }
        out.extend_from_slice(if at.floats == 0 {
            b",\"values\":["
        } else {
            b","
        });
        times.open_point(out, *time);
        push_float(out, *value);
        out.extend_from_slice(b"\"]");
        at.floats += 1;
        if at.floats == series.floats.len() {
            out.push(b']');
        }
    }
    let histograms = series.histogram_times.iter().zip(&series.histograms);
    for (time, histogram) in histograms.skip(at.histograms) {
        if out.len() >= CHUNK_BYTES {
            return false;
        }
        out.extend_from_slice(if at.histograms == 0 {
            b",\"histograms\":["
        } else {
            b","
        });
        push_histogram_point(out, *time, histogram);
        at.histograms += 1;
        if at.histograms == series.histograms.len() {
            out.push(b']');
        }
    }
    out.push(b'}');
    true
}

fn write_tail(out: &mut Vec<u8>, tail: &Tail) {
    for (name, rendered) in [("stats", &tail.stats), ("explanation", &tail.explanation)] {
        if let Some(rendered) = rendered {
            out.push(b',');
            push_string(out, name);
            out.push(b':');
            out.extend_from_slice(rendered);
        }
    }
    out.push(b'}');
    for (name, texts) in [("warnings", &tail.warnings), ("infos", &tail.infos)] {
        if texts.is_empty() {
            continue;
        }
        out.push(b',');
        push_string(out, name);
        out.extend_from_slice(b":[");
        for (index, text) in texts.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            push_string(out, text);
        }
        out.push(b']');
    }
    out.push(b'}');
}

/// Opens an item with its labels, and leaves it open.
fn push_metric(out: &mut Vec<u8>, labels: &Labels) {
    out.extend_from_slice(b"{\"metric\":");
    push_labels(out, labels);
}

/// Writes a label set as an object.
pub fn push_labels(out: &mut Vec<u8>, labels: &Labels) {
    out.push(b'{');
    for (index, (name, value)) in labels.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_string(out, name);
        out.push(b':');
        push_string(out, value);
    }
    out.push(b'}');
}

#[inline]
fn push_float_point(out: &mut Vec<u8>, time_ms: i64, value: f64) {
    out.push(b'[');
    push_seconds(out, time_ms);
    out.extend_from_slice(b",\"");
    push_float(out, value);
    out.extend_from_slice(b"\"]");
}

fn push_histogram_point(out: &mut Vec<u8>, time_ms: i64, histogram: &Histogram) {
    out.push(b'[');
    push_seconds(out, time_ms);
    out.push(b',');
    push_histogram(out, histogram);
    out.push(b']');
}

#[cfg(test)]
mod tests;
