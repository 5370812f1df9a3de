//! Label sets in, targets out.

use super::*;

/// `name a=1 b=2`; without a name it begins with a space.
fn labels(text: &str) -> Labels {
    let (name, others) = text.split_once(' ').unwrap_or((text, ""));
    let pairs = others.split(' ').filter_map(|pair| pair.split_once('='));
    Labels::from_pairs(std::iter::once((METRIC_NAME, name)).chain(pairs))
}

/// Each line is a series with the labels of its target in brackets at the end.
fn check(text: &str) {
    let lines: Vec<(Labels, Labels)> = text
        .lines()
        .map(|line| {
            let (series, target) = line.trim().split_once(" [").expect("a target in brackets");
            let target = format!(" {}", target.trim_end_matches(']'));
            (labels(series), labels(&target))
        })
        .collect();
    let factors = Factors::learn(lines.iter().map(|(series, _)| series));
    for (series, target) in &lines {
        let (found, metric) = factors.split(series);
        assert_eq!(found, *target, "of {series}");
        assert_eq!(found.merged(&metric), *series);
        assert!(found.iter().all(|(name, _)| metric.get(name).is_none()));
    }
}

#[test]
fn a_targets_labels_are_those_of_its_up() {
    check(
        "up job=a instance=1 dc=x [job=a instance=1 dc=x]
         cpu job=a instance=1 dc=x mode=idle [job=a instance=1 dc=x]
         cpu job=a instance=1 dc=x mode=user [job=a instance=1 dc=x]",
    );
}

#[test]
fn of_two_that_fit_the_larger_is_the_target() {
    check(
        "up job=a instance=1 [job=a instance=1]
         up job=a instance=1 shard=2 [job=a instance=1 shard=2]
         cpu job=a instance=1 [job=a instance=1]
         cpu job=a instance=1 shard=2 mode=idle [job=a instance=1 shard=2]
         cpu job=a instance=1 shard=3 [job=a instance=1]",
    );
}

#[test]
fn what_a_rule_made_stays_whole() {
    check(
        "up job=a instance=1 dc=x [job=a instance=1 dc=x]
         job:cpu:rate5m job=a []
         instance:cpu:rate5m job=a instance=1 []
         ALERTS alertname=down []",
    );
}

#[test]
fn without_up_the_common_labels_are_the_target() {
    check(
        "cpu job=a instance=1 dc=x mode=idle [job=a instance=1 dc=x]
         cpu job=a instance=1 dc=x mode=user [job=a instance=1 dc=x]
         cpu job=a instance=2 dc=y mode=user [job=a instance=2 dc=y mode=user]",
    );
}
