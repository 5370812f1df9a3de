//! Cases by reasoning, and everything against a list of label sets.

mod model_test;

use model::{Labels, MatchOp, Matcher};

use super::values::Values;
use super::*;

/// `name=value,…` as labels; a word alone is a metric name.
fn labels(text: &str) -> Labels {
    let pairs = text.split(',').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or(("__name__", pair)))
        .collect()
}

/// `name=value` and so on as a matcher.
fn matcher(text: &str) -> Matcher {
    let operators = [
        ("!=", MatchOp::NotEqual),
        ("=~", MatchOp::Regex),
        ("!~", MatchOp::NotRegex),
        ("=", MatchOp::Equal),
    ];
    let split = |(sign, op): (&str, MatchOp)| {
        let (name, value) = text.split_once(sign)?;
        Some(Matcher::new(name, op, value).expect("a good expression"))
    };
    operators.into_iter().find_map(split).expect("an operator")
}

fn matchers(text: &str) -> Vec<Matcher> {
    text.split_whitespace().map(matcher).collect()
}

/// Two targets whose series factor, and plain ones with the same labels.
fn mixed() -> Index {
    let mut index = Index::new();
    for (target, metric) in [
        ("job=a", "x,l=one"),
        ("job=a", "x,l=two"),
        ("job=a", "x"),
        ("job=a", "y,l=one"),
        ("job=b", "x,l=one"),
        // From b, but with a job of its own.
        ("job=b", "x,job=c,l=three"),
        ("", "x,job=d"),
        ("", "z"),
    ] {
        index.add(&labels(target), &labels(metric));
    }
    index
}

fn check(selector: &str, expected: &[&str]) {
    let found = mixed().series(&matchers(selector));
    let mut expected: Vec<Labels> = expected.iter().map(|text| labels(text)).collect();
    expected.sort();
    assert_eq!(found, expected, "{selector}");
}

#[test]
fn matches_as_prometheus_does() {
    check("__name__=x l=one", &["x,job=a,l=one", "x,job=b,l=one"]);
    check(
        "__name__=x l!=one",
        &["x,job=a,l=two", "x,job=a", "x,job=c,l=three", "x,job=d"],
    );
    check("__name__=x l=", &["x,job=a", "x,job=d"]);
    check("__name__=x l!= job=a", &["x,job=a,l=one", "x,job=a,l=two"]);
    check(
        "__name__=x l=~one|two job!~b",
        &["x,job=a,l=one", "x,job=a,l=two"],
    );
    check(
        "__name__=~.+ l=~o.* job=a",
        &["x,job=a,l=one", "y,job=a,l=one"],
    );
    check(
        "l!~t.* __name__=x",
        &["x,job=a,l=one", "x,job=a", "x,job=b,l=one", "x,job=d"],
    );
    check("l=~one| job=a __name__=x", &["x,job=a,l=one", "x,job=a"]);
    check("nothing=at", &[]);
    check("nothing!=all __name__=y", &["y,job=a,l=one"]);
    check("nothing=~.* __name__=y", &["y,job=a,l=one"]);
    check("nothing=~.+", &[]);
    check("nothing!~.* __name__=y", &[]);
    check("nothing!~.+ __name__=y", &["y,job=a,l=one"]);
}

#[test]
fn a_label_may_come_from_either_side() {
    check("job=~c|d", &["x,job=c,l=three", "x,job=d"]);
    check("job=~b|c l=~.+", &["x,job=b,l=one", "x,job=c,l=three"]);
    check("job=", &["z"]);
    check("job!~a|b", &["x,job=c,l=three", "x,job=d", "z"]);
    check("job!= job!=a job!=c", &["x,job=b,l=one", "x,job=d"]);
    check("job=~.*c.*", &["x,job=c,l=three"]);
    check(
        "l=~.*e.* l=~.*o.*",
        &["x,job=a,l=one", "x,job=b,l=one", "y,job=a,l=one"],
    );
}

#[test]
fn names_and_values_under_matchers() {
    let index = mixed();
    let values =
        |name: &str, selector: &str| index.label_values(name, &matchers(selector)).join(" ");
    assert_eq!(values("job", ""), "a b c d");
    assert_eq!(values("l", "job=a"), "one two");
    assert_eq!(values("job", "l=one"), "a b");
    assert_eq!(values("job", "l=three"), "c");
    assert_eq!(values("__name__", "job="), "z");
    assert_eq!(values("absent", ""), "");
    let names = |selector: &str| index.label_names(&matchers(selector)).join(" ");
    assert_eq!(names(""), "__name__ job l");
    assert_eq!(names("__name__=z"), "__name__");
    assert_eq!(names("job=d"), "__name__ job");
}

#[test]
fn a_label_set_is_one_series_however_it_is_split() {
    let mut index = Index::new();
    let (first, new) = index.add(&labels("job=a,host=h"), &labels("x,l=1"));
    assert!(new);
    for (target, metric) in [
        ("job=a", "x,l=1,host=h"),
        ("", "x,l=1,host=h,job=a"),
        ("job=a,host=other", "x,l=1,host=h"),
    ] {
        assert_eq!(
            index.add(&labels(target), &labels(metric)),
            (first, false),
            "{target} {metric}"
        );
    }
    assert_eq!(index.len(), 1);
    assert_eq!(index.find(&labels("x,l=1,host=h,job=a")), Some(first));
    assert_eq!(index.find(&labels("x,l=1,host=h")), None);
    assert!(index.forget(first));
    assert!(!index.forget(first));
    assert_eq!(index.find(&labels("x,l=1,host=h,job=a")), None);
}

#[test]
fn targets_of_a_kind_share_their_list() {
    let mut index = Index::new();
    for target in ["job=a,n=1", "job=a,n=2", "job=b"] {
        for metric in ["x,l=1", "x,l=2", "y"] {
            index.add(&labels(target), &labels(metric));
        }
    }
    let [first, second, third] = index.select(&matchers("l!="))[..]
        .to_vec()
        .try_into()
        .expect("three");
    assert!(std::sync::Arc::ptr_eq(&first.metrics, &second.metrics));
    assert!(std::sync::Arc::ptr_eq(&first.metrics, &third.metrics));
    assert_eq!(first.series().count(), 2);
    // Empty, and one that all of them share.
    assert_eq!(index.presence.layouts_in_use(), 2);
}

#[test]
fn a_hit_across_two_values_is_none() {
    let mut values = Values::default();
    for (id, value) in ["xa", "bx", "ab", "cab", ""].into_iter().enumerate() {
        values.insert(value, id as u32);
    }
    let found = |part: &str| -> Vec<&str> {
        values
            .containing(part)
            .into_iter()
            .map(|slot| values.text(slot))
            .collect()
    };
    assert_eq!(found("ab"), ["ab", "cab"]);
    assert_eq!(found("x"), ["xa", "bx"]);
    assert_eq!(found("xab"), [""; 0]);
}

#[test]
fn prefixes_find_sorted_values_and_newcomers() {
    let mut values = Values::default();
    for n in 0..1000 {
        values.insert(&format!("node-{n}"), n);
    }
    let mut found: Vec<&str> = values
        .with_prefix("node-99")
        .map(|slot| values.text(slot))
        .collect();
    found.sort_unstable();
    let expected = [
        "node-99", "node-990", "node-991", "node-992", "node-993", "node-994", "node-995",
        "node-996", "node-997", "node-998", "node-999",
    ];
    assert_eq!(found, expected);
}

#[test]
fn churn_gives_memory_back() {
    let mut index = Index::new();
    let fill = |index: &mut Index, from: u32, targets: u32| {
        for n in from..from + targets {
            for m in 0..10 {
                let pod = labels(&format!("job=k,pod=pod-{n}"));
                index.add(&pod, &labels(&format!("m{m},own=pod-{n}-{m}")));
            }
        }
    };
    fill(&mut index, 0, 20);
    let small = index.heap_bytes();
    fill(&mut index, 20, 2000);
    let large = index.heap_bytes();
    assert!(large > 20 * small, "{small} {large}");
    for group in index.select(&matchers("pod=~.+")) {
        if index.target_labels(group.target).value("pod").len() > "pod-9".len() {
            assert_eq!(index.forget_target(group.target), 10);
        }
    }
    assert_eq!(index.len(), 100);
    let after = index.heap_bytes();
    assert!(after < large / 10, "{large} {after}");
    // Rounds of pods that come and go take no more than the first round did.
    let mut peak = 0;
    for round in 0..20 {
        fill(&mut index, 10_000 + round * 50, 50);
        let gone = matchers(&format!(
            "pod=~pod-1.... pod!~pod-{}.*",
            10_000 + round * 50
        ));
        for group in index.select(&gone) {
            index.forget_target(group.target);
        }
        if round == 3 {
            peak = index.heap_bytes();
        }
    }
    assert!(
        index.heap_bytes() <= 2 * peak,
        "{peak} {}",
        index.heap_bytes()
    );
}
