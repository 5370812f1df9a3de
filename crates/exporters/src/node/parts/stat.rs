//! Counts of the kernel as a whole, from `/proc/stat`.

use ferula::Kind::{Counter, Gauge};
use ferula::Page;

use crate::node::host::{Host, Outcome};
use crate::node::table::{Column, single};

/// The line's first word, and the family, whose value is the second.
const LINES: [(&str, Column); 6] = [
    (
        "intr",
        (
            Counter,
            "node_intr_total",
            "Total number of interrupts serviced.",
        ),
    ),
    (
        "ctxt",
        (
            Counter,
            "node_context_switches_total",
            "Total number of context switches.",
        ),
    ),
    (
        "processes",
        (Counter, "node_forks_total", "Total number of forks."),
    ),
    (
        "btime",
        (
            Gauge,
            "node_boot_time_seconds",
            "Node boot time, in unixtime.",
        ),
    ),
    (
        "procs_running",
        (
            Gauge,
            "node_procs_running",
            "Number of processes in runnable state.",
        ),
    ),
    (
        "procs_blocked",
        (
            Gauge,
            "node_procs_blocked",
            "Number of processes blocked waiting for I/O to complete.",
        ),
    ),
];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc("stat")?;
    let mut found = false;
    for (word, family) in LINES {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
        let value = line.and_then(|line| line.split_ascii_whitespace().next()?.parse::<f64>().ok());
        if let Some(value) = value {
            single(page, family, value);
            found = true;
        }
    }
    if found {
        Ok(())
    } else {
        Err(host.malformed("stat", "no known line"))
    }
}
