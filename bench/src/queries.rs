//! What queries cost: time, processor time and memory of the queries in `bench/queries`, over HTTP, asked in turns of all programs, which hold
//! the same samples and have nothing else to do.
//!
//! ```text
//!  pods:   made ──► blocks ──► import into each ──► asked
//!  nodes:  recorded pages ──► scraped by all at once ──► no more targets, quiet ──► asked
//! ```

mod goals;
mod nodes;
mod pods;
mod tables;

use e2e::Program;

use crate::Run;
use crate::ask::{self, Answered, Range};
use crate::median::median;
use crate::peer::{PEERS, Peer};
use crate::report::{Report, now};
use crate::usage::{cpu_seconds, forget_peak, peak_bytes, resident_bytes};
use crate::wait;

/// Each query is asked so many times of each program, in turns, and once before.
const ROUNDS: usize = 9;
/// Seconds after which a query that takes long is not asked again.
const PATIENCE_SECONDS: f64 = 8.0;
/// A program that uses less of a core than this has nothing to do.
const QUIET_CORES: f64 = 0.03;
/// Seconds over which that is measured.
const LOOK_SECONDS: f64 = 1.0;
/// Looks after which programs that never are quiet are asked all the same.
const LOOKS_MAX: usize = 90;

/// Queries that are asked over one range.
struct List {
    title: String,
    queries: Vec<String>,
    range: Range,
}

/// What a program took for a query; NaN where it can't answer.
#[derive(Clone, Copy)]
struct Cost {
    /// Whether anybody asked.
    asked: bool,
    milliseconds: f64,
    cpu_milliseconds: f64,
    /// Resident memory at its highest while it answered.
    peak_bytes: f64,
    /// How many series it found.
    series: usize,
}

impl Cost {
    const NONE: Self = Self {
        asked: false,
        milliseconds: f64::NAN,
        cpu_milliseconds: f64::NAN,
        peak_bytes: f64::NAN,
        series: 0,
    };
}

/// A query and what each program took for it, by number of the peer.
struct Row {
    query: String,
    costs: [Cost; PEERS.len()],
}

/// Programs that have their samples.
struct Loaded {
    programs: Vec<(Peer, Program)>,
    lists: Vec<List>,
}

pub(crate) fn run(run: Run, report: &mut Report) -> Option<()> {
    let mut rows = Vec::new();
    let pods: fn(Run) -> Option<Loaded> = pods::load;
    for load in [pods, nodes::load] {
        let loaded = load(run)?;
        quiet(&loaded.programs);
        let idle: Vec<f64> = loaded
            .programs
            .iter()
            .map(|(_, program)| resident_bytes(program.id()))
            .collect();
        for list in &loaded.lists {
            report.title(&list.title);
            let measured: Vec<Row> = list
                .queries
                .iter()
                .map(|query| measure(&loaded.programs, query, list.range))
                .collect();
            report.table(&tables::times(&measured));
            if let Some(table) = tables::peaks(&measured, &idle) {
                report.line("\nResident memory of the whole program at its highest while it answered, MB; idle it was as in the first line.\n");
                report.table(&table);
            }
            rows.extend(measured);
        }
    }
    if !run.alone {
        goals::tell(&rows, report);
    }
    Some(())
}

/// Waits until nobody does anything.
fn quiet(programs: &[(Peer, Program)]) {
    let used = || -> Vec<f64> {
        let programs = programs.iter();
        programs
            .map(|(_, program)| cpu_seconds(program.id()))
            .collect()
    };
    for _ in 0..LOOKS_MAX {
        let before = used();
        wait::pass(std::time::Duration::from_secs_f64(LOOK_SECONDS));
        let busy = used()
            .iter()
            .zip(&before)
            .any(|(after, before)| after - before > QUIET_CORES * LOOK_SECONDS);
        if !busy {
            return;
        }
    }
    eprintln!("asking although a program still works");
}

/// Asks all programs in turns: medians, and memory of a round of its own.
fn measure(programs: &[(Peer, Program)], query: &str, range: Range) -> Row {
    eprintln!("{query}");
    let mut costs = [Cost::NONE; PEERS.len()];
    let mut times = [const { Vec::new() }; PEERS.len()];
    let mut cpu_times = [const { Vec::new() }; PEERS.len()];
    for (peer, program) in programs {
        costs[peer.number].asked = true;
        forget_peak(program.id());
        if let Some(Answered { series, .. }) = ask::ask(program, *peer, query, range) {
            costs[peer.number].series = series;
            costs[peer.number].peak_bytes = peak_bytes(program.id());
        }
    }
    let begin = now();
    for _ in 0..ROUNDS {
        for (peer, program) in programs {
            let cpu_before = cpu_seconds(program.id());
            let answer = ask::ask(program, *peer, query, range);
            let cpu = cpu_seconds(program.id()) - cpu_before;
            times[peer.number].extend(answer.map(|answer| answer.milliseconds));
            cpu_times[peer.number].extend(answer.map(|_| cpu * 1000.0));
        }
        if now() - begin > PATIENCE_SECONDS {
            break;
        }
    }
    for (number, cost) in costs.iter_mut().enumerate() {
        cost.milliseconds = median(&times[number]);
        cost.cpu_milliseconds = median(&cpu_times[number]);
    }
    Row {
        query: query.to_owned(),
        costs,
    }
}
