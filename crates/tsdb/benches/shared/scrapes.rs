//! Recorded scrapes, every fifteenth of them: 15 s apart.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// One page's values.
pub(crate) struct Scrape {
    pub(crate) columns: Vec<u32>,
    pub(crate) values: Vec<f64>,
}

const EVERY: usize = 15;

pub(crate) fn read(folder: &Path, name: &str) -> Vec<Scrape> {
    let packed = folder.join(format!("{name}.scrapes.xz"));
    let unpacked = Command::new("xz")
        .arg("-dc")
        .arg(packed)
        .stdout(Stdio::piped())
        .spawn();
    let mut child = unpacked.expect("xz");
    // Piece by piece: a large buffer that is freed would count against what is resident later.
    let mut bytes = child.stdout.take().expect("piped");
    let mut scrapes = Vec::new();
    let mut number = 0;
    let mut start = [0; 16];
    let mut body = Vec::new();
    while bytes.read_exact(&mut start).is_ok() {
        let count = u32::from_le_bytes(start[8..12].try_into().expect("four bytes")) as usize;
        body.resize(count * 12, 0);
        bytes.read_exact(&mut body).expect("a whole scrape");
        number += 1;
        if number % EVERY != 0 {
            continue;
        }
        let mut pairs: Vec<(u32, f64)> = body.chunks_exact(12).map(pair).collect();
        pairs.sort_by_key(|pair| pair.0);
        pairs.dedup_by_key(|pair| pair.0);
        let (columns, values) = pairs.into_iter().unzip();
        scrapes.push(Scrape { columns, values });
    }
    child.wait().expect("xz ends");
    scrapes
}

fn pair(bytes: &[u8]) -> (u32, f64) {
    let column = u32::from_le_bytes(bytes[..4].try_into().expect("four bytes"));
    let value = f64::from_le_bytes(bytes[4..].try_into().expect("eight bytes"));
    (column, value)
}
