//! Connection tracking of the packet filter, when the kernel does any.

use ferula::Kind::Gauge;
use ferula::Page;

use crate::node::host::{Failure, Host, Outcome};
use crate::node::table::{Column, single};

const ENTRIES: Column = (
    Gauge,
    "node_nf_conntrack_entries",
    "Number of currently allocated flow entries for connection tracking.",
);
const LIMIT: Column = (
    Gauge,
    "node_nf_conntrack_entries_limit",
    "Maximum size of connection tracking table.",
);

/// The column's name in `/proc/net/stat/nf_conntrack`, and its family.
const STATISTICS: [(&str, Column); 8] = [
    (
        "found",
        (
            Gauge,
            "node_nf_conntrack_stat_found",
            "Number of searched entries which were successful.",
        ),
    ),
    (
        "invalid",
        (
            Gauge,
            "node_nf_conntrack_stat_invalid",
            "Number of packets seen which can not be tracked.",
        ),
    ),
    (
        "ignore",
        (
            Gauge,
            "node_nf_conntrack_stat_ignore",
            "Number of packets seen which are already connected to a conntrack entry.",
        ),
    ),
    (
        "insert",
        (
            Gauge,
            "node_nf_conntrack_stat_insert",
            "Number of entries inserted into the list.",
        ),
    ),
    (
        "insert_failed",
        (
            Gauge,
            "node_nf_conntrack_stat_insert_failed",
            "Number of entries for which list insertion was attempted but failed.",
        ),
    ),
    (
        "drop",
        (
            Gauge,
            "node_nf_conntrack_stat_drop",
            "Number of packets dropped due to conntrack failure.",
        ),
    ),
    (
        "early_drop",
        (
            Gauge,
            "node_nf_conntrack_stat_early_drop",
            "Number of dropped conntrack entries to make room for new ones, if maximum table size was reached.",
        ),
    ),
    (
        "search_restart",
        (
            Gauge,
            "node_nf_conntrack_stat_search_restart",
            "Number of conntrack table lookups which had to be restarted due to hashtable resizes.",
        ),
    ),
];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let number = |path| {
        let text = host.proc(path).map_err(|_| Failure::NoData)?;
        text.trim()
            .parse::<f64>()
            .map_err(|_| host.malformed(path, "not a number"))
    };
    let entries = number("sys/net/netfilter/nf_conntrack_count")?;
    let limit = number("sys/net/netfilter/nf_conntrack_max")?;
    single(page, ENTRIES, entries);
    single(page, LIMIT, limit);

    let text = host.proc("net/stat/nf_conntrack")?;
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let rows = lines.map(|line| line.split_ascii_whitespace().collect::<Vec<_>>());
    let rows = rows.collect::<Vec<_>>();
    for (name, family) in STATISTICS {
        let Some(index) = header
            .split_ascii_whitespace()
            .position(|column| column == name)
        else {
            continue;
        };
        // A row per processor, in hexadecimal.
        let cells = rows
            .iter()
            .filter_map(|row| u64::from_str_radix(row.get(index)?, 16).ok());
        single(page, family, cells.map(|cell| cell as f64).sum());
    }
    Ok(())
}
