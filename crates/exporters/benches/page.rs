//! What one page of this host costs. Run with `cargo bench -p exporters`.
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures with the machine's clock"
)]

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Instant;

use exporters::node::{NodeCollector, Options};
use ferula::{Format, Selection, Style};
use platform::SystemClock;

const ROUNDS: usize = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let collector = NodeCollector::new(&Options::of_this_host(), Arc::new(SystemClock))?;
    let mut page = Vec::new();
    let mut times_ms = Vec::with_capacity(ROUNDS);
    let cpu_before_ms = cpu_ms();
    for _ in 0..ROUNDS {
        page.clear();
        let started = Instant::now();
        collector.render(&Selection::all(), Style::new(Format::Text), &mut page);
        times_ms.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    let cpu_ms = (cpu_ms() - cpu_before_ms) / ROUNDS as f64;
    times_ms.sort_by(f64::total_cmp);
    let (least, median) = (times_ms[0], times_ms[ROUNDS / 2]);
    writeln!(
        io::stdout(),
        "page of {} bytes: least {least:.2} ms, median {median:.2} ms, processor {cpu_ms:.2} ms",
        page.len()
    )?;
    let text = String::from_utf8_lossy(&page);
    let durations = text.lines().filter_map(|line| {
        let rest = line.strip_prefix("node_scrape_collector_duration_seconds{collector=\"")?;
        let (part, seconds) = rest.split_once("\"} ")?;
        Some((part, seconds.parse::<f64>().ok()? * 1e6))
    });
    let mut durations = durations.collect::<Vec<_>>();
    durations.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    for (part, microseconds) in durations.iter().take(12) {
        writeln!(io::stdout(), "{part:>12} {microseconds:6.0} us")?;
    }
    Ok(())
}

/// Time on processors so far, in steps of 10 ms, which is little beside that of all rounds.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat
        .rsplit_once(')')
        .map(|(_, fields)| fields)
        .unwrap_or_default();
    let ticks = fields.split_ascii_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        * 10.0
}
