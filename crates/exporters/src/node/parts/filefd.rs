//! Open files of the whole host, from `/proc/sys/fs/file-nr`.

use ferula::Kind::Gauge;
use ferula::Page;

use crate::node::host::{Host, Outcome};
use crate::node::table::{Column, single};

const FILE: &str = "sys/fs/file-nr";
const ALLOCATED: Column = (
    Gauge,
    "node_filefd_allocated",
    "File descriptor statistics: allocated.",
);
const MAXIMUM: Column = (
    Gauge,
    "node_filefd_maximum",
    "File descriptor statistics: maximum.",
);

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc(FILE)?;
    // Allocated, unused, maximum; the second has been 0 for decades.
    let numbers = text
        .split_ascii_whitespace()
        .map_while(|field| field.parse::<f64>().ok());
    let &[allocated, _, maximum] = numbers.collect::<Vec<_>>().as_slice() else {
        return Err(host.malformed(FILE, "not three numbers"));
    };
    single(page, ALLOCATED, allocated);
    single(page, MAXIMUM, maximum);
    Ok(())
}
