//! Series in two factors, against the same as whole label sets.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::Labels;
use storage::GroupLabels;

use super::{Factored, Series, SeriesSet};

fn labels(text: &str) -> Labels {
    let pairs = text.split(',').filter(|pair| !pair.is_empty());
    Labels::from_pairs(pairs.map(|pair| pair.split_once('=').expect("name=value")))
}

/// Groups of `target: metric; metric` in one text each; equal lists are shared.
fn factored(groups: &[&str]) -> Factored {
    let mut lists: Vec<(String, Arc<[Labels]>)> = Vec::new();
    let group = |text: &&str| {
        let (target, rest) = text.split_once(':').expect("a target");
        if !lists.iter().any(|(own, _)| own == rest) {
            let list = rest.split(';').map(|metric| labels(metric.trim()));
            lists.push((rest.to_owned(), list.collect()));
        }
        let known = lists.iter().find(|(own, _)| own == rest);
        let metrics = known.map(|(_, list)| Arc::clone(list)).expect("put there");
        GroupLabels {
            target: labels(target),
            metrics,
        }
    };
    Factored::selected(groups.iter().map(group).collect()).expect("no names in targets")
}

/// Compares the places of series with where sorting puts their label sets.
fn check_order(groups: &[&str]) {
    let set = SeriesSet::Factored(factored(groups));
    let labels: Vec<Labels> = set.labels().collect();
    let mut found = vec![Labels::empty(); labels.len()];
    for (place, labels) in set.places().into_iter().zip(&labels) {
        found[place as usize] = labels.clone();
    }
    let mut sorted = labels;
    sorted.sort();
    assert_eq!(found, sorted, "{groups:?}");
}

/// Compares what is done on factors with what is done on label sets.
fn check(groups: &[&str], unique_without_names: bool) {
    let factors = factored(groups);
    let whole = factors.whole();
    for names in [&["job"][..], &["mode"], &["job", "mode"], &[]] {
        let key = |set: &Labels| set.filtered(|name| names.contains(&name));
        let (keys, members) = factors.sorted_by(key);
        let found: Vec<&Labels> = members.iter().map(|member| &keys[*member]).collect();
        let expected: Vec<Labels> = whole.iter().map(|one| key(&one.labels)).collect();
        assert_eq!(
            found,
            expected.iter().collect::<Vec<_>>(),
            "{groups:?} by {names:?}"
        );
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    }
    check_order(groups);
    for delayed in [false, true] {
        let set = SeriesSet::Factored(factored(groups)).unnamed(delayed);
        let expected: Vec<Series> = whole
            .iter()
            .cloned()
            .map(|one| one.unnamed(delayed))
            .collect();
        assert_eq!(set.whole(), expected, "{groups:?}");
    }
    assert_eq!(
        factors.unnamed(false).find_unique(),
        unique_without_names,
        "{groups:?}"
    );
}

#[test]
fn factors_and_label_sets_say_the_same() {
    check(&[], true);
    check(
        &[
            "job=a: __name__=x,mode=u; __name__=x,mode=s",
            "job=b: __name__=x,mode=u; __name__=x,mode=s",
        ],
        true,
    );
    check(&["job=a: __name__=x; __name__=y"], false);
    check(
        &["job=a: __name__=x,mode=u", ": __name__=y,job=a,mode=u"],
        false,
    );
    check(
        &[
            "job=a: __name__=x,mode=u",
            "job=a,mode=u: __name__=x,__unit__=s",
        ],
        false,
    );
    check(
        &[
            "job=a: __name__=x,mode=u",
            "job=b: __name__=y,mode=u",
            ": __name__=x",
        ],
        true,
    );
}

#[test]
fn places_are_those_of_label_sets() {
    // Labels of the metric stand before, between and behind those of the target.
    check_order(&[
        "job=b,zone=1: __name__=x,cpu=1,mode=u; __name__=x,cpu=0,mode=u; __name__=x,cpu=0,mode=s",
        "job=a,zone=2: __name__=x,cpu=1,mode=u; __name__=x,cpu=0,mode=u; __name__=x,cpu=0,mode=s",
    ]);
    // Different names, one set the beginning of another, a value that another begins with.
    check_order(&[
        "job=b: __name__=y; __name__=x,mode=u; __name__=x; __name__=x,a=1",
        "job=b,zone=1: __name__=y; __name__=x,mode=u; __name__=x",
        ": __name__=x; __name__=yy; __name__=x,job=bb",
    ]);
    // Values that begin alike: some end there, some differ only far behind that, or in bytes that come last in order.
    check_order(&[
        "job=host-10: __name__=x",
        "job=host-: __name__=x",
        "job=host-1: __name__=x",
        "job=host-123456789b: __name__=x",
        "job=host-123456789a: __name__=x",
        "job=host-12345678: __name__=x",
        "job=host-\u{fc}: __name__=x",
        "job=host-\0: __name__=x",
    ]);
}

#[test]
fn places_of_sets_with_very_many_labels() {
    let many = |last: &str| {
        let labels = (0..40).map(|number| format!("l{number:02}=v"));
        let labels: Vec<String> = labels.chain([format!("z={last}")]).collect();
        format!("job=a: {}", labels.join(","))
    };
    check_order(&[&many("2"), &many("1"), "job=b: __name__=x"]);
}
