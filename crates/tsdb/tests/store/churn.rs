//! Series and targets that come and go: memory goes with them, and nobody who stays notices.

use std::sync::Arc;

use model::{Labels, Matcher, TimeRange, Timestamp};
use platform::SimulatedDisk;
use storage::{Columns, Hints, Refusal, Sample, Selection, SeriesKey, SeriesRef, Store as _};
use tsdb::{Store, StoreOptions};

const SERIES: usize = 400;
const ROUNDS: i64 = 12;

fn open() -> Store {
    let disk = Arc::new(SimulatedDisk::new(7));
    Store::open(disk, StoreOptions::usual()).expect("a store").0
}

fn metric(name: &str) -> Labels {
    Labels::from_pairs([("__name__", name)])
}

fn target(number: i64) -> Labels {
    Labels::from_pairs([("pod", number.to_string())])
}

fn count(store: &Store, matcher: Matcher) -> usize {
    let range = TimeRange::ALL;
    let querier = store.querier(range).expect("a querier");
    let selection = Selection {
        matchers: &[matcher],
        range,
        hints: Hints::default(),
    };
    let mut columns = Columns::default();
    let mut count = 0;
    for group in querier.select(&selection).expect("groups") {
        group.read(range, &mut columns).expect("columns");
        let samples = columns
            .columns
            .iter()
            .map(|column| column.samples(&columns.timestamps).count());
        count += samples.sum::<usize>();
    }
    count
}

/// Appends a sample by a reference if there is one and it is still good, else by labels.
fn append(
    appender: &mut dyn storage::Appender,
    reference: &mut Option<SeriesRef>,
    own: &Labels,
    value: f64,
) {
    let sample = Sample::float(value);
    let known = reference.map(|known| appender.append(SeriesKey::Known(known), sample));
    let at = match known {
        Some(Ok(at)) => at,
        None | Some(Err(Refusal::UnknownReference)) => appender
            .append(SeriesKey::InTarget(own), sample)
            .expect("a new sample"),
        Some(Err(other)) => panic!("{other}"),
    };
    *reference = Some(at);
}

/// One target shows other series each time, and one that stays. A commit is under way during each flush.
#[test]
fn series_of_a_target_that_stays() {
    let store = open();
    let (own, labels) = (metric("stays"), target(0));
    let mut reference = None;
    let mut bytes = Vec::new();
    for round in 0..ROUNDS {
        let mut appender = store.appender();
        appender.row(&labels, Timestamp(round * 1000));
        append(&mut *appender, &mut reference, &own, round as f64);
        for series in 0..SERIES {
            let own = metric(&format!("comes_and_goes_{round}_{series}"));
            append(&mut *appender, &mut None, &own, 1.0);
        }
        store.flush().expect("a flush");
        let committed = appender.commit().expect("a commit");
        assert_eq!(
            (committed.samples, committed.refused),
            (SERIES as u64 + 1, 0)
        );
        let state = store.state();
        assert!(
            state.head_series <= 4 * SERIES as u64,
            "{}",
            state.head_series
        );
        bytes.push(state.head_bytes);
    }
    assert!(bytes[ROUNDS as usize - 1] < 2 * bytes[3], "{bytes:?}");
    assert_eq!(
        count(&store, Matcher::equal("__name__", "stays")),
        ROUNDS as usize
    );
    assert_eq!(
        count(&store, Matcher::equal("pod", "0")),
        ROUNDS as usize * (SERIES + 1)
    );
}

/// Targets come and go, each with its series.
#[test]
fn targets() {
    let store = open();
    let mut bytes = Vec::new();
    for round in 0..ROUNDS {
        for pod in 0..20 {
            let mut appender = store.appender();
            appender.row(&target(round * 20 + pod), Timestamp(round * 1000));
            for series in 0..50 {
                append(
                    &mut *appender,
                    &mut None,
                    &metric(&format!("m{series}")),
                    1.0,
                );
            }
            appender.commit().expect("a commit");
        }
        store.flush().expect("a flush");
        let state = store.state();
        assert!(state.head_series <= 3 * 20 * 50, "{}", state.head_series);
        bytes.push(state.head_bytes);
    }
    assert!(bytes[ROUNDS as usize - 1] < 2 * bytes[3], "{bytes:?}");
    assert_eq!(
        count(&store, Matcher::equal("__name__", "m0")),
        ROUNDS as usize * 20
    );
}
