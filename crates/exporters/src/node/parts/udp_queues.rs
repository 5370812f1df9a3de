//! Bytes that wait in UDP sockets, from `/proc/net/udp` and `udp6`.

use ferula::{Description, Page};

use crate::node::host::{Host, Outcome};

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let v4 = queues(&host.proc("net/udp")?);
    // A kernel without IPv6 doesn't have this one.
    let v6 = host.proc("net/udp6").ok().map(|text| queues(&text));
    let help = "Number of allocated memory in the kernel for UDP datagrams in bytes.";
    let mut points = page.family(Description::gauge("node_udp_queues", help));
    for (ip, (tx, rx)) in [("v4", Some(v4)), ("v6", v6)]
        .into_iter()
        .filter_map(|(ip, sums)| Some((ip, sums?)))
    {
        points.value(&[("queue", "tx"), ("ip", ip)], tx as f64);
        points.value(&[("queue", "rx"), ("ip", ip)], rx as f64);
    }
    Ok(())
}

/// The sums of the fifth column, which is `tx:rx` in hexadecimal.
fn queues(text: &str) -> (u64, u64) {
    let sockets = text.lines().skip(1).filter_map(|line| {
        let (tx, rx) = line.split_ascii_whitespace().nth(4)?.split_once(':')?;
        Some((
            u32::from_str_radix(tx, 16).ok()?,
            u32::from_str_radix(rx, 16).ok()?,
        ))
    });
    sockets.fold((0, 0), |(all_tx, all_rx), (tx, rx)| {
        (all_tx + u64::from(tx), all_rx + u64::from(rx))
    })
}
