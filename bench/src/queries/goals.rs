//! What was wanted, beside what came out.

use super::tables::{number, quoted};
use super::{Cost, Row};
use crate::report::{Report, Table};

/// Times in milliseconds that were set for single queries.
const TIMES: [(&str, f64); 2] = [
    ("sum by (mode) (rate(node_cpu_seconds_total[", 5.0),
    ("rate(node_cpu_seconds_total[", 30.0),
];
/// Queries for which Prometheus takes longer are heavy, and their memory counts.
const HEAVY_MS: f64 = 100.0;

/// One series of so many may be missing, or be too many: programs don't agree when a series that came late ends.
const SERIES_PER_STRAY: usize = 100;

/// Of all queries that all programs answer alike.
pub(super) fn tell(rows: &[Row], report: &mut Report) {
    let all = rows.iter().filter(|row| compares(row)).collect::<Vec<_>>();
    report.title("Goals");
    let mut table = Table::new(&["goal", "wanted", "measured"]);
    let mut say = |what: &str, wanted: &str, measured: String| {
        table.row(&[what.to_owned(), wanted.to_owned(), measured]);
    };
    let better = all
        .iter()
        .map(|row| row.costs[0].milliseconds / least(row, |cost| cost.milliseconds));
    let own = |row: &&Row| row.costs[0].milliseconds / row.costs[1].milliseconds;
    let asked = format!("{} of {} queries", all.len(), rows.len());
    say(
        &format!("geometric mean of our time to the better peer's, {asked}"),
        "1/6",
        share(mean(better)),
    );
    say(
        "geometric mean of our time to Prometheus'",
        "1/10",
        share(mean(all.iter().map(own))),
    );
    let slower = all
        .iter()
        .filter(|row| row.costs[0].milliseconds > least(row, |cost| cost.milliseconds))
        .map(|row| quoted(&row.query))
        .collect::<Vec<_>>();
    say("slower than a peer", "none", none_or(&slower));
    for (begin, wanted) in TIMES {
        let row = rows.iter().find(|row| {
            row.query.starts_with(begin) && row.costs.iter().all(|cost| cost.milliseconds > 0.0)
        });
        if let Some(row) = row {
            say(
                &format!("{}, ms", quoted(&row.query)),
                &format!("{wanted}"),
                number(row.costs[0].milliseconds),
            );
        }
    }
    let heavy = || {
        let rows = all.iter();
        rows.filter(|row| row.costs[1].milliseconds > HEAVY_MS)
    };
    let peaks = heavy().map(|row| row.costs[0].peak_bytes / least(row, |cost| cost.peak_bytes));
    say(
        "peak memory of the heavy ones to the leaner peer's, geometric mean",
        "1/4",
        share(mean(peaks)),
    );
    let fat = heavy()
        .filter(|row| row.costs[0].peak_bytes * 4.0 > least(row, |cost| cost.peak_bytes))
        .map(|row| quoted(&row.query))
        .collect::<Vec<_>>();
    say("heavy ones beyond that", "none", none_or(&fat));
    report.table(&table);
}

/// Whether all programs answer, with about as many series.
fn compares(row: &Row) -> bool {
    let own = row.costs[0].series;
    let is_alike = |cost: &Cost| cost.series.abs_diff(own) * SERIES_PER_STRAY <= own;
    let mut costs = row.costs.iter();
    costs.all(|cost| !cost.milliseconds.is_nan() && is_alike(cost))
}

/// The better peer's.
fn least(row: &Row, figure: fn(&Cost) -> f64) -> f64 {
    let peers = row.costs[1..].iter();
    peers.map(figure).fold(f64::INFINITY, f64::min)
}

fn mean(ratios: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = ratios.fold((0.0, 0), |(sum, count), ratio| {
        (sum + ratio.ln(), count + 1)
    });
    (sum / f64::from(count)).exp()
}

/// `1/6.2`
fn share(ratio: f64) -> String {
    format!("1/{:.1}", 1.0 / ratio)
}

fn none_or(list: &[String]) -> String {
    if list.is_empty() {
        "none".to_owned()
    } else {
        list.join(", ")
    }
}
