use std::sync::atomic::Ordering;

use model::{Exemplar, Labels, Metadata, MetricKind, Timestamp};

use super::*;
use crate::conformance;
use crate::{Columns, Hints, Refusal, Sample, Selection, SeriesKey};

fn store(bytes_max: u64, late_window_ms: i64) -> MemoryStore {
    MemoryStore::new(MemoryOptions {
        bytes_max,
        late_window_ms,
        exemplars_max: 3,
    })
}

#[test]
fn keeps_the_contract() {
    conformance::check_all(&|late_window_ms| Box::new(store(1 << 30, late_window_ms)));
    conformance::check_handing_over(&store(1 << 30, 0));
}

fn target() -> Labels {
    Labels::from_pairs([("job", "a")])
}

fn metric(name: &str) -> Labels {
    Labels::from_pairs([("__name__", name)])
}

/// Appends `value` of `names` at each of `times`, by reference after the first time.
fn fill(store: &MemoryStore, names: &[String], times: std::ops::Range<i64>) {
    let mut known = vec![None; names.len()];
    for time in times {
        let mut appender = store.appender();
        appender.row(&target(), Timestamp(time * 1000));
        for (name, known) in names.iter().zip(&mut known) {
            let labels = metric(name);
            let key = known.map_or(SeriesKey::InTarget(&labels), SeriesKey::Known);
            let sample = Sample::float(time as f64);
            let taken = appender.append(key, sample);
            let taken = match taken {
                Err(Refusal::UnknownReference) => {
                    appender.append(SeriesKey::InTarget(&labels), sample)
                }
                taken => taken,
            };
            *known = Some(taken.expect("taken"));
        }
        appender.commit().expect("committed");
    }
}

fn count(store: &MemoryStore) -> usize {
    let querier = store.querier(TimeRange::ALL).expect("a querier");
    let matchers = [Matcher::equal("job", "a")];
    let selection = Selection {
        matchers: &matchers,
        range: TimeRange::ALL,
        hints: Hints::default(),
    };
    let mut columns = Columns::default();
    let mut count = 0;
    for group in querier.select(&selection).expect("groups") {
        group.read(TimeRange::ALL, &mut columns).expect("columns");
        count += columns
            .columns
            .iter()
            .map(|c| c.samples(&columns.timestamps).count())
            .sum::<usize>();
    }
    count
}

#[test]
fn lets_the_oldest_rows_go_at_its_cap() {
    let store = store(200_000, 0);
    let names: Vec<String> = (0..10).map(|n| format!("m{n}")).collect();
    fill(&store, &names, 0..5_000);
    assert!(store.bytes.load(Ordering::Relaxed) <= 200_000);
    let range = store.statistics(1).range.expect("samples");
    assert_eq!(range.end, Timestamp(4_999_000), "the newest stay");
    assert!(range.start > Timestamp(0), "the oldest are gone");
    let rows = (range.end.0 - range.start.0) / 1000 + 1;
    assert_eq!(count(&store), 10 * rows as usize, "and nothing in between");
}

#[test]
fn counts_its_bytes_as_it_goes() {
    let store = store(150_000, 0);
    let names: Vec<String> = (0..10).map(|n| format!("m{n}")).collect();
    fill(&store, &names, 0..3_000);
    let all = [Matcher::equal("job", "a")];
    store.delete(&all, TimeRange::ALL).expect("deleted");
    let rows: u64 = store
        .index()
        .shards()
        .iter()
        .map(|shard| shard.rows().heap_bytes())
        .sum();
    assert_eq!(
        store.bytes.load(Ordering::Relaxed),
        rows,
        "no series is left, so only rows count"
    );
}

#[test]
fn refuses_new_series_when_series_alone_fill_it() {
    let store = store(2_000, 0);
    let mut appender = store.appender();
    appender.row(&target(), Timestamp(0));
    let append = |appender: &mut Box<dyn Appender + '_>, n: usize| {
        appender.append(
            SeriesKey::InTarget(&metric(&format!("m{n}"))),
            Sample::float(1.0),
        )
    };
    let taken = (0..100)
        .take_while(|n| append(&mut appender, *n).is_ok())
        .count();
    assert!((1..100).contains(&taken), "{taken}");
    assert_eq!(append(&mut appender, 100), Err(Refusal::Full));
    assert!(append(&mut appender, 0).is_ok(), "known series go on");
}

#[test]
fn forgets_series_that_were_only_tried() {
    let store = store(1 << 20, 0);
    let mut appender = store.appender();
    appender.row(&target(), Timestamp(0));
    appender
        .append(SeriesKey::InTarget(&metric("x")), Sample::float(1.0))
        .expect("taken");
    drop(appender);
    assert_eq!(store.statistics(1).series, 0);
    assert_eq!(store.bytes.load(Ordering::Relaxed), 0);
}

#[test]
fn keeps_the_newest_exemplars() {
    let store = store(1 << 20, 0);
    for time in 0..5 {
        let labels = Labels::from_pairs([("trace_id", time.to_string())]);
        let exemplar = Exemplar {
            labels,
            value: 1.0,
            timestamp: Timestamp(time),
        };
        let mut appender = store.appender();
        appender.row(&target(), Timestamp(time * 1000));
        let sample = Sample {
            exemplars: &[exemplar.clone(), exemplar],
            ..Sample::float(1.0)
        };
        appender
            .append(SeriesKey::InTarget(&metric("x")), sample)
            .expect("taken");
        appender.commit().expect("committed");
    }
    let querier = store
        .querier(TimeRange::new(Timestamp(3), Timestamp(9)))
        .expect("a querier");
    let found = querier
        .exemplars(&[Matcher::equal("__name__", "x")])
        .expect("exemplars");
    let times: Vec<i64> = found[0]
        .1
        .iter()
        .map(|exemplar| exemplar.timestamp.0)
        .collect();
    assert_eq!((found.len(), times), (1, vec![3, 4]));
}

#[test]
fn a_target_may_change_its_mind_about_a_family() {
    let store = store(1 << 20, 0);
    let mut appender = store.appender();
    let say = |kind| Metadata {
        kind,
        ..Metadata::default()
    };
    for (job, kind) in [
        ("a", MetricKind::Gauge),
        ("b", MetricKind::Gauge),
        ("a", MetricKind::Counter),
    ] {
        appender.row(&Labels::from_pairs([("job", job)]), Timestamp(0));
        appender.metadata("x", &say(kind));
    }
    let found = store.metadata(&|family| family == "x");
    let found: Vec<_> = found
        .iter()
        .map(|f| (f.metadata.kind, f.targets[0].value("job")))
        .collect();
    assert_eq!(
        found,
        [(MetricKind::Gauge, "b"), (MetricKind::Counter, "a")]
    );
}
