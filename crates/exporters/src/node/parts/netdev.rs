//! Traffic by network interface, from `/proc/net/dev`.
//!
//! ```text
//! Inter-|   Receive                                                |  Transmit
//!  face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
//!     lo: 1280     10    0    0    0     0          0         0     1280      10    0    0    0     0       0          0
//! ```

use ferula::Kind::Counter;
use ferula::Page;

use crate::node::host::{Host, Outcome, number};
use crate::node::table::{Column, show};

/// In the order of the file, and one that is elsewhere.
const COLUMNS: [Column; 17] = [
    (
        Counter,
        "node_network_receive_bytes_total",
        "Network device statistic receive_bytes.",
    ),
    (
        Counter,
        "node_network_receive_packets_total",
        "Network device statistic receive_packets.",
    ),
    (
        Counter,
        "node_network_receive_errs_total",
        "Network device statistic receive_errs.",
    ),
    (
        Counter,
        "node_network_receive_drop_total",
        "Network device statistic receive_drop.",
    ),
    (
        Counter,
        "node_network_receive_fifo_total",
        "Network device statistic receive_fifo.",
    ),
    (
        Counter,
        "node_network_receive_frame_total",
        "Network device statistic receive_frame.",
    ),
    (
        Counter,
        "node_network_receive_compressed_total",
        "Network device statistic receive_compressed.",
    ),
    (
        Counter,
        "node_network_receive_multicast_total",
        "Network device statistic receive_multicast.",
    ),
    (
        Counter,
        "node_network_transmit_bytes_total",
        "Network device statistic transmit_bytes.",
    ),
    (
        Counter,
        "node_network_transmit_packets_total",
        "Network device statistic transmit_packets.",
    ),
    (
        Counter,
        "node_network_transmit_errs_total",
        "Network device statistic transmit_errs.",
    ),
    (
        Counter,
        "node_network_transmit_drop_total",
        "Network device statistic transmit_drop.",
    ),
    (
        Counter,
        "node_network_transmit_fifo_total",
        "Network device statistic transmit_fifo.",
    ),
    (
        Counter,
        "node_network_transmit_colls_total",
        "Network device statistic transmit_colls.",
    ),
    (
        Counter,
        "node_network_transmit_carrier_total",
        "Network device statistic transmit_carrier.",
    ),
    (
        Counter,
        "node_network_transmit_compressed_total",
        "Network device statistic transmit_compressed.",
    ),
    (
        Counter,
        "node_network_receive_nohandler_total",
        "Network device statistic receive_nohandler.",
    ),
];

struct Interface<'t> {
    name: &'t str,
    counts: Vec<f64>,
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    // Our own interfaces: in a container these are the container's, unless it shares the host's network.
    let text = host.proc("net/dev")?;
    let interfaces = text.lines().skip(2).filter_map(|line| {
        // A name may have colons itself, numbers have none.
        let (name, counts) = line.rsplit_once(':')?;
        let name = name.trim();
        if !host.filters.netdev.spares(name) {
            return None;
        }
        let counts = counts
            .split_ascii_whitespace()
            .map_while(|count| count.parse::<u64>().ok());
        let mut counts = counts.map(|count| count as f64).collect::<Vec<_>>();
        if counts.len() != COLUMNS.len() - 1 {
            return None;
        }
        let nohandler = host.sys(&format!("class/net/{name}/statistics/rx_nohandler"));
        counts.extend(number::<f64>(&nohandler));
        Some(Interface { name, counts })
    });
    let interfaces = interfaces.collect::<Vec<_>>();
    show(
        page,
        &COLUMNS,
        &interfaces,
        |interface| [("device", interface.name)],
        |interface, index| interface.counts.get(index).copied(),
    );
    Ok(())
}
