//! Recorded scrapes of three exporters, as sources of parts.

use std::path::{Path, PathBuf};
use std::process::Command;

use model::Labels;
use storage::{Column, Values};
use tsdb::part::{PartError, Source};

pub(crate) const EXPORTERS: [&str; 3] = ["node_exporter", "prometheus", "victoriametrics"];

/// One exporter's scrapes as a group.
pub(crate) struct Recorded {
    pub(crate) target: Labels,
    pub(crate) timestamps: Vec<i64>,
    pub(crate) labels: Vec<Labels>,
    pub(crate) columns: Vec<Column>,
}

/// The recordings as a source.
pub(crate) struct Mix(pub(crate) Vec<Recorded>);

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

pub(crate) fn recordings() -> PathBuf {
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
pub(crate) fn read(name: &str, every: usize) -> Option<Recorded> {
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
