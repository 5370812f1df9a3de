//! The pages that targets show: a node exporter's, as it was recorded every 15 s.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

/// How many pages follow each other before they begin again.
const LIVING: usize = 40;
/// The recording has a page each second.
const EVERY: usize = 15;
/// Bytes before a record's samples.
const HEAD_BYTES: usize = 16;
const SAMPLE_BYTES: usize = 12;

/// Pages of one target, one after the other, packed if that is wanted. Without `living` values it is one page for ever.
pub(crate) fn read(samples: &Path, living: bool, packed: bool) -> std::io::Result<Vec<Vec<u8>>> {
    let text = std::fs::read_to_string(samples.join("node_exporter-1.5.0.txt"))?;
    let pages = match living {
        true => recorded(&samples.join("recorded"), &text)?,
        false => vec![text.into_bytes()],
    };
    let pack = |page: Vec<u8>| match packed {
        true => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&page).and_then(|()| encoder.finish())
        }
        false => Ok(page),
    };
    pages.into_iter().map(pack).collect()
}

/// What the recording has, with the HELP and TYPE lines of `text`.
fn recorded(folder: &Path, text: &str) -> std::io::Result<Vec<Vec<u8>>> {
    let series = std::fs::read_to_string(folder.join("node_exporter.series"))?;
    let unpacked = Command::new("xz")
        .arg("-dc")
        .arg(folder.join("node_exporter.scrapes.xz"))
        .output()?;
    let lines = lines(&series, text);
    let mut pages = Vec::new();
    let mut rest = unpacked.stdout.as_slice();
    for number in 0.. {
        let Some((head, after)) = rest.split_at_checked(HEAD_BYTES) else {
            break;
        };
        let count = u32::from_le_bytes(head[8..12].try_into().expect("four bytes")) as usize;
        let (body, after) = after.split_at(count * SAMPLE_BYTES);
        rest = after;
        if number % EVERY == 0 {
            pages.push(page(&lines, body));
        }
        if pages.len() == LIVING {
            break;
        }
    }
    Ok(pages)
}

/// What stands before each series' value: the first of a family has the family's comments before it.
fn lines(series: &str, text: &str) -> Vec<String> {
    let mut heads: HashMap<&str, String> = HashMap::new();
    for line in text.lines().filter(|line| line.starts_with('#')) {
        if let Some(name) = line.split(' ').nth(2) {
            let head = heads.entry(name).or_default();
            head.push_str(line);
            head.push('\n');
        }
    }
    let line = |series: &str| {
        let name = series.split('{').next().unwrap_or(series);
        format!("{}{series} ", heads.remove(name).unwrap_or_default())
    };
    series.lines().map(line).collect()
}

fn page(lines: &[String], body: &[u8]) -> Vec<u8> {
    let mut page = String::new();
    for sample in body.chunks_exact(SAMPLE_BYTES) {
        let (series, value) = sample.split_at(4);
        let series = u32::from_le_bytes(series.try_into().expect("four bytes"));
        let value = f64::from_le_bytes(value.try_into().expect("eight bytes"));
        page.push_str(&lines[series as usize]);
        let _written = match value {
            // As Go writes floats.
            value if value != 0.0 && !(1e-4..1e21).contains(&value.abs()) => {
                writeln!(page, "{value:e}")
            }
            value => writeln!(page, "{value}"),
        };
    }
    page.into_bytes()
}
