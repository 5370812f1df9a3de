//! Time lost to waiting, from `/proc/pressure`, which kernels with PSI have.
//!
//! ```text
//! some avg10=0.00 avg60=0.00 avg300=0.00 total=14036781      some task waited
//! full avg10=0.00 avg60=0.00 avg300=0.00 total=5193593       none could go on
//! ```

use ferula::Kind::Counter;
use ferula::Page;

use crate::node::host::{Failure, Host, Outcome};
use crate::node::table::{Column, single};

/// The file, the line, and the family. A processor is never waited for by all, and of interrupts only that is known.
const LINES: [(&str, &str, Column); 6] = [
    (
        "cpu",
        "some",
        (
            Counter,
            "node_pressure_cpu_waiting_seconds_total",
            "Total time in seconds that processes have waited for CPU time",
        ),
    ),
    (
        "io",
        "full",
        (
            Counter,
            "node_pressure_io_stalled_seconds_total",
            "Total time in seconds no process could make progress due to IO congestion",
        ),
    ),
    (
        "io",
        "some",
        (
            Counter,
            "node_pressure_io_waiting_seconds_total",
            "Total time in seconds that processes have waited due to IO congestion",
        ),
    ),
    (
        "irq",
        "full",
        (
            Counter,
            "node_pressure_irq_stalled_seconds_total",
            "Total time in seconds no process could make progress due to IRQ congestion",
        ),
    ),
    (
        "memory",
        "full",
        (
            Counter,
            "node_pressure_memory_stalled_seconds_total",
            "Total time in seconds no process could make progress due to memory congestion",
        ),
    ),
    (
        "memory",
        "some",
        (
            Counter,
            "node_pressure_memory_waiting_seconds_total",
            "Total time in seconds that processes have waited for memory",
        ),
    ),
];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let mut found = false;
    for (file, line, family) in LINES {
        let text = host.proc(&format!("pressure/{file}")).unwrap_or_default();
        if let Some(total_us) = total_us(&text, line) {
            single(page, family, total_us as f64 / 1e6);
            found = true;
        }
    }
    if found { Ok(()) } else { Err(Failure::NoData) }
}

fn total_us(text: &str, line: &str) -> Option<u64> {
    let fields = text
        .lines()
        .find_map(|given| given.strip_prefix(line)?.strip_prefix(' '))?;
    fields
        .split_ascii_whitespace()
        .find_map(|field| field.strip_prefix("total="))?
        .parse()
        .ok()
}
