//! The log of a Prometheus that was written to.

use std::collections::{BTreeMap, BTreeSet};

use model::histogram::ResetHint;
use model::{Exemplar, Histogram, Labels, TimeRange, Value};
use platform::disk::SystemDisk;
use tsdb::prometheus::Sample;
use tsdb::prometheus::chunk::{self, CHUNK_SAMPLES_MAX, ChunkBuilder, Encoding};
use tsdb::prometheus::data::{self, Head};
use tsdb::prometheus::head_chunks::{self, HeadChunk};
use tsdb::prometheus::record::Record;
use tsdb::prometheus::wal::{self, End};

use crate::blocks::native;
use crate::oracle::{Prometheus, Scratch, dump, float, line, lines, write};

const START_MS: i64 = 1_700_000_000_000;
/// So wide that less than 120 samples lie in a block of two hours: there the server cuts.
const STEP_MS: i64 = 60_000;

/// All there is in a log.
pub(crate) struct Log {
    pub(crate) end: End,
    pub(crate) exemplars: Vec<Exemplar>,
    pub(crate) samples: Vec<(Labels, i64, Value)>,
}

impl Log {
    /// Floats as lines of the dump.
    pub(crate) fn lines(&self) -> Vec<String> {
        let float = |(labels, at, value): &(Labels, i64, Value)| match value {
            Value::Float(value) => Some(line(labels, *at, *value)),
            Value::Histogram(_) => None,
        };
        let mut lines: Vec<String> = self.samples.iter().filter_map(float).collect();
        lines.sort();
        lines
    }
}

pub(crate) fn read(disk: &SystemDisk) -> Log {
    let mut series: BTreeMap<u64, Labels> = BTreeMap::new();
    let (mut samples, mut exemplars) = (Vec::new(), Vec::new());
    let end = wal::read(disk, "wal", |record| match record {
        Record::Series(new) => series.extend(new),
        Record::Samples(new) => samples.extend(new.into_iter().map(|sample| {
            let labels = series[&sample.series].clone();
            (labels, sample.timestamp_ms, sample.value)
        })),
        Record::Exemplars(new) => exemplars.extend(new.into_iter().map(|(_, exemplar)| exemplar)),
        other => panic!("nobody wrote this: {other:?}"),
    });
    Log {
        end: end.expect("the log is whole"),
        exemplars,
        samples,
    }
}

/// Fields of protobuf, as remote write has them.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn number(mut self, field: u8, value: u64) -> Self {
        self.0.push(field << 3);
        self.varint(value);
        self
    }

    fn float(mut self, field: u8, value: f64) -> Self {
        self.0.push(field << 3 | 1);
        self.0.extend(value.to_le_bytes());
        self
    }

    fn bytes(mut self, field: u8, bytes: &[u8]) -> Self {
        self.0.push(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
        self
    }

    fn signed(self, field: u8, value: i64) -> Self {
        self.number(field, (value << 1 ^ value >> 63) as u64)
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

fn label(name: &str, value: &str) -> Vec<u8> {
    let label = Message::default().bytes(1, name.as_bytes());
    label.bytes(2, value.as_bytes()).0
}

/// A histogram of the remote write protocol.
fn histogram(at_ms: i64, h: &Histogram) -> Vec<u8> {
    let mut message = Message::default()
        .float(3, h.sum)
        .signed(4, i64::from(h.schema))
        .float(5, h.zero_threshold);
    message = if h.integer {
        message
            .number(1, h.count as u64)
            .number(6, h.zero_count as u64)
    } else {
        message.float(2, h.count).float(7, h.zero_count)
    };
    let sides = [
        (8, &h.negative_spans, &h.negative_buckets),
        (11, &h.positive_spans, &h.positive_buckets),
    ];
    for (field, spans, buckets) in sides {
        for span in spans {
            let span = Message::default()
                .signed(1, i64::from(span.offset))
                .number(2, u64::from(span.length));
            message = message.bytes(field, &span.0);
        }
        let mut before = 0.0;
        for bucket in buckets {
            message = if h.integer {
                message.signed(field + 1, (bucket - before) as i64)
            } else {
                message.float(field + 2, *bucket)
            };
            before = *bucket;
        }
    }
    message.number(15, at_ms as u64).0
}

fn series(name: &str, field: u8, entries: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let start = Message::default().bytes(1, &label("__name__", name));
    entries
        .fold(start, |series, entry| series.bytes(field, &entry))
        .0
}

#[test]
fn the_log_of_a_server_is_read() {
    let scratch = Scratch::new();
    let Some(prometheus) = Prometheus::start(&scratch) else {
        return;
    };
    let at = |i: i64| START_MS + i * STEP_MS;
    let value = |i: i64| [0.1 * i as f64, -0.0, f64::NAN, 1e300][i as usize % 4];
    let floats = (0..170).map(|i| {
        Message::default()
            .float(1, value(i))
            .number(2, at(i) as u64)
            .0
    });
    let histograms = |integer| (0..170).map(move |i| histogram(at(i), &native(i, integer)));
    let exemplar = Message::default()
        .bytes(1, &label("trace_id", "abc"))
        .float(2, 0.25)
        .number(3, at(7) as u64);
    let request = Message::default()
        .bytes(1, &series("floats", 2, floats))
        .bytes(1, &series("h_float", 4, histograms(false)))
        .bytes(1, &series("h_integer", 4, histograms(true)))
        .bytes(1, &series("exemplary", 3, [exemplar.0].into_iter()));
    let body = snap::raw::Encoder::new()
        .compress_vec(&request.0)
        .expect("it is short");
    prometheus.post("/api/v1/write", &body);
    // Ended in order, so that full chunks are written.
    prometheus.end();

    check_full_chunks(&scratch, |i| value(i).to_bits());
    check_head(&scratch);
    let log = read(&scratch.disk());
    assert_eq!(log.end.torn, None);
    assert_eq!(
        log.lines(),
        dump(scratch.path()).expect("it comes with prometheus")
    );
    assert_eq!(log.lines().len(), 170);
    for (name, integer) in [("h_float", false), ("h_integer", true)] {
        let read = log
            .samples
            .iter()
            .filter(|sample| sample.0.metric_name() == name);
        let read: Vec<_> = read.map(|sample| (sample.1, &sample.2)).collect();
        assert_eq!(read.len(), 170, "{name}");
        for ((read_ms, read), i) in read.into_iter().zip(0..) {
            let Value::Histogram(read) = read else {
                panic!("a histogram was written")
            };
            assert_eq!((read_ms, &**read), (at(i), &native(i, integer)));
        }
    }
}

/// The chunks that the server has filled hold what was sent, from the first sample on.
fn check_full_chunks(scratch: &Scratch, value_bits: impl Fn(i64) -> u64) {
    let (mut floats, mut histograms) = (0, BTreeMap::new());
    let mut compared = BTreeSet::new();
    let torn = head_chunks::read(&scratch.disk(), "chunks_head", |chunk| {
        let mut samples = Vec::new();
        let decoded = chunk::decode(chunk.encoding, chunk.data, |sample| {
            samples.push(sample.clone());
            let i = (sample.timestamp_ms - START_MS) / STEP_MS;
            match sample.value {
                Value::Float(value) => {
                    assert_eq!(value.to_bits(), value_bits(i), "{i}");
                    floats += 1;
                }
                Value::Histogram(read) => {
                    let mut read = Histogram::clone(&read);
                    let first = sample.timestamp_ms == chunk.min_ms;
                    let not_reset = read.reset_hint == ResetHint::NotReset;
                    assert!(first || not_reset, "{:?}", read.reset_hint);
                    read.reset_hint = ResetHint::Unknown;
                    assert_eq!(read, native(i, read.integer));
                    *histograms.entry(read.integer).or_insert(0) += 1;
                }
            }
        });
        decoded.expect("the chunk is whole");
        let last_ms = samples.last().map(|sample| sample.timestamp_ms);
        assert_eq!((last_ms, chunk.late), (Some(chunk.max_ms), false));
        // The server cuts by time too, and so late at times.
        if samples.len() <= usize::from(CHUNK_SAMPLES_MAX) {
            compressed_alike(&chunk, &samples);
            compared.insert(chunk.encoding);
        }
    });
    assert_eq!(torn.expect("there are chunks"), None);
    assert_eq!(compared.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
    assert!(floats > 50, "{floats} floats");
    assert!(
        histograms.len() == 2 && histograms.values().all(|count| *count > 50),
        "{histograms:?}"
    );
}

/// Compressed by us, the samples are the same bytes: but for what is said of resets, which the server found out and we weren't told.
fn compressed_alike(theirs: &HeadChunk<'_>, samples: &[Sample]) {
    const RESETS: usize = 2;
    let mut builder = ChunkBuilder::starting_with(&samples[0]);
    assert!(samples[1..].iter().all(|sample| builder.push(sample)));
    let mut ours = builder.finish();
    assert_eq!(ours.encoding.byte(), theirs.encoding);
    if ours.encoding != Encoding::Float {
        ours.data[RESETS] = theirs.data[RESETS];
    }
    assert_eq!(ours.data, theirs.data);
}

/// The head is what promtool dumps, and has the histograms that it doesn't.
fn check_head(scratch: &Scratch) {
    let head = Head::read(&scratch.disk(), i64::MIN).expect("it is whole");
    let (mut lines, mut histograms) = (Vec::new(), 0);
    let mut last: Option<Labels> = None;
    let read = head.for_each(TimeRange::ALL, |labels, samples| {
        assert!(
            last.replace(labels.clone())
                .is_none_or(|last| last < *labels)
        );
        for sample in samples {
            match sample.value {
                Value::Float(value) => lines.push(line(labels, sample.timestamp_ms, value)),
                Value::Histogram(_) => histograms += 1,
            }
        }
    });
    read.expect("it is whole");
    lines.sort();
    assert_eq!(
        lines,
        dump(scratch.path()).expect("it comes with prometheus")
    );
    assert_eq!((histograms, head.strays), (340, 0));
}

#[test]
fn blocks_and_head_are_what_a_server_has() {
    let scratch = Scratch::new();
    let hour_ms = 3_600_000;
    let old = (0..120)
        .map(|i| float(START_MS + i * STEP_MS, i as f64))
        .collect();
    write(
        &scratch,
        &[(Labels::from_pairs([("__name__", "grown")]), old)],
    );
    let Some(prometheus) = Prometheus::start(&scratch) else {
        return;
    };
    let at = |i: i64| (START_MS + 2 * hour_ms + i * STEP_MS) as u64;
    let new = (0..50).map(|i| Message::default().float(1, i as f64).number(2, at(i)).0);
    let request = Message::default().bytes(1, &series("grown", 2, new));
    let body = snap::raw::Encoder::new().compress_vec(&request.0);
    prometheus.post("/api/v1/write", &body.expect("it is short"));
    prometheus.end();

    let disk = scratch.disk();
    let blocks = data::blocks(&disk).expect("they are whole");
    let mut read: Vec<String> = blocks.iter().flat_map(lines).collect();
    assert_eq!(read.len(), 120);
    let end_ms = blocks.iter().map(|block| block.meta().end_ms).max();
    let head = Head::read(&disk, end_ms.expect("there is a block")).expect("it is whole");
    let told = head.for_each(TimeRange::ALL, |labels, samples| {
        for sample in samples {
            if let Value::Float(value) = sample.value {
                read.push(line(labels, sample.timestamp_ms, value));
            }
        }
    });
    told.expect("it is whole");
    read.sort();
    assert_eq!(read.len(), 170);
    assert_eq!(
        read,
        dump(scratch.path()).expect("it comes with prometheus")
    );
}
