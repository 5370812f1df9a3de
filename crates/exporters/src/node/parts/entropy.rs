//! The kernel's random numbers, from `/proc/sys/kernel/random`.

use ferula::Kind::Gauge;
use ferula::Page;

use crate::node::host::{Host, Outcome};
use crate::node::table::{Column, single};

const FILES: [(&str, Column); 2] = [
    (
        "sys/kernel/random/entropy_avail",
        (
            Gauge,
            "node_entropy_available_bits",
            "Bits of available entropy.",
        ),
    ),
    (
        "sys/kernel/random/poolsize",
        (
            Gauge,
            "node_entropy_pool_size_bits",
            "Bits of entropy pool.",
        ),
    ),
];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    for (file, family) in FILES {
        let text = host.proc(file)?;
        let bits = text
            .trim()
            .parse()
            .map_err(|_| host.malformed(file, "not a number"))?;
        single(page, family, bits);
    }
    Ok(())
}
