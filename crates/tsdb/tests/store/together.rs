//! Many threads at once: each commit is there, whatever is flushed, queried and deleted meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use model::{Labels, Matcher, TimeRange, Timestamp};
use platform::SimulatedDisk;
use storage::{Columns, Hints, Refusal, Sample, Selection, SeriesKey, SeriesRef, Store as _};
use tsdb::store::Retention;
use tsdb::{Store, StoreOptions};

const WRITERS: u64 = 4;
const ROWS: i64 = 60;
const SERIES: usize = 30;

fn labels(name: &str, value: &str) -> Labels {
    Labels::from_pairs([(name, value)])
}

fn write(store: &Store, writer: u64, refused: &AtomicU64) {
    let target = labels("writer", &writer.to_string());
    let mut references: Vec<Option<SeriesRef>> = vec![None; SERIES];
    for row in 0..ROWS {
        let mut appender = store.appender();
        appender.row(&target, Timestamp(row * 1000));
        for (series, reference) in references.iter_mut().enumerate() {
            let sample = Sample::float(row as f64);
            let known = reference.map(|known| appender.append(SeriesKey::Known(known), sample));
            match known {
                Some(Ok(_)) => {}
                None | Some(Err(Refusal::UnknownReference)) => {
                    let own = labels("__name__", &format!("m{series}"));
                    let at = appender.append(SeriesKey::InTarget(&own), sample);
                    *reference = Some(at.expect("a new sample"));
                }
                Some(Err(other)) => panic!("{other}"),
            }
        }
        // All writers send this one; whoever is first is believed.
        let shared = labels("__name__", "shared");
        let value = Sample::float(writer as f64);
        let taken = appender.append(SeriesKey::Whole(&shared), value);
        let late = u64::from(taken.is_err());
        let committed = appender.commit().expect("a commit");
        refused.fetch_add(committed.refused + late, Ordering::Relaxed);
        assert!(committed.samples >= SERIES as u64, "{committed:?}");
    }
}

fn count(store: &Store, matcher: Matcher) -> usize {
    let querier = store.querier(TimeRange::ALL).expect("a querier");
    let selection = Selection {
        matchers: &[matcher],
        range: TimeRange::ALL,
        hints: Hints::default(),
    };
    let mut columns = Columns::default();
    let mut count = 0;
    for group in querier.select(&selection).expect("groups") {
        group.read(TimeRange::ALL, &mut columns).expect("columns");
        let columns = columns
            .columns
            .iter()
            .map(|column| column.samples(&columns.timestamps).count());
        count += columns.sum::<usize>();
    }
    count
}

fn check(store: &Store, refused: u64) {
    for writer in 0..WRITERS {
        let found = count(store, Matcher::equal("writer", writer.to_string()));
        assert_eq!(found, ROWS as usize * SERIES);
    }
    assert_eq!(
        count(store, Matcher::equal("__name__", "shared")),
        ROWS as usize
    );
    assert_eq!(refused, (WRITERS - 1) * ROWS as u64);
}

#[test]
fn every_commit_is_there() {
    let disk = SimulatedDisk::new(9);
    let options = StoreOptions {
        // Time runs fast here.
        retention: Retention::default(),
        ..StoreOptions::usual()
    };
    let (store, _) = Store::open(Arc::new(disk.clone()), options.clone()).expect("a store");
    let refused = AtomicU64::new(0);
    let (store_ref, refused_ref) = (&store, &refused);
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| scope.spawn(move || write(store_ref, writer, refused_ref)))
            .collect();
        scope.spawn(move || {
            let mut now = Timestamp(0);
            while writers.iter().any(|writer| !writer.is_finished()) {
                now = Timestamp(now.0 + 500_000);
                store_ref.maintain(now).expect("maintenance");
                store_ref.merge_due(now).expect("a merge");
                count(store_ref, Matcher::equal("writer", "0"));
                let nothing = [Matcher::equal("__name__", "absent")];
                store_ref
                    .delete(&nothing, TimeRange::ALL)
                    .expect("a deletion");
                let state = store_ref.state();
                assert!(state.syncs <= state.commits);
            }
        });
    });
    check(&store, refused.load(Ordering::Relaxed));
    disk.crash();
    drop(store);
    let (store, _) = Store::open(Arc::new(disk), options).expect("a store");
    store.replay().expect("a replay");
    check(&store, refused.load(Ordering::Relaxed));
}
