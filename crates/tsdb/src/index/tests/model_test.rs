//! Random series come and go; whatever is asked is compared with a walk over all label sets.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use storage::{Count, Statistics};

use super::*;

const NAMES: [&str; 5] = ["__name__", "job", "host", "l", "é"];
const VALUES: [&str; 8] = ["a", "b", "ab", "ba", "abc", "aé", "x\ny", "a|b"];
const PATTERNS: [&str; 22] = [
    "", "a", "a|b", "(ab|ba)", "a|", "a.*", "a.+", ".*", ".+", ".*b.*", ".*é.*", ".*\n.*", "[ab]+",
    "a?", "..", "a.", "(?i)A", "b*", "x.y", ".*.*", "^ab$", "none",
];

#[derive(Clone, Debug)]
enum Step {
    Add(Labels, Labels),
    /// The one that stands at this share of all.
    Forget(prop::sample::Index),
    ForgetTarget(prop::sample::Index),
}

fn label_set(max: usize) -> impl Strategy<Value = Labels> {
    let pair = (select(&NAMES[..]), select(&VALUES[..]));
    vec(pair, 0..=max).prop_map(Labels::from_pairs)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (label_set(2), label_set(3)).prop_map(|(target, metric)| Step::Add(target, metric)),
        2 => any::<prop::sample::Index>().prop_map(Step::Forget),
        1 => any::<prop::sample::Index>().prop_map(Step::ForgetTarget),
    ]
}

fn any_matcher() -> impl Strategy<Value = Matcher> {
    let op = select(
        &[
            MatchOp::Equal,
            MatchOp::NotEqual,
            MatchOp::Regex,
            MatchOp::NotRegex,
        ][..],
    );
    (select(&NAMES[..]), op, select(&PATTERNS[..]))
        .prop_map(|(name, op, pattern)| Matcher::new(name, op, pattern).expect("a good expression"))
}

/// Takes the step in the index and in the model.
fn apply(step: &Step, index: &mut Index, all: &mut BTreeSet<Labels>) {
    match step {
        Step::Add(target, metric) => {
            let whole = target.merged(metric);
            let (series, new) = index.add(target, metric);
            assert_eq!(new, all.insert(whole.clone()));
            assert_eq!(index.labels(series), whole);
        }
        Step::Forget(_) | Step::ForgetTarget(_) if all.is_empty() => {}
        Step::Forget(at) => {
            let labels = at.get(&all.iter().cloned().collect::<Vec<_>>()).clone();
            let series = index.find(&labels).expect("it is there");
            assert!(index.forget(series));
            all.remove(&labels);
        }
        Step::ForgetTarget(at) => {
            let groups = index.select(&[]);
            let group = at.get(&groups);
            for series in group.series() {
                assert!(all.remove(&index.labels(series)));
            }
            assert_eq!(
                index.forget_target(group.target),
                group.metrics.len() as u64
            );
        }
    }
}

/// Compares all answers under `matchers`.
fn compare(index: &Index, all: &BTreeSet<Labels>, matchers: &[Matcher]) {
    let passes = |labels: &&Labels| {
        matchers
            .iter()
            .all(|matcher| matcher.matches_labels(labels))
    };
    let expected: Vec<&Labels> = all.iter().filter(passes).collect();
    assert_eq!(
        index.series(matchers).iter().collect::<Vec<_>>(),
        expected,
        "{matchers:?}"
    );
    let names: BTreeSet<&str> = expected
        .iter()
        .flat_map(|labels| labels.iter())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(index.label_names(matchers), Vec::from_iter(names));
    for name in NAMES {
        let values: BTreeSet<&str> = expected
            .iter()
            .filter_map(|labels| labels.get(name))
            .collect();
        assert_eq!(index.label_values(name, matchers), Vec::from_iter(values));
    }
    let groups = index.select(matchers);
    assert!(
        groups.is_sorted_by(|a, b| a.target < b.target),
        "a target comes once"
    );
    assert!(groups.iter().all(|group| !group.metrics.is_empty()));
}

fn top(counts: BTreeMap<String, u64>, limit: usize) -> Vec<Count> {
    let mut counts: Vec<Count> = counts
        .into_iter()
        .map(|(name, count)| Count { name, count })
        .collect();
    counts.sort_by_key(|line| std::cmp::Reverse(line.count));
    counts.truncate(limit);
    counts
}

fn statistics(all: &BTreeSet<Labels>, limit: usize) -> Statistics {
    let mut pairs: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for pair in all.iter().flat_map(|labels| labels.iter()) {
        *pairs.entry(pair).or_default() += 1;
    }
    let mut metrics = BTreeMap::new();
    let mut values: BTreeMap<String, u64> = BTreeMap::new();
    let mut bytes: BTreeMap<String, u64> = BTreeMap::new();
    for ((name, value), count) in &pairs {
        *values.entry((*name).to_owned()).or_default() += 1;
        *bytes.entry((*name).to_owned()).or_default() += count * value.len() as u64;
        if *name == "__name__" {
            metrics.insert((*value).to_owned(), *count);
        }
    }
    Statistics {
        series: all.len() as u64,
        label_pairs: pairs.len() as u64,
        series_by_metric: top(metrics, limit),
        values_by_label: top(values, limit),
        bytes_by_label: top(bytes, limit),
        series_by_pair: top(
            pairs
                .iter()
                .map(|((n, v), count)| (format!("{n}={v}"), *count))
                .collect(),
            limit,
        ),
        ..Statistics::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn answers_as_a_list_would(
        steps in vec(step(), 0..60),
        questions in vec(vec(any_matcher(), 0..4), 8),
        limit in 0_usize..12,
    ) {
        let mut index = Index::new();
        let mut all = BTreeSet::new();
        for step in &steps {
            apply(step, &mut index, &mut all);
            prop_assert_eq!(index.len(), all.len() as u64);
        }
        for matchers in &questions {
            compare(&index, &all, matchers);
        }
        let counted = Statistics { bytes: 0, ..index.statistics(limit) };
        prop_assert_eq!(counted, statistics(&all, limit));
    }

    /// Many values under one name, so that newcomers are sorted in, and the dead let go of.
    #[test]
    fn many_values_come_and_go(steps in vec((0_u32..400, any::<bool>()), 0..1500), pattern in "(value-)?[0-9]{1,2}\\.\\*|\\.\\*[0-9]{1,2}\\.\\*") {
        let mut index = Index::new();
        let mut all = BTreeSet::new();
        for (n, add) in steps {
            let own = labels(&format!("x,n=value-{n}"));
            if add {
                index.add(&labels("job=a"), &own);
                all.insert(labels("job=a").merged(&own));
            } else if let Some(series) = index.find(&labels("job=a").merged(&own)) {
                index.forget(series);
                all.remove(&labels("job=a").merged(&own));
            }
        }
        let matcher = Matcher::new("n", MatchOp::Regex, pattern.as_str()).expect("a good expression");
        let expected: Vec<Labels> = all.iter().filter(|labels| matcher.matches_labels(labels)).cloned().collect();
        prop_assert_eq!(index.series(&[matcher]), expected);
    }
}
