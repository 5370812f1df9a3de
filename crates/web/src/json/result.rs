//! The result of a query, as the whole body of its response.
//!
//! Cut into pieces of about [`PIECE_BYTES`] before anything is written, so that whoever sends the response has them written when they
//! are wanted, by several threads if it likes. A client that reads slowly holds the answer's columns and a few pieces, and one that goes
//! away stops the writing.
//!
//! ```text
//!  {"status":"success","data":{"resultType":"matrix","result":[   head
//!      {"metric":{…},"values":[[t,"v"],…],"histograms":[…]},…     items, from place to place
//!  ],"stats":{…},"explanation":{…}},"warnings":[…],"infos":[…]}    tail
//! ```

use std::ops::Range;

use model::{Histogram, Labels};
use query::{MatrixSeries, Value, VectorSample};

use super::histogram::push_histogram;
use super::number::{push_float, push_plain_float, push_seconds};
use super::points::PointWriter;
use super::text::push_string;
use super::times::Grid;
use crate::limits::PIECE_BYTES;

/// Bytes of a float with its time; mostly less.
const POINT_BYTES: usize = 40;
/// Bytes of a histogram with its time, as far as can be said without a look at it.
const HISTOGRAM_BYTES: usize = 1024;
/// Bytes of an item besides its labels and points.
const ITEM_BYTES: usize = 64;
/// Bytes before the first item and after the last one; mostly less.
const HEAD_BYTES: usize = 128;

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

/// A result that is to be written.
#[derive(Debug)]
pub struct Document {
    value: Value,
    tail: Tail,
    grid: Grid,
}

/// A part of a document. All of them, one behind the other, are the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    from: Place,
    to: Place,
    /// Between them, as estimated; mostly more than there are.
    bytes: usize,
}

/// Before an item of a document, or among its points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    /// A series or a sample; as many as there are is the end.
    item: usize,
    /// How many points of the series lie before: floats first, then histograms. Never all of them.
    point: usize,
}

impl Document {
    /// Takes the value out of an answer.
    #[must_use]
    pub fn new(value: Value, tail: Tail) -> Self {
        let grid = match &value {
            Value::Matrix(series) => Grid::of(series),
            Value::Scalar(..) | Value::String(..) | Value::Vector(..) => Grid::default(),
        };
        Self { value, tail, grid }
    }

    /// The first piece; mostly it is the only one.
    #[must_use]
    pub fn first(&self) -> Piece {
        self.cut(Place::default())
    }

    /// The piece after another; none after the last one.
    #[must_use]
    pub fn after(&self, piece: Piece) -> Option<Piece> {
        (piece.to != self.end()).then(|| self.cut(piece.to))
    }

    /// Writes a piece.
    #[must_use]
    pub fn write(&self, piece: Piece) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_to(piece, &mut out);
        out
    }

    /// Replaces what is in `out` by a piece.
    pub fn write_to(&self, piece: Piece, out: &mut Vec<u8>) {
        let Piece { from, to, bytes } = piece;
        out.clear();
        out.reserve_exact(bytes + HEAD_BYTES);
        if from == Place::default() {
            write_head(out, &self.value);
        }
        match &self.value {
            Value::Scalar(..) | Value::String(..) => {}
            Value::Vector(time, samples) => {
                for (item, sample) in items(samples, from.item..to.item) {
                    open_item(out, item, &sample.labels);
                    write_sample(out, time.0, &sample.value);
                }
            }
            Value::Matrix(series) => self.write_matrix(out, series, piece),
        }
        if to == self.end() {
            write_tail(out, &self.tail);
        }
    }

    fn end(&self) -> Place {
        let items = match &self.value {
            Value::Scalar(..) | Value::String(..) => 0,
            Value::Vector(_, samples) => samples.len(),
            Value::Matrix(series) => series.len(),
        };
        Place {
            item: items,
            point: 0,
        }
    }

    /// The piece that begins at a place. It ends where its bytes, as estimated, would be too many.
    fn cut(&self, from: Place) -> Piece {
        let mut to = from;
        let mut bytes = 0;
        match &self.value {
            Value::Scalar(..) | Value::String(..) => {}
            Value::Vector(_, samples) => {
                while bytes < PIECE_BYTES && to.item < samples.len() {
                    bytes += sample_bytes(&samples[to.item]);
                    to.item += 1;
                }
            }
            Value::Matrix(all) => {
                while bytes < PIECE_BYTES && to.item < all.len() {
                    to = advance(&all[to.item], to, &mut bytes);
                }
            }
        }
        Piece { from, to, bytes }
    }

    fn write_matrix(&self, out: &mut Vec<u8>, all: &[MatrixSeries], piece: Piece) {
        let Piece { from, to, .. } = piece;
        let mut writer = PointWriter::new();
        let end = to.item + usize::from(to.point > 0);
        for (item, series) in items(all, from.item..end) {
            let start = if item == from.item { from.point } else { 0 };
            let end = if item == to.item {
                to.point
            } else {
                points(series)
            };
            if start == 0 {
                open_item(out, item, &series.labels);
            }
            self.write_floats(out, series, start..end, &mut writer);
            write_histograms(out, series, start..end);
            if end == points(series) {
                out.push(b'}');
            }
        }
    }

    /// Those of the points that are floats.
    fn write_floats(
        &self,
        out: &mut Vec<u8>,
        series: &MatrixSeries,
        points: Range<usize>,
        writer: &mut PointWriter,
    ) {
        let floats = points.start..points.end.min(series.floats.len());
        if floats.is_empty() {
            return;
        }
        let is_first = floats.start == 0;
        if is_first {
            out.extend_from_slice(b",\"values\":[");
        }
        let values = &series.floats[floats.clone()];
        if let Some(texts) = self.grid.own(&series.float_times) {
            writer.push(out, is_first, texts[floats.clone()].iter().copied(), values);
        } else {
            let texts = self.grid.find(&series.float_times[floats.clone()]);
            writer.push(out, is_first, texts, values);
        }
        if floats.end == series.floats.len() {
            out.extend_from_slice(b"\"]]");
        }
    }
}

/// Items with their numbers.
fn items<T>(all: &[T], range: Range<usize>) -> impl Iterator<Item = (usize, &T)> {
    range.clone().zip(&all[range])
}

/// How many points a series has.
fn points(series: &MatrixSeries) -> usize {
    series.floats.len() + series.histograms.len()
}

fn sample_bytes(sample: &VectorSample) -> usize {
    let value = match &sample.value {
        model::Value::Float(_) => POINT_BYTES,
        model::Value::Histogram(_) => HISTOGRAM_BYTES,
    };
    ITEM_BYTES + sample.labels.size_bytes() + value
}

/// Goes on in a series, at least by a point, and as far as there is room.
fn advance(series: &MatrixSeries, at: Place, bytes: &mut usize) -> Place {
    if at.point == 0 {
        *bytes += ITEM_BYTES + series.labels.size_bytes();
    }
    let floats = series.floats.len().saturating_sub(at.point);
    let mut point = at.point;
    for (count, each) in [(floats, POINT_BYTES), (usize::MAX, HISTOGRAM_BYTES)] {
        let count = count.min(points(series) - point);
        let room = PIECE_BYTES.saturating_sub(*bytes);
        let fitting = count.min(room.div_ceil(each));
        point += fitting;
        *bytes += fitting * each;
    }
    let point = point.max(at.point + 1);
    if point < points(series) {
        return Place { point, ..at };
    }
    Place {
        item: at.item + 1,
        point: 0,
    }
}

fn write_head(out: &mut Vec<u8>, value: &Value) {
    let kind = match value {
        Value::Scalar(..) => "scalar",
        Value::String(..) => "string",
        Value::Vector(..) => "vector",
        Value::Matrix(..) => "matrix",
    };
    out.extend_from_slice(b"{\"status\":\"success\",\"data\":{\"resultType\":");
    push_string(out, kind);
    out.extend_from_slice(b",\"result\":[");
    match value {
        Value::Scalar(time, value) => {
            push_plain_float(out, time.seconds());
            out.extend_from_slice(b",\"");
            push_plain_float(out, *value);
            out.push(b'"');
        }
        Value::String(time, text) => {
            push_plain_float(out, time.seconds());
            out.push(b',');
            push_string(out, text);
        }
        Value::Vector(..) | Value::Matrix(_) => {}
    }
}

/// Opens an item with its labels, and leaves it open.
fn open_item(out: &mut Vec<u8>, item: usize, labels: &Labels) {
    if item > 0 {
        out.push(b',');
    }
    out.extend_from_slice(b"{\"metric\":");
    push_labels(out, labels);
}

/// Closes the item too.
fn write_sample(out: &mut Vec<u8>, time_ms: i64, value: &model::Value) {
    match value {
        model::Value::Float(value) => {
            out.extend_from_slice(b",\"value\":[");
            push_seconds(out, time_ms);
            out.extend_from_slice(b",\"");
            push_float(out, *value);
            out.extend_from_slice(b"\"]");
        }
        model::Value::Histogram(histogram) => {
            out.extend_from_slice(b",\"histogram\":");
            push_histogram_point(out, time_ms, histogram);
        }
    }
    out.push(b'}');
}

/// Those of the points that are histograms.
fn write_histograms(out: &mut Vec<u8>, series: &MatrixSeries, points: Range<usize>) {
    let floats = series.floats.len();
    for index in points.start.saturating_sub(floats)..points.end.saturating_sub(floats) {
        out.extend_from_slice(if index == 0 {
            b",\"histograms\":["
        } else {
            b","
        });
        push_histogram_point(
            out,
            series.histogram_times[index],
            &series.histograms[index],
        );
        if index + 1 == series.histograms.len() {
            out.push(b']');
        }
    }
}

fn write_tail(out: &mut Vec<u8>, tail: &Tail) {
    out.push(b']');
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

fn push_histogram_point(out: &mut Vec<u8>, time_ms: i64, histogram: &Histogram) {
    out.push(b'[');
    push_seconds(out, time_ms);
    out.push(b',');
    push_histogram(out, histogram);
    out.push(b']');
}

#[cfg(test)]
mod tests;
