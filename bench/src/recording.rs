//! Recorded scrapes of a real node exporter, as the pages that it sent.
//!
//! The recording (see its README) has one scrape a second for 85 minutes: times, series and values. HELP and TYPE lines come from a page of the
//! same exporter.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// How many pages are replayed. More would only cost memory: values move from each to the next.
const PAGES: usize = 240;

/// The pages of one exporter, second by second.
pub(crate) struct Pages {
    pub(crate) texts: Vec<Vec<u8>>,
    /// Samples of each.
    pub(crate) samples: Vec<usize>,
}

/// Reads the recording; says why when it can't.
pub(crate) fn pages() -> Option<Pages> {
    let shared = e2e::shared()?;
    let folder = shared.join("samples/recorded");
    let series = std::fs::read_to_string(folder.join("node_exporter.series")).ok()?;
    let series: Vec<&str> = series.lines().collect();
    let heads = heads(&shared.join("samples/node_exporter-1.5.0.txt"));
    let output = Command::new("xz")
        .args(["-dc"])
        .arg(folder.join("node_exporter.scrapes.xz"))
        .output();
    let records = match output {
        Ok(output) if output.status.success() => output.stdout,
        _ => {
            eprintln!("can't unpack the recording\n  hint: install xz-utils");
            return None;
        }
    };
    let mut pages = Pages {
        texts: Vec::new(),
        samples: Vec::new(),
    };
    let mut rest = records.as_slice();
    while let Some((values, after)) = record(rest)
        && pages.texts.len() < PAGES
    {
        pages.samples.push(values.len());
        pages.texts.push(render(&values, &series, &heads));
        rest = after;
    }
    Some(pages)
}

/// Numbers of series, with values.
type Values = Vec<(usize, f64)>;

/// One scrape, and what follows it.
fn record(bytes: &[u8]) -> Option<(Values, &[u8])> {
    const HEAD: usize = 16;
    const SAMPLE: usize = 12;
    let count = u32::from_le_bytes(bytes.get(8..12)?.try_into().ok()?) as usize;
    let body = bytes.get(HEAD..HEAD + count * SAMPLE)?;
    let sample = |sample: &[u8]| {
        let series = u32::from_le_bytes(sample[..4].try_into().ok()?) as usize;
        Some((series, f64::from_le_bytes(sample[4..].try_into().ok()?)))
    };
    let values = body
        .chunks_exact(SAMPLE)
        .map(sample)
        .collect::<Option<Values>>()?;
    Some((values, &bytes[HEAD + count * SAMPLE..]))
}

fn render(values: &[(usize, f64)], series: &[&str], heads: &BTreeMap<String, String>) -> Vec<u8> {
    let mut page = String::new();
    let mut family = "";
    for (index, value) in values {
        let line = series[*index];
        let name = line.split('{').next().unwrap_or(line);
        if name != family {
            family = name;
            page.push_str(heads.get(name).map_or("", String::as_str));
        }
        let value = if value.is_nan() {
            "NaN".to_owned()
        } else {
            value.to_string().replace("inf", "Inf")
        };
        let _ = writeln!(page, "{line} {value}");
    }
    page.into_bytes()
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
