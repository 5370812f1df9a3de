//! Rows as tables.

use super::{Cost, Row};
use crate::peer::PEERS;
use crate::report::Table;

/// Queries for which the slowest program takes less are not told in the table of memory.
const HEAVY_MS: f64 = 100.0;

/// Time and processor time; a number of series that differs from ours is told, since then the times don't compare.
pub(super) fn times(rows: &[Row]) -> Table {
    let names = PEERS.map(|peer| peer.name);
    let cores = PEERS.map(|peer| format!("{}, CPU", peer.name));
    let columns: Vec<&str> = std::iter::once("query, ms")
        .chain(names)
        .chain(cores.iter().map(String::as_str))
        .collect();
    let mut table = Table::new(&columns);
    for row in rows {
        let own = &row.costs[0];
        let cells = row.costs.iter().map(|cost| cell(own, cost));
        let cpu = row.costs.iter().map(|cost| number(cost.cpu_milliseconds));
        table.row(
            &std::iter::once(quoted(&row.query))
                .chain(cells)
                .chain(cpu)
                .collect::<Vec<_>>(),
        );
    }
    table
}

fn cell(own: &Cost, cost: &Cost) -> String {
    if cost.milliseconds.is_nan() {
        return if cost.asked { "no answer" } else { "" }.to_owned();
    }
    let time = number(cost.milliseconds);
    if std::ptr::eq(own, cost) {
        return format!("**{time}**");
    }
    let ratio = cost.milliseconds / own.milliseconds;
    let series = if cost.series == own.series {
        String::new()
    } else {
        format!(", {} series for {}", cost.series, own.series)
    };
    format!("{time} ({ratio:.1}x{series})")
}

/// The peaks of heavy queries; `None` if there are none.
pub(super) fn peaks(rows: &[Row], idle: &[f64]) -> Option<Table> {
    let is_heavy = |row: &&Row| row.costs.iter().any(|cost| cost.milliseconds >= HEAVY_MS);
    let heavy: Vec<&Row> = rows.iter().filter(is_heavy).collect();
    if heavy.is_empty() {
        return None;
    }
    let names = PEERS.map(|peer| peer.name);
    let columns: Vec<&str> = std::iter::once("query, MB").chain(names).collect();
    let mut table = Table::new(&columns);
    let idle = idle.iter().map(|bytes| number(bytes / 1e6));
    table.row(
        &std::iter::once("idle".to_owned())
            .chain(idle)
            .collect::<Vec<_>>(),
    );
    for row in heavy {
        let own = row.costs[0].peak_bytes;
        let cell = |cost: &Cost| {
            let megabytes = number(cost.peak_bytes / 1e6);
            if cost.peak_bytes == own || cost.peak_bytes.is_nan() {
                return megabytes;
            }
            format!("{megabytes} ({:.1}x)", cost.peak_bytes / own)
        };
        let cells = row.costs.iter().map(cell);
        table.row(
            &std::iter::once(quoted(&row.query))
                .chain(cells)
                .collect::<Vec<_>>(),
        );
    }
    Some(table)
}

pub(super) fn quoted(query: &str) -> String {
    format!("`{}`", query.replace('|', "\\|"))
}

/// Three digits or so.
pub(super) fn number(value: f64) -> String {
    if value.is_nan() {
        String::new()
    } else if value < 10.0 {
        format!("{value:.2}")
    } else if value < 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}
