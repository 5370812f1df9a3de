//! Runnable tasks, averaged, from `/proc/loadavg`.

use ferula::Kind::Gauge;
use ferula::Page;

use crate::node::host::{Host, Outcome};
use crate::node::table::{Column, single};

/// In the order of the file.
const AVERAGES: [Column; 3] = [
    (Gauge, "node_load1", "1m load average."),
    (Gauge, "node_load5", "5m load average."),
    (Gauge, "node_load15", "15m load average."),
];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc("loadavg")?;
    let numbers = text
        .split_ascii_whitespace()
        .map_while(|field| field.parse().ok());
    let numbers = numbers.take(AVERAGES.len()).collect::<Vec<f64>>();
    if numbers.len() < AVERAGES.len() {
        return Err(host.malformed("loadavg", "not three numbers"));
    }
    for (family, number) in AVERAGES.into_iter().zip(numbers) {
        single(page, family, number);
    }
    Ok(())
}
