//! What series cost, on recorded scrapes of three exporters.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use model::Timestamp;
use tsdb::head::{Head, HeadOptions};
use tsdb::log::{Row, TargetId};

const EXPORTERS: [&str; 3] = ["node_exporter", "prometheus", "victoriametrics"];

/// Scrapes of 15 s are recorded ones a second, every so many of them.
const EVERY: usize = 15;

/// Rows between two flushes: half an hour.
const ROWS: usize = 120;

/// The goal for a series with all it needs is 150; the rest is for index and names.
const BYTES_PER_SERIES_MAX: usize = 115;

#[test]
fn a_series_costs_no_more_than_its_budget() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/recorded");
    let mut head = Head::new(HeadOptions { late_window_ms: 0 });
    let mut last_ms = 0;
    for (name, target) in EXPORTERS.iter().zip(0..) {
        let packed = folder.join(format!("{name}.scrapes.xz"));
        let unpacked = Command::new("xz").arg("-dc").arg(packed).output();
        let bytes = unpacked.map_or_else(|_| Vec::new(), |output| output.stdout);
        if bytes.is_empty() {
            let text = format!(
                "skipped: no recordings (or no xz) at {}\n",
                folder.display()
            );
            std::io::stderr()
                .write_all(text.as_bytes())
                .expect("stderr");
            return;
        }
        last_ms = last_ms.max(replay(&mut head, TargetId(target), &bytes));
    }
    let series = head.series();
    let full = head.heap_bytes() / series;
    assert!(full <= BYTES_PER_SERIES_MAX, "{full} bytes before a flush");

    // All but the newest row is released; 24 bytes and little else is left.
    head.release(Timestamp(last_ms));
    let left = head.heap_bytes() / head.series().max(1);
    assert!(left <= 45, "{left} bytes after a flush");
    let text = format!("{series} series: {full} bytes each before a flush, {left} after\n");
    std::io::stderr()
        .write_all(text.as_bytes())
        .expect("stderr");
}

/// The time of the last row.
fn replay(head: &mut Head, target: TargetId, mut bytes: &[u8]) -> i64 {
    let mut number = 0;
    let mut time_ms = 0;
    while let Some((start, rest)) = bytes.split_at_checked(16) {
        let count = u32::from_le_bytes(start[8..12].try_into().expect("four bytes")) as usize;
        let (body, rest) = rest.split_at(count * 12);
        bytes = rest;
        number += 1;
        if number % EVERY != 0 {
            continue;
        }
        if number / EVERY > ROWS {
            break;
        }
        time_ms = i64::from_le_bytes(start[..8].try_into().expect("eight bytes"));
        let mut pairs: Vec<(u32, f64)> = body.chunks_exact(12).map(pair).collect();
        pairs.sort_by_key(|pair| pair.0);
        pairs.dedup_by_key(|pair| pair.0);
        let (columns, values): (Vec<u32>, Vec<f64>) = pairs.into_iter().unzip();
        let applied = head.apply(&Row {
            target,
            time: Timestamp(time_ms),
            columns: &columns,
            values: &values,
            details: &[],
        });
        assert_eq!(applied.samples, columns.len() as u64);
    }
    time_ms
}

fn pair(bytes: &[u8]) -> (u32, f64) {
    let column = u32::from_le_bytes(bytes[..4].try_into().expect("four bytes"));
    let value = f64::from_le_bytes(bytes[4..].try_into().expect("eight bytes"));
    (column, value)
}
