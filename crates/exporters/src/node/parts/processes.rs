//! How many processes and threads there are, and in which states, from `/proc/[pid]/stat`.
//!
//! node_exporter leaves this off; panels of the best-known dashboard want it, so it is on here.

use std::path::Path;

use ferula::Kind::Gauge;
use ferula::{Description, Page};

use crate::node::host::{Folder, Host, Outcome, names};
use crate::node::table::{Column, single};

const THREADS: Column = (
    Gauge,
    "node_processes_threads",
    "Allocated threads in system",
);
const PIDS: Column = (Gauge, "node_processes_pids", "Number of PIDs");
/// Limits, and the files that have them.
const LIMITS: [(&str, Column); 2] = [
    (
        "sys/kernel/threads-max",
        (
            Gauge,
            "node_processes_max_threads",
            "Limit of threads in the system",
        ),
    ),
    (
        "sys/kernel/pid_max",
        (
            Gauge,
            "node_processes_max_processes",
            "Number of max PIDs limit",
        ),
    ),
];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let mut states: Vec<(char, u32)> = Vec::new();
    let (mut pids, mut threads) = (0_u32, 0.0);
    let folder = Folder::open(&host.roots.proc)?;
    for name in names(&host.roots.proc)? {
        if !name.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        // A process may be gone by now.
        let Some(stat) = folder.text(Path::new(&name).join("stat")) else {
            continue;
        };
        let Some((state, own_threads)) = state_and_threads(&stat) else {
            continue;
        };
        pids += 1;
        threads += own_threads;
        match states.iter_mut().find(|(known, _)| *known == state) {
            Some((_, count)) => *count += 1,
            None => states.push((state, 1)),
        }
    }
    single(page, THREADS, threads);
    for (file, family) in LIMITS {
        let limit = host.proc(file)?;
        single(
            page,
            family,
            limit
                .trim()
                .parse()
                .map_err(|_| host.malformed(file, "not a number"))?,
        );
    }
    let mut points = page.family(Description::gauge(
        "node_processes_state",
        "Number of processes in each state.",
    ));
    for (state, count) in states {
        points.value(&[("state", &*state.to_string())], f64::from(count));
    }
    drop(points);
    single(page, PIDS, f64::from(pids));
    Ok(())
}

/// Fields 3 and 20 of `proc_pid_stat(5)`. The program's name before them may hold anything, parentheses too.
fn state_and_threads(stat: &str) -> Option<(char, f64)> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((state, fields.nth(16)?.parse().ok()?))
}
