//! Blocks of ours that Prometheus reads, and blocks of Prometheus that we read.

use model::histogram::Span;
use model::{Histogram, Labels, STALE_NAN, TimeRange, Value};
use platform::disk::Disk as _;
use tsdb::prometheus::chunk::{CHUNK_SAMPLES_MAX, ChunkBuilder};
use tsdb::prometheus::index::Series;
use tsdb::prometheus::{Block, Sample, Ulid};

use crate::oracle::{Prometheus, Scratch, dump, float, histogram, line, lines, promtool, write};

const START_MS: i64 = 1_700_000_000_000;
const STEP_MS: i64 = 15_000;

/// Series of all sorts: long ones, odd values, odd labels, odd times.
fn series() -> Vec<(Labels, Vec<Sample>)> {
    let steady = |count: i64, value: fn(i64) -> f64| {
        let sample = |i: i64| float(START_MS + i * STEP_MS, value(i));
        (0..count).map(sample).collect::<Vec<_>>()
    };
    let odd = [
        0.0,
        -0.0,
        f64::NAN,
        STALE_NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        5e-324,
        1e300,
    ];
    let odd = odd.iter().zip(0..);
    let odd = odd.map(|(value, i)| float(START_MS + i * i * 977 + i, *value));
    let mut series = vec![
        (Labels::from_pairs([("__name__", "odd")]), odd.collect()),
        (
            Labels::from_pairs([("__name__", "text"), ("a", "ü\"\\\n"), ("b", "x")]),
            steady(1, |_| 1.0),
        ),
    ];
    for instance in 0..40 {
        let labels = Labels::from_pairs([
            ("__name__", "requests_total".to_owned()),
            ("instance", format!("host{instance:03}")),
        ]);
        series.push((labels, steady(480, |i| (i * i % 1013) as f64 * 0.25)));
    }
    series.sort_by(|a, b| a.0.cmp(&b.0));
    series
}

#[test]
fn promtool_reads_our_block() {
    let scratch = Scratch::new();
    let series = series();
    let id = write(&scratch, &series);
    let Some(printed) = dump(scratch.path()) else {
        return;
    };
    let mut expected = Vec::new();
    for (labels, samples) in &series {
        for sample in samples {
            if let Value::Float(value) = sample.value {
                expected.push(line(labels, sample.timestamp_ms, value));
            }
        }
    }
    expected.sort();
    assert_eq!(printed, expected);
    let listed = promtool(&["tsdb", "list", scratch.text()]).expect("it is installed");
    assert!(listed.contains(&id.to_string()), "{listed}");
    let analyzed = promtool(&["tsdb", "analyze", "--extended", scratch.text()]);
    let analyzed = analyzed.expect("it is installed");
    assert!(analyzed.contains("Series: 42"), "{analyzed}");
}

#[test]
fn what_we_wrote_is_what_we_read() {
    let scratch = Scratch::new();
    let series = series();
    let id = write(&scratch, &series).to_string();
    let disk = scratch.disk();
    let block = Block::open(&disk, &id).expect("we wrote it");
    let mut expected = series.iter();
    let read = block.for_each(TimeRange::ALL, |read, samples| {
        let (labels, written) = expected.next().expect("no series more");
        assert_eq!(read.labels, *labels);
        let bits = |samples: &[Sample]| -> Vec<(i64, u64)> {
            let bits = |sample: &Sample| match sample.value {
                Value::Float(value) => (sample.timestamp_ms, value.to_bits()),
                Value::Histogram(_) => panic!("floats were written"),
            };
            samples.iter().map(bits).collect()
        };
        assert_eq!(bits(samples), bits(written));
        std::ops::ControlFlow::Continue(())
    });
    read.expect("it is whole");
    assert!(expected.next().is_none());
    assert_eq!(block.meta().counts.series, series.len() as u64);
    // Nothing but the block is left.
    assert_eq!(disk.list("").expect("it is there"), [id]);
}

#[test]
fn we_read_promtools_block() {
    let scratch = Scratch::new();
    let mut text = String::new();
    for instance in 0..7 {
        for i in 0..500_i64 {
            let at = (START_MS / 1000 + i * 15) as f64 + f64::from(instance) * 0.001;
            let value = (i * 7919 % 1000) as f64 / 8.0;
            text.push_str(&format!(
                "m{{instance=\"{instance}\",q=\"ü\\\"\"}} {value} {at:.3}\n"
            ));
        }
    }
    text.push_str("odd NaN 1700000000\nodd -0 1700000001\nodd +Inf 1700000002\nodd 1e-300 1700000003\n# EOF\n");
    let input = scratch.path().join("input.txt");
    #[expect(clippy::disallowed_methods, reason = "input for another program")]
    std::fs::write(&input, text).expect("a file can be written");
    let output = scratch.path().join("data");
    let arguments = ["tsdb", "create-blocks-from", "openmetrics"];
    let input = input.to_str().expect("we named it");
    let folder = output.to_str().expect("we named it");
    if promtool(&[&arguments[..], &[input, folder]].concat()).is_none() {
        return;
    }
    let disk = scratch.disk();
    let mut read = Vec::new();
    for name in disk.list("data").expect("it is there") {
        if Ulid::parse(&name).is_some() {
            let block = Block::open(&disk, &format!("data/{name}")).expect("it is whole");
            read.extend(lines(&block));
            compressed_alike(&block, &scratch, &format!("data/{name}"));
        }
    }
    read.sort();
    assert_eq!(read.len(), 3504);
    assert_eq!(read, dump(&output).expect("it is installed"));
}

/// Compresses every chunk of `block` anew: the bytes are Prometheus' own.
fn compressed_alike(block: &Block<'_>, scratch: &Scratch, folder: &str) {
    #[expect(clippy::disallowed_methods, reason = "another program's file")]
    let segment = std::fs::read(scratch.path().join(folder).join("chunks/000001"));
    let segment = segment.expect("it is there");
    let mut reader = block.samples();
    let mut compared = 0;
    for number in block.numbers().expect("the index is whole") {
        let series = block.series(number).expect("the index is whole");
        for place in &series.chunks {
            let alone = Series {
                chunks: vec![*place],
                ..series.clone()
            };
            let mut samples = Vec::new();
            let read = reader.read(&alone, TimeRange::ALL, &mut samples);
            read.expect("the chunk is whole");
            // The head of Prometheus cuts by time too, and so late at times.
            if samples.len() > usize::from(CHUNK_SAMPLES_MAX) {
                continue;
            }
            compared += 1;
            let mut builder = ChunkBuilder::starting_with(&samples[0]);
            assert!(samples[1..].iter().all(|sample| builder.push(sample)));
            let ours = builder.finish().data;
            // Behind the length, of one or two bytes, and the encoding.
            let offset = place.reference as usize + if ours.len() < 128 { 2 } else { 3 };
            assert_eq!(ours, segment[offset..offset + ours.len()], "{place:?}");
        }
    }
    assert!(compared > 0, "no chunk was compared");
}

pub(crate) fn native(i: i64, integer: bool) -> Histogram {
    let share = if integer { 1.0 } else { 0.5 };
    let counts = [2 + i, 4 + i, 1, 3 * i].map(|n| n as f64 * share);
    Histogram {
        schema: 1,
        zero_threshold: 0.001,
        zero_count: share,
        count: counts.iter().sum::<f64>() + share,
        sum: 17.5 * i as f64,
        positive_spans: vec![
            Span {
                offset: 0,
                length: 2,
            },
            Span {
                offset: 3,
                length: 1,
            },
        ],
        positive_buckets: counts[..3].to_vec(),
        negative_spans: vec![Span {
            offset: -2,
            length: 1,
        }],
        negative_buckets: counts[3..].to_vec(),
        integer,
        ..Histogram::default()
    }
}

#[test]
fn prometheus_answers_from_our_block() {
    let scratch = Scratch::new();
    let at = |i: i64| START_MS + i * STEP_MS;
    let natives = |integer| {
        (0..200)
            .map(|i| histogram(at(i), native(i, integer)))
            .collect()
    };
    let mut series = series();
    series.push((
        Labels::from_pairs([("__name__", "h_float")]),
        natives(false),
    ));
    series.push((
        Labels::from_pairs([("__name__", "h_integer")]),
        natives(true),
    ));
    series.sort_by(|a, b| a.0.cmp(&b.0));
    write(&scratch, &series);
    let Some(prometheus) = Prometheus::start(&scratch) else {
        return;
    };
    let ask = |query: &str, i: i64| {
        let time = at(i) / 1000;
        let answer = prometheus.wait_for(&format!("/api/v1/query?query={query}&time={time}"));
        let answer: serde_json::Value = serde_json::from_str(&answer).expect("it is JSON");
        answer["data"]["result"].clone()
    };
    assert_eq!(ask("count(requests_total)", 479)[0]["value"][1], "40");
    let expected: i64 = (0..480).map(|i| i * i % 1013).sum();
    let expected = (expected as f64 * 0.25).to_string();
    let sums = ask(
        "sum_over_time(requests_total{instance=\"host007\"}[2h])",
        479,
    );
    assert_eq!(sums[0]["value"][1], expected.as_str());
    for (name, integer) in [("h_float", false), ("h_integer", true)] {
        // The last one before, and the first one after a chunk's end.
        for i in [0, 1, 2, 119, 120, 199] {
            let wanted = native(i, integer);
            let read = ask(name, i)[0]["histogram"][1].clone();
            assert_eq!(read["count"], wanted.count.to_string(), "{name} {i}");
            assert_eq!(read["sum"], wanted.sum.to_string(), "{name} {i}");
            let buckets = read["buckets"].as_array().expect("it has buckets");
            let counts: Vec<&str> = buckets.iter().filter_map(|b| b[3].as_str()).collect();
            let mut own = wanted.negative_buckets.clone();
            own.push(wanted.zero_count);
            own.extend(&wanted.positive_buckets);
            own.retain(|count| *count != 0.0);
            let own: Vec<String> = own.iter().map(f64::to_string).collect();
            assert_eq!(counts, own, "{name} {i}");
        }
    }
}

#[test]
fn what_prometheus_deletes_from_our_block_is_gone() {
    let scratch = Scratch::new();
    let id = write(&scratch, &series()).to_string();
    let Some(prometheus) = Prometheus::start(&scratch) else {
        return;
    };
    let end = START_MS / 1000 + 3600;
    let path = "/api/v1/admin/tsdb/delete_series?match[]=";
    let odd_ones = format!("{path}{{instance=~\"host.*[13579]\"}}&end={end}");
    prometheus.post(&odd_ones, &[]);
    prometheus.post(&format!("{path}text"), &[]);
    prometheus.end();

    let disk = scratch.disk();
    let read = lines(&Block::open(&disk, &id).expect("it is whole"));
    assert_eq!(
        read,
        dump(scratch.path()).expect("it comes with prometheus")
    );
    // Of 20 series an hour, both ends included, and of one its only sample.
    assert_eq!(read.len(), 8 + 40 * 480 - 20 * 241);
}
