//! Start times, against a map from each sample's time to its start.

use std::collections::BTreeMap;

use super::Starts;

/// Notes samples in the order given, and compares each sample's start.
fn check(samples: &[(i64, Option<i64>)], steps: usize) -> Starts {
    let mut starts = Starts::default();
    let mut model = BTreeMap::new();
    for (time, start) in samples {
        let newest = model.keys().next_back().copied().unwrap_or(i64::MIN);
        starts.note(*time, *start, newest);
        model.insert(*time, *start);
        for (time, start) in &model {
            assert_eq!(starts.at(*time), *start, "at {time} of {samples:?}");
        }
    }
    assert_eq!(starts.steps().len(), steps, "{samples:?}: {starts:?}");
    starts
}

#[test]
fn nothing_is_known_of_most_series() {
    assert!(check(&[(1, None), (2, None), (0, None)], 0).is_empty());
}

#[test]
fn a_counter_begins_once_and_again_after_each_restart() {
    check(&[(10, Some(5)), (20, Some(5)), (30, Some(5))], 1);
    check(
        &[(10, Some(5)), (20, Some(5)), (30, Some(25)), (40, Some(25))],
        2,
    );
    check(&[(10, None), (20, Some(15)), (30, None), (40, None)], 2);
}

#[test]
fn late_samples_change_nothing_but_their_own() {
    check(&[(10, Some(5)), (30, Some(5)), (20, Some(15))], 3);
    check(&[(10, Some(5)), (30, Some(5)), (20, None)], 3);
    check(&[(10, None), (30, None), (20, Some(1))], 2);
    check(&[(10, Some(5)), (30, Some(25)), (20, Some(25))], 4);
    check(&[(30, Some(25)), (29, Some(5)), (28, Some(5))], 2);
    check(&[(30, Some(25)), (28, Some(5)), (29, Some(5))], 2);
}

#[test]
fn one_source_goes_on_where_another_ends() {
    let early = check(&[(10, Some(5)), (20, Some(15))], 2);
    let late = check(&[(20, Some(1)), (30, Some(2)), (40, None)], 3);
    let mut joined = early.clone();
    joined.go_on(25, &late);
    let starts = [10, 20, 30, 40].map(|time| joined.at(time));
    assert_eq!(starts, [Some(5), Some(15), Some(2), None]);
    let mut alone = Starts::default();
    alone.go_on(25, &Starts::default());
    assert!(alone.is_empty());
    joined.cut(30);
    assert_eq!([30, 40].map(|time| joined.at(time)), [Some(2), None]);
    assert_eq!(joined.steps().len(), 2);
}
