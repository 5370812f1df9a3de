//! Time on and before processors, from `/proc/schedstat`, which kernels with scheduler statistics have.

use ferula::Kind::Counter;
use ferula::Page;

use crate::node::host::{Failure, Host, Outcome};
use crate::node::table::{Column, show};

const NANOSECONDS: f64 = 1e9;

/// How many of the column's units are one, and the family.
const COLUMNS: [(f64, Column); 3] = [
    (
        NANOSECONDS,
        (
            Counter,
            "node_schedstat_running_seconds_total",
            "Number of seconds CPU spent running a process.",
        ),
    ),
    (
        NANOSECONDS,
        (
            Counter,
            "node_schedstat_waiting_seconds_total",
            "Number of seconds spent by processing waiting for this CPU.",
        ),
    ),
    (
        1.0,
        (
            Counter,
            "node_schedstat_timeslices_total",
            "Number of timeslices executed by CPU.",
        ),
    ),
];
/// The columns before those, which are of the scheduler's innards.
const SKIPPED: usize = 6;

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc("schedstat").map_err(|_| Failure::NoData)?;
    let cpus = text.lines().filter_map(|line| {
        let (cpu, fields) = line.strip_prefix("cpu")?.split_once(' ')?;
        let fields = fields.split_ascii_whitespace().skip(SKIPPED);
        let fields = fields
            .map_while(|field| field.parse::<u64>().ok())
            .collect::<Vec<_>>();
        (fields.len() >= COLUMNS.len()).then_some((cpu, fields))
    });
    let cpus = cpus.collect::<Vec<_>>();
    let columns = COLUMNS.map(|(_, column)| column);
    show(
        page,
        &columns,
        &cpus,
        |(cpu, _)| [("cpu", cpu)],
        |(_, fields), index| Some(fields[index] as f64 / COLUMNS[index].0),
    );
    Ok(())
}
