//! Directories that are imported window by window, and must hold the same samples afterwards.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::histogram::Span;
use model::{Histogram, Labels, STALE_NAN, TimeRange, Timestamp, Value};
use platform::disk::{Disk, Faults, SimulatedDisk, SystemDisk};
use tempfile::TempDir;

use super::super::export::said;
use super::super::part::{self, Facts, Level, Medium, OnDisk, PageCache, Part};
use super::super::prometheus::data::Head;
use super::super::prometheus::data::tests::{full_chunks, log, samples};
use super::super::prometheus::wal::tests::{disk_with, series};
use super::super::prometheus::{BlockWriter, Bounds, Sample, Ulid};
use super::*;

const HOUR_MS: i64 = 3_600_000;

/// A series by its name, and labels as `name=value` between commas.
fn labels(text: &str) -> Labels {
    let (name, others) = text.split_once('{').unwrap_or((text, "}"));
    let others = others.trim_end_matches('}').split(',');
    let pairs = others.filter_map(|pair| pair.split_once('='));
    Labels::from_pairs(std::iter::once(("__name__", name)).chain(pairs))
}

fn floats(times: impl Iterator<Item = i64>, value: impl Fn(i64) -> f64) -> Vec<Sample> {
    let sample = |timestamp_ms| Sample {
        timestamp_ms,
        value: Value::Float(value(timestamp_ms)),
    };
    times.map(sample).collect()
}

/// A real folder, since a block is finished by renaming one. It goes with the test.
struct Scratch {
    disk: SystemDisk,
    _folder: TempDir,
}

impl Scratch {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        Self {
            disk: SystemDisk::new(folder.path()).expect("the folder is there"),
            _folder: folder,
        }
    }
}

/// What a directory or parts hold: bits of floats, so that NaN equals itself.
type Content = BTreeMap<String, Vec<(i64, String)>>;

fn printed(value: &Value) -> String {
    match value {
        Value::Float(value) => format!("{:016x}", value.to_bits()),
        Value::Histogram(histogram) => format!("{histogram:?}"),
    }
}

fn add_all(content: &mut Content, labels: &Labels, samples: impl Iterator<Item = (i64, Value)>) {
    let own = content.entry(labels.to_string()).or_default();
    own.extend(samples.map(|(at, value)| (at, printed(&value))));
    own.sort();
    own.dedup_by_key(|(at, _)| *at);
}

/// Imports all windows; what their parts hold, with one stale marker for each run of them.
fn imported(disk: &dyn Disk) -> (Content, Vec<Part<Vec<u8>>>) {
    let import = Import::open(disk).expect("a good directory");
    let mut content = Content::new();
    let mut parts = Vec::new();
    for window in import.windows() {
        let mut gathered = import.gather(window, &|| ()).expect("a good directory");
        let mut bytes = Vec::new();
        part::write(&mut gathered, window.level, &Facts::default(), &mut bytes)
            .expect("there is room");
        let part = Part::open(bytes).expect("it was just written");
        read(&part, &mut content);
        parts.push(part);
    }
    (content, parts)
}

fn read<M: Medium>(part: &Part<M>, content: &mut Content) {
    let mut cache = PageCache::default();
    let mut columns = storage::Columns::default();
    let tables = part.tables().expect("it was just written");
    for group in 0..tables.groups() {
        let metrics = tables.series(group);
        let read = part.read(group, metrics, TimeRange::ALL, &mut cache, &mut columns);
        read.expect("it was just written");
        for (metric, column) in metrics.iter().zip(&columns.columns) {
            let labels = tables.target(group).merged(&tables.metric(*metric));
            let mut found = Vec::new();
            said(column, &columns.timestamps, &mut found);
            let found = found.into_iter().map(|s| (s.timestamp_ms, s.value));
            add_all(content, &labels, found);
        }
    }
}

/// Writes blocks; each block's series are given in any order.
fn blocks(blocks: &[&[(&str, Vec<Sample>)]]) -> (Scratch, Content) {
    let scratch = Scratch::new();
    let disk = &scratch.disk;
    let mut content = Content::new();
    for (number, block) in (1..).zip(blocks) {
        let mut sorted: Vec<(Labels, &Vec<Sample>)> = block
            .iter()
            .map(|(text, samples)| (labels(text), samples))
            .collect();
        sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut writer =
            BlockWriter::create(disk, "", Ulid::new(Timestamp(number), 0)).expect("room");
        for (labels, samples) in sorted {
            writer
                .series(&labels, samples.iter().cloned())
                .expect("in order");
            let values = samples.iter().map(|s| (s.timestamp_ms, s.value.clone()));
            add_all(&mut content, &labels, values);
        }
        writer.finish(Bounds::Samples).expect("room");
    }
    (scratch, content)
}

fn check(given: &[&[(&str, Vec<Sample>)]]) -> Vec<Part<Vec<u8>>> {
    let (disk, content) = blocks(given);
    let (found, parts) = imported(&disk.disk);
    assert_eq!(found, content);
    parts
}

/// The targets of a part's groups, and how many series each has.
fn shape(part: &Part<Vec<u8>>) -> Vec<(String, usize)> {
    let tables = part.tables().expect("it was just written");
    let group = |group| (tables.target(group).to_string(), tables.series(group).len());
    (0..tables.groups()).map(group).collect()
}

#[test]
fn bits_and_pauses_come_over() {
    let every = || (0..400_i64).map(|row| row * 15_000);
    let strange = [
        f64::NAN,
        f64::from_bits(0x7ff8_0000_dead_beef),
        -0.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        5e-324,
        0.1 + 0.2,
    ];
    let mut pausing = floats(every().take(100), |at| at as f64);
    pausing.push(Sample {
        timestamp_ms: 100 * 15_000,
        value: Value::Float(STALE_NAN),
    });
    pausing.extend(floats(every().skip(200), |at| at as f64 / 3.0));
    let parts = check(&[&[
        ("up{job=a,instance=1,dc=x}", floats(every(), |_| 1.0)),
        (
            "strange{job=a,instance=1,dc=x,le=2}",
            floats(every(), |at| strange[(at / 15_000 % 7) as usize]),
        ),
        ("pausing{job=a,instance=1,dc=x}", pausing),
        (
            "late_born{job=a,instance=1,dc=x}",
            floats(every().skip(300), |at| at as f64),
        ),
    ]]);
    assert_eq!(parts.len(), 1);
    assert_eq!(
        shape(&parts[0]),
        [(r#"{dc="x", instance="1", job="a"}"#.to_owned(), 4)]
    );
}

#[test]
fn no_stale_marker_is_made_up() {
    let every = || (0..100_i64).map(|row| row * 1000);
    let with_holes = floats(every().filter(|at| at % 7000 != 0), |at| at as f64);
    let parts = check(&[&[
        ("up{job=a,instance=1}", floats(every(), |_| 1.0)),
        ("with_holes{job=a,instance=1}", with_holes),
        (
            "with_few_holes{job=a,instance=1}",
            floats(every().filter(|at| at % 20_000 != 0), |at| at as f64),
        ),
        (
            "own_times{job=a,instance=1}",
            floats(every().map(|at| at + 1), |at| at as f64),
        ),
    ]]);
    assert_eq!(parts[0].tables().expect("own bytes").groups(), 3);
}

#[test]
fn histograms_come_over() {
    let histogram = |step: i64, integer: bool| Histogram {
        schema: 3,
        zero_threshold: 0.001,
        zero_count: step as f64,
        count: 7.0 * step as f64,
        sum: 0.5 * step as f64,
        positive_spans: vec![Span {
            offset: -2,
            length: 2,
        }],
        positive_buckets: vec![step as f64, 2.0 * step as f64],
        negative_spans: vec![Span {
            offset: 1,
            length: 1,
        }],
        negative_buckets: vec![3.0 * step as f64],
        integer,
        ..Histogram::default()
    };
    let custom = |step: i64| Histogram {
        schema: model::histogram::CUSTOM_BUCKETS_SCHEMA,
        count: 3.0 * step as f64,
        sum: 0.25 * step as f64,
        positive_spans: vec![Span {
            offset: 0,
            length: 3,
        }],
        positive_buckets: vec![step as f64; 3],
        custom_values: vec![0.5, 2.5],
        integer: true,
        ..Histogram::default()
    };
    let series = |make: &dyn Fn(i64) -> Histogram| -> Vec<Sample> {
        let sample = |step: i64| Sample {
            timestamp_ms: step * 1000,
            value: Value::Histogram(Arc::new(make(step))),
        };
        (1..200).map(sample).collect()
    };
    let mut mixed = series(&|step| histogram(step, true));
    mixed.truncate(50);
    mixed.extend(floats((51..80).map(|step| step * 1000), |at| at as f64));
    let given: &[(&str, Vec<Sample>)] = &[
        (
            "up{job=a,instance=1}",
            floats((1..200).map(|s| s * 1000), |_| 1.0),
        ),
        (
            "integers{job=a,instance=1}",
            series(&|step| histogram(step, true)),
        ),
        (
            "halves{job=a,instance=1}",
            series(&|step| histogram(step, false)),
        ),
        ("custom{job=a,instance=1}", series(&custom)),
        ("mixed{job=a,instance=1}", mixed),
    ];
    // A block can't say all of a reset hint, so what is expected is what a reader of the block gets.
    let (disk, _) = blocks(&[given]);
    let mut content = Content::new();
    let blocks = data::blocks(&disk.disk).expect("a good directory");
    blocks[0]
        .for_each(TimeRange::ALL, |series, samples| {
            let values = samples.iter().map(|s| (s.timestamp_ms, s.value.clone()));
            add_all(&mut content, &series.labels, values);
            std::ops::ControlFlow::Continue(())
        })
        .expect("a good block");
    let (found, parts) = imported(&disk.disk);
    assert_eq!(found, content);
    assert_eq!(parts[0].tables().expect("own bytes").groups(), 1);
}

#[test]
fn old_days_are_one_cold_part_each() {
    let minutes =
        |days: std::ops::Range<i64>| (days.start * 1440..days.end * 1440).map(|m| m * 60_000);
    let parts = check(&[
        &[("a{job=x}", floats(minutes(10..12), |at| at as f64))],
        // Its range is odd, and it overlaps the one before.
        &[("b", floats(minutes(11..14).skip(700), |at| at as f64))],
    ]);
    let shapes: Vec<(i64, Level)> = parts
        .iter()
        .map(|part| (part.range().start.0 / HOUR_MS, part.level()))
        .collect();
    let cold = (10..12).map(|day| (day * 24, Level::Cold));
    let hot = (144..168).map(|window| (window * 2, Level::Hot));
    assert_eq!(shapes, cold.chain(hot).collect::<Vec<_>>());
}

#[test]
fn of_two_values_the_older_source_stands() {
    let (disk, _) = blocks(&[
        &[("a", floats([10, 20, 30].into_iter(), |_| 1.0))],
        &[("a", floats([20, 25, 40].into_iter(), |_| 2.0))],
    ]);
    let (found, _) = imported(&disk.disk);
    let expected = [(10, 1.0), (20, 1.0), (25, 2.0), (30, 1.0), (40, 2.0)];
    let expected = expected.map(|(at, value)| (at, printed(&Value::Float(value))));
    assert_eq!(found[&labels("a").to_string()], expected);
}

#[test]
fn the_log_comes_over() {
    let disk = disk_with(&[
        (
            "chunks_head/000001",
            full_chunks(&[(1, false, &[10, 20, 30])]),
        ),
        (
            "wal/00000000",
            log(&[
                series(1, "b"),
                series(2, "a"),
                samples(1, &[30, 40, 50]),
                samples(2, &[10, 60]),
            ]),
        ),
        ("wbl/00000000", log(&[samples(2, &[20, 5])])),
    ]);
    let head = Head::read(&disk, i64::MIN).expect("a good log");
    let mut content = Content::new();
    let read = head.for_each(TimeRange::ALL, |labels, samples| {
        let values = samples.iter().map(|s| (s.timestamp_ms, s.value.clone()));
        add_all(&mut content, labels, values);
    });
    read.expect("a good log");
    assert_eq!(content.values().map(Vec::len).sum::<usize>(), 9);
    assert_eq!(imported(&disk).0, content);
}

#[test]
fn an_empty_directory_has_no_windows() {
    let disk = SimulatedDisk::new(1);
    assert!(
        Import::open(&disk)
            .expect("it is empty")
            .windows()
            .is_empty()
    );
}

#[test]
fn a_block_that_claims_all_of_time_is_refused() {
    let (disk, _) = blocks(&[&[("a", floats([0, 1].into_iter(), |_| 1.0))]]);
    let folder = disk.disk.list("").expect("a block").remove(0);
    let path = format!("{folder}/meta.json");
    let text = format!(
        r#"{{"ulid":"{folder}","minTime":-9000000000000000000,"maxTime":9000000000000000000,"version":1}}"#
    );
    disk.disk.remove(&path).expect("it is there");
    let file = disk.disk.create(&path).expect("there is room");
    file.write_at(0, text.as_bytes()).expect("there is room");
    let error = Import::open(&disk.disk)
        .err()
        .expect("nobody has so long a block");
    assert!(error.to_string().contains("too long a range"), "{error}");
}

/// What the parts of a data folder hold, and how many there are.
fn kept(disk: &SimulatedDisk) -> (Content, usize) {
    let mut content = Content::new();
    let names = disk.list("parts").expect("a folder");
    let parts = names.iter().filter(|name| name.ends_with(".part"));
    for name in parts.clone() {
        let file = disk.open_to_read(&format!("parts/{name}"));
        let part = Part::open(OnDisk(file.expect("it is there"))).expect("a whole part");
        read(&part, &mut content);
    }
    (content, parts.count())
}

/// Does windows until something fails or `most` are done.
fn run(import: &Import<'_>, disk: &SimulatedDisk, most: usize) -> Result<usize, ImportError> {
    let mut importer = Importer::open(import, Arc::new(disk.clone()))?;
    let left = import.windows().iter();
    let left: Vec<&Window> = left.filter(|window| !importer.is_done(window)).collect();
    for window in left.iter().take(most) {
        let outcome = importer.run(window, &|| ())?;
        assert_ne!(outcome, Outcome::Skipped);
    }
    Ok(left.len().saturating_sub(most))
}

/// Power cuts, failed syncs and a full disk at any moment: the next run goes on, and no window is there twice.
#[test]
fn an_import_that_was_cut_short_goes_on() {
    let every = |hours: std::ops::Range<i64>| {
        let minutes = hours.start * 60..hours.end * 60;
        minutes.map(|minute| minute * 60_000)
    };
    let series = |name, hours| (name, floats(every(hours), |at| at as f64 / 7.0));
    let (scratch, content) = blocks(&[
        &[series("a{job=x}", 0..3), series("b", 1..4)],
        &[series("a{job=x}", 50..57)],
    ]);
    let import = Import::open(&scratch.disk).expect("a good directory");
    // The first day as one, then hours 50 to 56 in pairs.
    assert_eq!(import.windows().len(), 5);
    for seed in 0..150 {
        let disk = SimulatedDisk::new(seed);
        for attempt in 0_u32.. {
            assert!(attempt < 40, "it must end");
            let harmful = attempt < 8;
            disk.set_faults(Faults {
                sync_1_in: if harmful { 5 } else { 0 },
                sync_folder_1_in: if harmful { 7 } else { 0 },
                read_1_in: 0,
            });
            let room = 2_000 + 1_000 * u64::from(attempt);
            disk.set_capacity(if harmful { room } else { 1 << 30 });
            let left = run(&import, &disk, 1 + (seed as usize + attempt as usize) % 3);
            let finished = matches!(left, Ok(0));
            if !finished || !harmful {
                disk.crash();
            }
            if finished {
                break;
            }
        }
        let (found, parts) = kept(&disk);
        assert_eq!(parts, 5, "seed {seed}");
        assert!(found == content, "seed {seed}");
        disk.set_faults(Faults {
            sync_1_in: 0,
            sync_folder_1_in: 0,
            read_1_in: 0,
        });
        disk.set_capacity(1 << 30);
        // A part that was merged away since, or dropped, does not come again.
        let mut importer = Importer::open(&import, Arc::new(disk.clone())).expect("a good disk");
        importer.finish().expect("a good disk");
        let last = disk.list("parts").expect("a folder").pop().expect("a part");
        disk.remove(&format!("parts/{last}")).expect("it is there");
        let importer = Importer::open(&import, Arc::new(disk.clone())).expect("a good disk");
        assert!(
            import
                .windows()
                .iter()
                .all(|window| importer.is_done(window))
        );
    }
}
