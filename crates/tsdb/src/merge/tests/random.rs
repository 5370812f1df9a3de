//! Random parts, merged once or again and again, against samples by time.

use std::sync::Arc;

use model::Histogram;
use proptest::prelude::*;

use super::*;

/// What one part is to hold: label sets, each split in one way, with samples.
type Part = BTreeMap<u8, (bool, BTreeMap<i64, u8>)>;

/// A label set: of two targets, or of none.
fn labels(series: u8) -> (Labels, Labels) {
    let job = ["a", "b", ""][usize::from(series % 3)];
    let target = Labels::from_pairs([("job", job)]);
    let metric = Labels::from_pairs([("__name__", format!("m{}", series / 3))]);
    (target, metric)
}

fn value(kind: u8, part: usize) -> Value {
    match kind {
        0 => Value::Float(STALE_NAN),
        1 => Value::Float(-0.0),
        2 => Value::Float(f64::from_bits(0x7ff8_0000_0000_1234)),
        3 => Value::Histogram(Arc::new(Histogram {
            sum: part as f64,
            count: 3.0,
            zero_count: 3.0,
            integer: true,
            ..Histogram::default()
        })),
        kind => Value::Float(f64::from(kind) + part as f64 / 10.0),
    }
}

fn start_of(part: usize, time: i64) -> Option<i64> {
    part.is_multiple_of(2).then(|| time / 30 * 30 - part as i64)
}

fn given(part: &Part, number: usize) -> Given {
    let mut samples = Samples::new();
    for (series, (plain, own)) in part {
        let (target, metric) = labels(*series);
        let split = if *plain {
            (Labels::empty(), target.merged(&metric))
        } else {
            (target, metric)
        };
        let own = own.iter().map(|(time, kind)| (*time, value(*kind, number)));
        samples.insert(split, own.collect());
    }
    let mut given = Given::of(&samples);
    given.note_starts(|time| start_of(number, time));
    given
}

fn deletion(series: u8, from: i64, to: i64) -> Deletion {
    let (target, metric) = labels(series);
    Deletion {
        matchers: vec![
            Matcher::equal("__name__", metric.metric_name()),
            Matcher::equal("job", target.value("job")),
        ],
        range: TimeRange::new(Timestamp(from), Timestamp(to)),
        log_sequence: 0,
    }
}

/// Of stale markers that follow each other the first.
fn collapse(
    samples: impl Iterator<Item = (i64, Value, Option<i64>)>,
) -> Vec<(i64, Value, Option<i64>)> {
    let mut all: Vec<(i64, Value, Option<i64>)> = Vec::new();
    for sample in samples {
        if !(sample.1.is_stale() && all.last().is_some_and(|last| last.1.is_stale())) {
            all.push(sample);
        }
    }
    all
}

type Model = BTreeMap<Labels, BTreeMap<i64, (Value, Option<i64>)>>;

/// What is to come out.
fn model(parts: &[Part], deletions: &[(u8, i64, i64)]) -> BTreeMap<Labels, Vec<(i64, String)>> {
    let mut model = Model::new();
    for (number, part) in parts.iter().enumerate() {
        for (series, (_, own)) in part {
            let (target, metric) = labels(*series);
            let own = own.iter();
            let own =
                own.map(|(time, kind)| (*time, value(*kind, number), start_of(number, *time)));
            for (time, value, start) in collapse(own) {
                let deleted = |(other, from, to): &(u8, i64, i64)| {
                    other == series && (*from..=*to).contains(&time)
                };
                if !deletions.iter().any(deleted) {
                    let all = model.entry(target.merged(&metric)).or_default();
                    all.entry(time).or_insert((value, start));
                }
            }
        }
    }
    let text = |all: BTreeMap<i64, (Value, Option<i64>)>| {
        let all = all
            .into_iter()
            .map(|(time, (value, start))| (time, value, start));
        let all = collapse(all).into_iter();
        all.map(|(time, value, start)| (time, text_of(&value, start)))
            .collect()
    };
    model
        .into_iter()
        .map(|(labels, all)| (labels, text(all)))
        .collect()
}

fn part() -> impl Strategy<Value = Part> {
    let times = (0_i64..6).prop_flat_map(|base| {
        let time = prop_oneof![
            4 => (0_i64..8).prop_map(move |row| base * 80 + row * 10),
            1 => 0_i64..480,
        ];
        prop::collection::btree_map(time, 0_u8..8, 1..10)
    });
    let own = (prop::bool::weighted(0.2), times);
    let aligned = (
        0_i64..6,
        prop::collection::vec(prop::collection::vec(0_u8..9, 8), 1..9),
    )
        .prop_map(|(base, series)| {
            let rows = |kinds: Vec<u8>| {
                let rows = kinds.into_iter().zip(0..);
                let there = rows.filter(|(kind, _)| *kind < 8);
                there
                    .map(|(kind, row)| (base * 80 + row * 10, kind))
                    .collect::<BTreeMap<_, _>>()
            };
            let all = (0_u8..).zip(series);
            let all = all.map(|(series, kinds)| (series, (false, rows(kinds))));
            all.filter(|(_, (_, own))| !own.is_empty())
                .collect::<Part>()
        });
    prop_oneof![
        1 => prop::collection::btree_map(0_u8..9, own, 1..9),
        2 => aligned,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn merged_parts_have_what_their_sources_have(
        parts in prop::collection::vec(part(), 1..5),
        deletions in prop::collection::vec((0_u8..9, 0_i64..400, 0_i64..100), 0..3),
        again in any::<bool>(),
    ) {
        let mut parts: Vec<Part> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if again {
            // Of markers without a value between them the merged part keeps the first, so a sample that comes between them later changes what is left.
            let kinds = parts.iter_mut().flat_map(|part| part.values_mut());
            for kind in kinds.flat_map(|(_, own)| own.values_mut()).filter(|kind| **kind == 0) {
                *kind = 4;
            }
        }
        let mut catalog = catalog();
        for (number, part) in parts.iter().enumerate() {
            add(&mut catalog, &mut given(part, number));
        }
        let deletions: Vec<_> =
            deletions.into_iter().map(|(series, from, more)| (series, from, from + more)).collect();
        for (series, from, to) in &deletions {
            catalog.delete(&deletion(*series, *from, *to)).expect("a good disk");
        }
        let mut numbers: Vec<u64> = catalog.parts().iter().map(|part| part.number()).collect();
        numbers.sort_unstable();
        // Two after the other, or all at once.
        while again && numbers.len() > 2 {
            let first: Vec<u64> = numbers.drain(..2).collect();
            let done = merge(&mut catalog, &first, Level::Hot).expect("a good disk");
            numbers.splice(0..0, done.part.map(|(number, _)| number));
        }
        merge(&mut catalog, &numbers, Level::Cold).expect("a good disk");
        prop_assert!(catalog.parts().len() <= 1);
        let found = catalog.parts().first().map(|part| content(part.part())).unwrap_or_default();
        prop_assert_eq!(found, model(&parts, &deletions));
    }
}
