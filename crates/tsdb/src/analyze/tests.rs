//! Series that come and go, and what is said of them.

use storage::memory::MemoryOptions;
use storage::{MemoryStore, Sample, SeriesKey};

use super::*;

/// `pod` has samples at each of `times`.
fn store(pods: &[(&str, &[i64])]) -> MemoryStore {
    let store = MemoryStore::new(MemoryOptions {
        bytes_max: 1 << 24,
        late_window_ms: 1_000,
        exemplars_max: 0,
    });
    for (pod, times) in pods {
        let target = Labels::from_pairs([("job", "k8s"), ("pod", pod)]);
        for time in *times {
            let mut appender = store.appender();
            appender.row(&target, Timestamp(*time));
            for name in ["up", "cpu"] {
                let labels = Labels::from_pairs([("__name__", name)]);
                let sample = Sample::float(1.0);
                let appended = appender.append(SeriesKey::InTarget(&labels), sample);
                appended.expect("it is new");
            }
            appender.commit().expect("there is room");
        }
    }
    store
}

#[test]
fn series_that_come_and_go_are_counted() {
    let store = store(&[
        ("a", &[0, 100, 200, 299]),
        ("b", &[0, 99]),
        ("c", &[150, 250]),
        ("d", &[299]),
    ]);
    let range = TimeRange::new(Timestamp(0), Timestamp(299));
    let found = analyze(&store, &[], range, 3).expect("memory can be read");
    let windows: Vec<_> = found
        .windows
        .iter()
        .map(|window| {
            (
                window.range.start.0,
                window.active,
                window.born,
                window.gone,
            )
        })
        .collect();
    assert_eq!(windows, [(0, 4, 4, 0), (100, 4, 2, 2), (200, 6, 2, 0)]);
    assert_eq!(found.series, 8);
    assert_eq!(found.families["up"], Lives { ever: 4, now: 3 });
    let pod = &found.labels["pod"];
    assert_eq!((pod.series, pod.values.len(), pod.values_now()), (8, 4, 3));
    assert_eq!(pod.values["b"], Lives { ever: 2, now: 0 });
    assert_eq!(found.labels["job"].values["k8s"], Lives { ever: 8, now: 6 });
}

#[test]
fn only_what_matches_is_looked_at() {
    let store = store(&[("a", &[0]), ("b", &[0])]);
    let selectors = [
        vec![Matcher::equal("pod", "a")],
        vec![Matcher::equal("__name__", "up")],
    ];
    let range = TimeRange::new(Timestamp(0), Timestamp(0));
    let found = analyze(&store, &selectors, range, 24).expect("memory can be read");
    assert_eq!((found.series, found.windows.len()), (3, 1));
}
