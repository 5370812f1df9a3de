//! Bytes per sample, and speed, on recorded scrapes of three exporters.
//!
//! `cargo bench -p tsdb --bench size`, and `-- 15s` for the shorter half. Wants `xz`, and the recordings beside the repository; says so if they are missing.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a program that measures and prints"
)]

#[path = "shared/recorded.rs"]
mod recorded;

use std::time::Instant;

use model::TimeRange;
use storage::Columns;
use tsdb::part::{Facts, Level, PageCache, Part, Sizes, write};

use recorded::{EXPORTERS, Mix, Recorded, read, recordings};

fn main() {
    println!("bytes per sample; speeds in million samples per second on one core");
    println!(
        "{:24} {:>9} {:>7} {:>7} {:>7} {:>7} {:>7} | {:>6} {:>6}",
        "", "samples", "values", "direct", "times", "labels", "all", "write", "read"
    );
    let only_15_s = std::env::args().any(|argument| argument == "15s");
    stretched();
    for (every, interval) in [(15, "15 s"), (1, "1 s")] {
        if only_15_s && every == 1 {
            continue;
        }
        let recorded: Option<Vec<Recorded>> =
            EXPORTERS.iter().map(|name| read(name, every)).collect();
        let Some(recorded) = recorded else {
            println!("recordings are missing: {}", recordings().display());
            return;
        };
        let mut sources: Vec<(&str, Mix)> = Vec::new();
        sources.push(("mix", Mix(recorded)));
        for name in EXPORTERS {
            sources.push((name, Mix(read(name, every).into_iter().collect())));
        }
        for (name, source) in &mut sources {
            for level in [Level::Hot, Level::Cold] {
                measure(&format!("{name} {interval} {level:?}"), source, level);
            }
        }
    }
}

/// What summaries take: each second of a recording taken for 15 s, so that it spans most of a day.
fn stretched() {
    let recorded: Option<Vec<Recorded>> = EXPORTERS.iter().map(|name| read(name, 1)).collect();
    let Some(mut recorded) = recorded else {
        return;
    };
    for one in &mut recorded {
        let first = one.timestamps[0];
        for time in &mut one.timestamps {
            *time = first + (*time - first) * 15;
        }
    }
    let mut bytes = Vec::new();
    let mut source = Mix(recorded);
    let sizes = write(&mut source, Level::Cold, &Facts::default(), &mut bytes);
    let sizes = sizes.expect("a vector takes all");
    let part = Part::open(&bytes).expect("own bytes");
    part.check().expect("summaries are those of the samples");
    println!(
        "mix, seconds taken for 15 s: summaries {:.4}, all {:.4}",
        sizes.summaries as f64 / sizes.samples as f64,
        sizes.total() as f64 / sizes.samples as f64,
    );
}

fn measure(title: &str, source: &mut Mix, level: Level) {
    let start = Instant::now();
    let mut bytes = Vec::new();
    let sizes = write(source, level, &Facts::default(), &mut bytes).expect("a vector takes all");
    let written = start.elapsed().as_secs_f64();

    // Once to compare, once to measure.
    let part = Part::open(&bytes).expect("own bytes");
    let mut columns = Columns::default();
    read_groups(&part, &mut columns, |group, columns| {
        check(&source.0[group], &part, group, columns);
    });
    let start = Instant::now();
    read_groups(&part, &mut columns, |_, _| ());
    let read = start.elapsed().as_secs_f64();
    print(title, sizes, written, read);
}

fn read_groups(
    part: &Part<&Vec<u8>>,
    columns: &mut Columns,
    mut take: impl FnMut(usize, &Columns),
) {
    let mut cache = PageCache::default();
    let tables = part.tables().expect("own bytes");
    for group in 0..tables.groups() {
        let metrics = tables.series(group);
        part.read(group, metrics, TimeRange::ALL, &mut cache, columns)
            .expect("own bytes");
        take(group, columns);
    }
}

/// What was read is what was recorded, to the bit.
fn check(recorded: &Recorded, part: &Part<&Vec<u8>>, group: usize, columns: &Columns) {
    assert_eq!(columns.timestamps, recorded.timestamps);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let tables = part.tables().expect("own bytes");
    for (metric, column) in tables.series(group).iter().zip(&columns.columns) {
        let labels = &tables.metric(*metric);
        let index = recorded
            .labels
            .iter()
            .position(|other| other == labels)
            .expect("a series that was recorded");
        let own = column.floats(&mut ours).expect("floats");
        let other = recorded.columns[index].floats(&mut theirs).expect("floats");
        assert_eq!(own.len(), other.len());
        assert!(
            own.iter()
                .zip(other)
                .all(|(a, b)| a.to_bits() == b.to_bits()),
            "{labels:?}"
        );
    }
}

fn print(title: &str, sizes: Sizes, written: f64, read: f64) {
    let samples = sizes.samples as f64;
    let per = |bytes: usize| bytes as f64 / samples;
    println!(
        "{title:24} {:>9} {:>7.4} {:>7.4} {:>7.4} {:>7.4} {:>7.4} | {:>6.1} {:>6.1}",
        sizes.samples,
        per(sizes.values),
        per(sizes.directory),
        per(sizes.timestamps),
        per(sizes.labels),
        per(sizes.total()),
        samples / written / 1e6,
        samples / read / 1e6,
    );
}
