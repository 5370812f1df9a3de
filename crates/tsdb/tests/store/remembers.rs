//! What comes beside samples: metadata, exemplars, start times, histograms, through a power cut and through a flush.

use std::sync::Arc;

use model::{
    Exemplar, Histogram, Labels, Matcher, Metadata, MetricKind, TimeRange, Timestamp, Value,
};
use platform::SimulatedDisk;
use storage::{Columns, Hints, Sample, SampleValue, Selection, SeriesKey, Store as _};
use tsdb::{Store, StoreOptions};

fn labels(text: &str) -> Labels {
    let pairs = text
        .split(',')
        .map(|pair| pair.split_once('=').expect("name=value"));
    Labels::from_pairs(pairs)
}

fn open(disk: &SimulatedDisk) -> Store {
    let opened = Store::open(Arc::new(disk.clone()), StoreOptions::usual());
    let (store, _) = opened.expect("a store");
    store.replay().expect("a replay");
    store
}

fn metadata(kind: MetricKind, help: &str) -> Metadata {
    Metadata {
        kind,
        help: help.to_owned(),
        unit: String::new(),
    }
}

fn exemplar(time_ms: i64) -> Exemplar {
    Exemplar {
        labels: labels("trace=abc"),
        value: 0.25,
        timestamp: Timestamp(time_ms),
    }
}

fn histogram() -> Histogram {
    Histogram {
        count: 3.0,
        zero_count: 3.0,
        sum: 0.5,
        ..Histogram::default()
    }
}

fn append(store: &Store, time_ms: i64, start_ms: i64) {
    let mut appender = store.appender();
    appender.row(&labels("job=a"), Timestamp(time_ms));
    let exemplars = [exemplar(time_ms)];
    let counter = Sample {
        start: Some(Timestamp(start_ms)),
        exemplars: &exemplars,
        ..Sample::float(time_ms as f64)
    };
    let native = histogram();
    let histogram = Sample {
        value: SampleValue::Histogram(&native),
        ..Sample::float(0.0)
    };
    let own = labels("__name__=requests_total");
    appender
        .append(SeriesKey::InTarget(&own), counter)
        .expect("a new sample");
    let own = labels("__name__=latency");
    appender
        .append(SeriesKey::InTarget(&own), histogram)
        .expect("a new sample");
    appender.metadata("requests", &metadata(MetricKind::Counter, "How many."));
    appender.metadata("latency", &metadata(MetricKind::Histogram, "How long."));
    appender.commit().expect("a commit");
}

/// Two rows, the counter having begun anew between them.
fn check(store: &Store, when: &str) {
    let said = store.metadata(&|family| family != "nothing");
    let said: Vec<_> = said
        .iter()
        .map(|one| (&*one.family, &one.metadata, &one.targets))
        .collect();
    let targets = vec![labels("job=a")];
    let wanted = [
        (
            "latency",
            &metadata(MetricKind::Histogram, "How long."),
            &targets,
        ),
        (
            "requests",
            &metadata(MetricKind::Counter, "How many."),
            &targets,
        ),
    ];
    assert_eq!(said, wanted, "{when}");

    let querier = store.querier(TimeRange::ALL).expect("a querier");
    let matchers = [Matcher::equal("__name__", "requests_total")];
    let found = querier.exemplars(&matchers).expect("exemplars");
    let series = labels("__name__=requests_total,job=a");
    assert_eq!(
        found,
        [(series, vec![exemplar(1000), exemplar(2000)])],
        "{when}"
    );

    let selection = Selection {
        matchers: &[Matcher::equal("job", "a")],
        range: TimeRange::ALL,
        hints: Hints::default(),
    };
    let mut columns = Columns::default();
    let mut seen = 0;
    for group in querier.select(&selection).expect("groups") {
        group.read(TimeRange::ALL, &mut columns).expect("columns");
        for (number, column) in columns.columns.iter().enumerate() {
            let samples: Vec<(i64, Value)> = column.samples(&columns.timestamps).collect();
            assert_eq!(samples.len(), 2, "{when}");
            let starts = [1000, 2000].map(|time_ms| column.starts.at(time_ms));
            if group.labels().get(number).metric_name() == "requests_total" {
                assert_eq!(starts, [Some(10), Some(1500)], "{when}");
            } else {
                assert_eq!(starts, [None, None], "{when}");
                let wanted = Value::Histogram(Arc::new(histogram()));
                assert!(samples.iter().all(|(_, value)| *value == wanted), "{when}");
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 2, "{when}");
}

#[test]
fn all_that_a_row_says() {
    let disk = SimulatedDisk::new(3);
    let store = open(&disk);
    append(&store, 1000, 10);
    append(&store, 2000, 1500);
    check(&store, "in memory");
    disk.crash();
    drop(store);
    let store = open(&disk);
    check(&store, "from the log");
    store.flush().expect("a flush");
    check(&store, "from a part");
    disk.crash();
    drop(store);
    let store = open(&disk);
    check(&store, "from a part after a start");
}

#[test]
fn a_flush_between_two_rows() {
    let disk = SimulatedDisk::new(4);
    let store = open(&disk);
    append(&store, 1000, 10);
    store.flush().expect("a flush");
    append(&store, 2000, 1500);
    check(&store, "half and half");
    disk.crash();
    drop(store);
    check(&open(&disk), "half and half after a start");
}

/// A target that changes its mind is believed.
#[test]
fn the_newest_word_stands() {
    let disk = SimulatedDisk::new(5);
    let store = open(&disk);
    append(&store, 1000, 10);
    store.flush().expect("a flush");
    let mut appender = store.appender();
    appender.row(&labels("job=a"), Timestamp(2000));
    appender.metadata("requests", &metadata(MetricKind::Counter, "Another."));
    appender.commit().expect("a commit");
    disk.crash();
    drop(store);
    let said = open(&disk).metadata(&|family| family == "requests");
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].metadata.help, "Another.");
}
