//! A merged part has what its sources have, whatever they are.

mod random;

use std::collections::BTreeMap;
use std::sync::Arc;

use model::metadata::MetricKind;
use model::{Exemplar, Labels, Matcher, Metadata, STALE_NAN, TimeRange, Timestamp, Value};
use platform::SimulatedDisk;

use super::*;
use crate::catalog::Deletion;
use crate::part::given::{Given, Samples, content, text_of};
use crate::part::{Examples, Source};

fn catalog() -> Catalog {
    let disk = Arc::new(SimulatedDisk::new(1));
    Catalog::open(disk, "parts").expect("a good disk").0
}

fn add(catalog: &mut Catalog, given: &mut Given) -> u64 {
    let written = catalog.write(given, Level::Hot, &Facts::default());
    let written = written.expect("a good disk").expect("there are samples");
    let number = written.number;
    catalog.publish(vec![written]).expect("a good disk");
    number
}

/// Series as `target metric: time=value …`; `s` is a stale marker, and a target `-` none.
fn samples(text: &str) -> Samples {
    let mut samples = Samples::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (series, values) = line.split_once(':').expect("series: samples");
        let (target, metric) = series.split_once(' ').expect("target metric");
        let target = match target {
            "-" => Labels::empty(),
            job => Labels::from_pairs([("job", job)]),
        };
        let metric = match metric.split_once('@') {
            Some((name, job)) => Labels::from_pairs([("__name__", name), ("job", job)]),
            None => Labels::from_pairs([("__name__", metric)]),
        };
        let own: &mut BTreeMap<i64, Value> = samples.entry((target, metric)).or_default();
        for sample in values.split_whitespace() {
            let (time, value) = sample.split_once('=').expect("time=value");
            let value = match value {
                "s" => STALE_NAN,
                value => value.parse().expect("a float"),
            };
            own.insert(time.parse().expect("a time"), Value::Float(value));
        }
    }
    samples
}

fn merged(parts: &[&str]) -> (Catalog, Merged) {
    let mut catalog = catalog();
    let numbers: Vec<u64> = parts
        .iter()
        .map(|text| add(&mut catalog, &mut Given::of(&samples(text))))
        .collect();
    let merged = merge(&mut catalog, &numbers, Level::Cold).expect("a good disk");
    (catalog, merged)
}

/// Merges parts; all series of what comes out, and how many groups it has.
fn check(parts: &[&str], wanted: &str, groups: usize) {
    let (catalog, _) = merged(parts);
    let [part] = &**catalog.parts() else {
        panic!("not one part: {}", catalog.parts().len());
    };
    let mut all: BTreeMap<Labels, Vec<(i64, String)>> = BTreeMap::new();
    for ((target, metric), own) in samples(wanted) {
        let own = own
            .iter()
            .map(|(time, value)| (*time, text_of(value, None)));
        all.insert(target.merged(&metric), own.collect());
    }
    assert_eq!(content(part.part()), all);
    let tables = part.part().tables().expect("own bytes");
    assert_eq!(tables.groups(), groups, "{wanted}");
}

#[test]
fn rows_follow_each_other() {
    check(
        &["a x: 1=1 2=2\n a y: 1=5 2=5", "a x: 3=3\n a y: 3=6"],
        "a x: 1=1 2=2 3=3\n a y: 1=5 2=5 3=6",
        1,
    );
}

#[test]
fn the_order_of_time_counts_not_that_of_numbers() {
    check(&["a x: 3=3 4=4", "a x: 1=1 2=2"], "a x: 1=1 2=2 3=3 4=4", 1);
}

#[test]
fn series_that_come_and_go_share_the_rows() {
    check(
        &[
            "a x: 1=1 2=2\n a y: 1=5 2=s",
            "a x: 3=3 4=4\n a z: 4=6",
            "a x: 5=5\n a y: 5=5",
        ],
        "a x: 1=1 2=2 3=3 4=4 5=5\n a y: 1=5 2=s 5=5\n a z: 4=6",
        1,
    );
}

#[test]
fn the_older_sample_stands() {
    check(&["a x: 1=1 2=2", "a x: 1=7 2=8 3=9"], "a x: 1=1 2=2 3=9", 1);
    check(&["a x: 2=s", "a x: 1=1 2=2 3=3"], "a x: 1=1 2=s 3=3", 1);
}

#[test]
fn late_rows_lie_between_the_others() {
    check(
        &["a x: 1=1 5=5\n a y: 1=1 5=s", "a x: 3=3\n a y: 3=2 7=3"],
        "a x: 1=1 3=3 5=5\n a y: 1=1 3=2 5=s 7=3",
        1,
    );
}

#[test]
fn few_late_series_have_times_of_their_own() {
    check(
        &[
            "a w: 1=1 5=1\n a x: 1=1 5=5\n a y: 1=1 5=5",
            "a w: 3=3",
            "a x: 7=7\n a y: 7=7\n a w: 7=7",
        ],
        "a w: 1=1 3=3 5=1 7=7\n a x: 1=1 5=5 7=7\n a y: 1=1 5=5 7=7",
        2,
    );
}

#[test]
fn targets_without_common_series_stay_apart() {
    check(
        &["a x: 1=1", "b x: 1=2", "- x: 1=3"],
        "a x: 1=1\n b x: 1=2\n - x: 1=3",
        3,
    );
    // Pushed series with clocks of their own.
    check(
        &["- x: 1=1 3=1", "- y: 2=1 4=1", "- x: 5=1"],
        "- x: 1=1 3=1 5=1\n - y: 2=1 4=1",
        2,
    );
}

#[test]
fn a_label_set_is_one_series_however_it_was_split() {
    check(
        &[
            "- x@a: 1=1 2=1\n - y@a: 1=4\n - x@b: 2=5",
            "a x: 3=3\n a z: 3=4",
        ],
        "a x: 1=1 2=1 3=3\n a z: 3=4\n - y@a: 1=4\n - x@b: 2=5",
        2,
    );
}

#[test]
fn what_was_deleted_is_not_written_again() {
    let delete = |catalog: &mut Catalog, name: &str, from: i64, to: i64| {
        let deletion = Deletion {
            matchers: vec![Matcher::equal("__name__", name)],
            range: TimeRange::new(Timestamp(from), Timestamp(to)),
            log_sequence: 0,
        };
        catalog.delete(&deletion).expect("a good disk");
    };
    let mut catalog = catalog();
    let text = "a x: 1=1 2=2 3=3\n a y: 1=1 2=s\n b y: 1=1\n b z: 2=1 3=s 4=s";
    let number = add(&mut catalog, &mut Given::of(&samples(text)));
    let other = add(
        &mut catalog,
        &mut Given::of(&samples("a x: 2=9 4=4\n b q: 9=1")),
    );
    delete(&mut catalog, "x", 2, 2);
    delete(&mut catalog, "y", 1, 9);
    delete(&mut catalog, "z", 3, 3);
    let done = merge(&mut catalog, &[other, number], Level::Cold).expect("a good disk");
    assert_eq!(done.replaced, [number, other]);
    let all = content(catalog.parts()[0].part());
    let seen: Vec<String> = all
        .iter()
        .map(|(labels, own)| format!("{labels} {}", own.len()))
        .collect();
    assert_eq!(
        seen,
        [r#"q{job="b"} 1"#, r#"x{job="a"} 3"#, r#"z{job="b"} 1"#]
    );
    assert!(catalog.parts()[0].tombstones().is_empty());
    for name in ["q", "x", "z"] {
        delete(&mut catalog, name, 0, 9);
    }
    let number = catalog.parts()[0].number();
    let done = merge(&mut catalog, &[number], Level::Cold).expect("a good disk");
    assert_eq!(done.part, None);
    assert!(catalog.parts().is_empty());
}

#[test]
fn facts_are_joined() {
    let mut catalog = catalog();
    let mut numbers = Vec::new();
    for (time, log_sequence) in [(1, 30), (2, 0), (3, 20)] {
        let mut given = Given::of(&samples(&format!("a x: {time}=1")));
        let facts = Facts {
            log_sequence,
            ..Facts::default()
        };
        let written = catalog
            .write(&mut given, Level::Hot, &facts)
            .expect("a good disk");
        let written = written.expect("there are samples");
        numbers.push(written.number);
        catalog.publish(vec![written]).expect("a good disk");
    }
    merge(&mut catalog, &numbers[..2], Level::Cold).expect("a good disk");
    assert_eq!(catalog.log_sequence(), 30);
    let part = &catalog.parts()[0];
    assert_eq!(part.part().facts().replaced, [1, 2]);
    assert_eq!(
        (part.number(), part.age(), part.part().level()),
        (4, 1, Level::Cold)
    );
    assert_eq!(catalog.sweep().expect("a good disk"), 2);
}

#[test]
fn metadata_and_exemplars_are_joined() {
    let metadata = |help: &str| Metadata {
        kind: MetricKind::Counter,
        help: help.to_owned(),
        unit: String::new(),
    };
    let exemplar = |time: i64| Exemplar {
        labels: Labels::from_pairs([("trace_id", time.to_string())]),
        value: 0.5,
        timestamp: Timestamp(time),
    };
    let target = Labels::from_pairs([("job", "a")]);
    let mut catalog = catalog();
    let mut numbers = Vec::new();
    for (text, times, help) in [
        ("a x: 1=1 2=1\n a y: 1=1 2=1", [1, 2], "old"),
        ("a w: 3=1\n a x: 3=1 4=1\n a y: 3=1 4=1", [2, 4], "new"),
        ("- y@a: 1=9", [1, 9], "new"),
    ] {
        let mut given = Given::of(&samples(text));
        let named_y = |labels: &Labels| labels.metric_name() == "y";
        let series = given.series(0).iter().position(named_y).expect("y") as u32;
        given.examples.push(Examples {
            group: 0,
            series,
            exemplars: times.iter().map(|time| exemplar(*time)).collect(),
        });
        given.said.add(&target, "x", &metadata(help));
        given.said.add(&Labels::empty(), help, &metadata(help));
        numbers.push(add(&mut catalog, &mut given));
    }
    merge(&mut catalog, &numbers, Level::Cold).expect("a good disk");
    let part = catalog.parts()[0].part();
    let tables = part.tables().expect("own bytes");
    let examples = part.exemplars().expect("own bytes");
    assert_eq!(examples.len(), 1);
    assert_eq!(tables.target(examples[0].group as usize), &target);
    assert_eq!(tables.metric(examples[0].series).metric_name(), "y");
    assert_eq!(examples[0].exemplars, [1, 2, 4, 9].map(exemplar));
    let said = part.metadata().expect("own bytes");
    let mut said: Vec<String> = said
        .iter()
        .map(|(target, family, metadata)| format!("{target} {family} {}", metadata.help))
        .collect();
    said.sort_unstable();
    assert_eq!(said, [r#"{job="a"} x new"#, "{} new new", "{} old old"]);
}

#[test]
fn a_damaged_part_is_named_and_all_stays_as_it_was() {
    let simulated = SimulatedDisk::new(1);
    let disk = Arc::new(simulated.clone());
    let mut catalog = Catalog::open(disk, "parts").expect("a good disk").0;
    let numbers = ["a x: 1=1.5 2=2", "a x: 3=1.5 4=2", "a x: 5=1"]
        .map(|text| add(&mut catalog, &mut Given::of(&samples(text))));
    // In the first page.
    simulated.rot("parts/0000000002.part", 8 * 12);
    let error = merge(&mut catalog, &numbers, Level::Cold).expect_err("a damaged page");
    assert!(
        matches!(error, CatalogError::Part { number: 2, .. }),
        "{error}"
    );
    assert_eq!(catalog.parts().len(), 3);
    let rest = merge(&mut catalog, &[1, 3], Level::Cold).expect("good parts");
    assert_eq!(rest.replaced, [1, 3]);
}
