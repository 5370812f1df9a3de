//! Recorded scrapes of real exporters.
//!
//! A recording (see its README) has one scrape a second for 85 minutes: times, series and values. Where it ends it begins again, with counters
//! going on from where they were, so that a replay never shows a reset that did not happen.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::exporter::{Exporter, Series, Values, counts};

/// The recordings that there are, by the names of their files.
pub(crate) const RECORDED: [&str; 3] = ["node_exporter", "prometheus", "victoriametrics"];

/// The page of the node exporter that HELP and TYPE lines come from: the recordings don't keep them.
const HEADS: &str = "samples/node_exporter-1.5.0.txt";

/// The scrapes of one exporter.
pub(crate) struct Recording {
    /// Series as a page writes them, by number.
    pub(crate) series: Vec<String>,
    pub(crate) scrapes: Vec<Scrape>,
}

/// One recorded scrape.
pub(crate) struct Scrape {
    pub(crate) time_ms: i64,
    /// Numbers of series, with values, in the order of the page.
    pub(crate) values: Vec<(usize, f64)>,
}

/// Reads a recording of [`RECORDED`]; says why when it can't.
pub(crate) fn read(name: &str) -> Option<Recording> {
    let folder = e2e::shared()?.join("samples/recorded");
    let series = std::fs::read_to_string(folder.join(format!("{name}.series"))).ok()?;
    let output = Command::new("xz")
        .args(["-dc"])
        .arg(folder.join(format!("{name}.scrapes.xz")))
        .output();
    let records = match output {
        Ok(output) if output.status.success() => output.stdout,
        _ => {
            eprintln!("can't unpack the recording of {name}\n  hint: install xz-utils");
            return None;
        }
    };
    let mut scrapes = Vec::new();
    let mut rest = records.as_slice();
    while let Some((scrape, after)) = record(rest) {
        scrapes.push(scrape);
        rest = after;
    }
    Some(Recording {
        series: series.lines().map(str::to_owned).collect(),
        scrapes,
    })
}

/// The exporter of a recording, shown for ever.
pub(crate) fn exporter(name: &'static str) -> Option<Exporter> {
    let recording = read(name)?;
    let mut heads = heads(&e2e::shared()?.join(HEADS));
    let mut series = Vec::new();
    for text in &recording.series {
        let name = text.split('{').next().unwrap_or(text);
        series.push(Series {
            // Taken out: it stands before the first of them only.
            head: heads.remove(name).unwrap_or_default(),
            text: text.clone(),
        });
    }
    Some(Exporter {
        name,
        series,
        values: Box::new(Recorded::new(recording)),
    })
}

struct Recorded {
    scrapes: Vec<Scrape>,
    /// How much each counter rises from the beginning to the end.
    rises: Vec<f64>,
}

impl Recorded {
    fn new(recording: Recording) -> Self {
        let mut first = vec![f64::NAN; recording.series.len()];
        let mut last = first.clone();
        for (index, value) in recording.scrapes.iter().flat_map(|scrape| &scrape.values) {
            if first[*index].is_nan() {
                first[*index] = *value;
            }
            last[*index] = *value;
        }
        let rise = |(index, text): (usize, &String)| {
            let rise = last[index] - first[index];
            if counts(text) && rise.is_finite() {
                rise.max(0.0)
            } else {
                0.0
            }
        };
        Self {
            rises: recording.series.iter().enumerate().map(rise).collect(),
            scrapes: recording.scrapes,
        }
    }
}

impl Values for Recorded {
    fn at(&self, second: u64, out: &mut Vec<(usize, f64)>) {
        let length = self.scrapes.len() as u64;
        let (round, at) = ((second / length) as f64, (second % length) as usize);
        let scrape = &self.scrapes[at].values;
        out.extend(
            scrape
                .iter()
                .map(|(index, value)| (*index, value + round * self.rises[*index])),
        );
    }
}

/// One scrape, and what follows it.
fn record(bytes: &[u8]) -> Option<(Scrape, &[u8])> {
    const HEAD: usize = 16;
    const SAMPLE: usize = 12;
    let time_ms = i64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
    let count = u32::from_le_bytes(bytes.get(8..12)?.try_into().ok()?) as usize;
    let body = bytes.get(HEAD..HEAD + count * SAMPLE)?;
    let sample = |sample: &[u8]| {
        let series = u32::from_le_bytes(sample[..4].try_into().ok()?) as usize;
        Some((series, f64::from_le_bytes(sample[4..].try_into().ok()?)))
    };
    let values = body
        .chunks_exact(SAMPLE)
        .map(sample)
        .collect::<Option<_>>()?;
    Some((Scrape { time_ms, values }, &bytes[HEAD + count * SAMPLE..]))
}

/// HELP and TYPE lines by name.
fn heads(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut heads: BTreeMap<String, String> = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("# ")) {
        if let Some(name) = line.split(' ').nth(2) {
            let head = heads.entry(name.to_owned()).or_default();
            head.push_str(line);
            head.push('\n');
        }
    }
    heads
}
