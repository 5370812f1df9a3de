//! Packets by processor, before protocols see them, from `/proc/net/softnet_stat`: hexadecimal columns.

use ferula::Kind::{Counter, Gauge};
use ferula::Page;

use crate::node::host::{Host, Outcome};
use crate::node::table::{Column, show};

/// The column's place, and the family. Older kernels have fewer.
const COLUMNS: [(usize, Column); 7] = [
    (
        0,
        (
            Counter,
            "node_softnet_processed_total",
            "Number of processed packets",
        ),
    ),
    (
        1,
        (
            Counter,
            "node_softnet_dropped_total",
            "Number of dropped packets",
        ),
    ),
    (
        2,
        (
            Counter,
            "node_softnet_times_squeezed_total",
            "Number of times processing packets ran out of quota",
        ),
    ),
    (
        8,
        (
            Counter,
            "node_softnet_cpu_collision_total",
            "Number of collision occur while obtaining device lock while transmitting",
        ),
    ),
    (
        9,
        (
            Counter,
            "node_softnet_received_rps_total",
            "Number of times cpu woken up received_rps",
        ),
    ),
    (
        10,
        (
            Counter,
            "node_softnet_flow_limit_count_total",
            "Number of times flow limit has been reached",
        ),
    ),
    (
        11,
        (Gauge, "node_softnet_backlog_len", "Softnet backlog status"),
    ),
];
/// The processor's number. Lines of processors that are off are left out, so lines alone don't tell.
const CPU: usize = 12;

struct Cpu {
    number: String,
    fields: Vec<u32>,
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc("net/softnet_stat")?;
    let cpus = text.lines().enumerate().map(|(line_number, line)| {
        let fields = line
            .split_ascii_whitespace()
            .map_while(|field| u32::from_str_radix(field, 16).ok());
        let fields = fields.collect::<Vec<_>>();
        let number = fields
            .get(CPU)
            .map_or(line_number.to_string(), u32::to_string);
        Cpu { number, fields }
    });
    let cpus = cpus.collect::<Vec<_>>();
    if cpus.iter().all(|cpu| cpu.fields.is_empty()) {
        return Err(host.malformed("net/softnet_stat", "no processor"));
    }
    let columns = COLUMNS.map(|(_, column)| column);
    show(
        page,
        &columns,
        &cpus,
        |cpu| [("cpu", &cpu.number)],
        |cpu, index| {
            cpu.fields
                .get(COLUMNS[index].0)
                .map(|&count| f64::from(count))
        },
    );
    Ok(())
}
