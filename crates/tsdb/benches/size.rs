//! Bytes per sample, and speed, on recorded scrapes of three exporters.
//!
//! `cargo bench -p tsdb --bench size`, and `-- 15s` for the shorter half. Wants `xz`, and the recordings beside the repository; says so if they are missing.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a program that measures and prints"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use model::{Labels, TimeRange};
use storage::{Column, Columns, Values};
use tsdb::part::{Facts, Level, PageCache, Part, PartError, Sizes, Source, write};

const EXPORTERS: [&str; 3] = ["node_exporter", "prometheus", "victoriametrics"];

/// One exporter's scrapes as a group.
struct Recorded {
    target: Labels,
    timestamps: Vec<i64>,
    labels: Vec<Labels>,
    columns: Vec<Column>,
}

/// The recordings as a source.
struct Mix(Vec<Recorded>);

impl Source for Mix {
    fn groups(&self) -> usize {
        self.0.len()
    }
    fn target(&self, group: usize) -> &Labels {
        &self.0[group].target
    }
    fn series(&self, group: usize) -> &[Labels] {
        &self.0[group].labels
    }
    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        out.clone_from(&self.0[group].timestamps);
        Ok(())
    }
    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        out.clone_from(&self.0[group].columns[series]);
        Ok(())
    }
}

fn recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/recorded")
}

/// `name{label="value",…}` as labels.
fn parse(line: &str) -> Labels {
    let (name, rest) = line.split_once('{').unwrap_or((line, ""));
    let mut pairs = vec![("__name__".to_owned(), name.to_owned())];
    let mut rest = rest.trim_end_matches('}');
    while let Some((label, after)) = rest.split_once("=\"") {
        let mut value = String::new();
        let mut characters = after.char_indices();
        let mut end = after.len();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    end = at + 1;
                    break;
                }
                '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
                other => value.push(other),
            }
        }
        pairs.push((label.trim_start_matches(',').to_owned(), value));
        rest = &after[end..];
    }
    Labels::from_pairs(pairs)
}

/// Every `every`th scrape of an exporter.
fn read(name: &str, every: usize) -> Option<Recorded> {
    let folder = recordings();
    let series = std::fs::read_to_string(folder.join(format!("{name}.series"))).ok()?;
    let labels: Vec<Labels> = series.lines().map(parse).collect();
    let scrapes = Command::new("xz")
        .arg("-dc")
        .arg(folder.join(format!("{name}.scrapes.xz")))
        .output()
        .ok()?
        .stdout;
    let mut timestamps = Vec::new();
    let mut columns = vec![(0_usize, Vec::<f64>::new()); labels.len()];
    let mut rest = scrapes.as_slice();
    let mut scrape = 0;
    while rest.len() >= 16 {
        let time = i64::from_le_bytes(rest[..8].try_into().ok()?);
        let count = u32::from_le_bytes(rest[8..12].try_into().ok()?) as usize;
        let samples = &rest[16..16 + 12 * count];
        rest = &rest[16 + 12 * count..];
        scrape += 1;
        if (scrape - 1) % every != 0 {
            continue;
        }
        let row = timestamps.len();
        timestamps.push(time);
        for sample in samples.chunks_exact(12) {
            let id = u32::from_le_bytes(sample[..4].try_into().ok()?) as usize;
            let value = f64::from_le_bytes(sample[4..].try_into().ok()?);
            let (first, values) = &mut columns[id];
            if values.is_empty() {
                *first = row;
            }
            // Where a scrape lacks the series, Prometheus writes a stale marker.
            values.resize(row - *first, model::STALE_NAN);
            values.push(value);
        }
    }
    let columns = columns.into_iter().map(|(first_row, values)| Column {
        first_row,
        values: Values::Floats(values),
        ..Column::default()
    });
    let (mut kept, mut own) = (Vec::new(), Vec::new());
    for (labels, column) in labels.into_iter().zip(columns) {
        if !column.values.is_empty() && !kept.contains(&labels) {
            kept.push(labels);
            own.push(column);
        }
    }
    Some(Recorded {
        target: Labels::from_pairs([("job", name), ("instance", "localhost:9100")]),
        timestamps,
        labels: kept,
        columns: own,
    })
}

fn main() {
    println!("bytes per sample; speeds in million samples per second on one core");
    println!(
        "{:24} {:>9} {:>7} {:>7} {:>7} {:>7} {:>7} | {:>6} {:>6}",
        "", "samples", "values", "direct", "times", "labels", "all", "write", "read"
    );
    let only_15_s = std::env::args().any(|argument| argument == "15s");
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
