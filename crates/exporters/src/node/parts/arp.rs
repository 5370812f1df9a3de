//! Neighbours per device, from `/proc/net/arp`.

use ferula::{Description, Page};

use crate::node::host::{Host, Outcome};

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc("net/arp")?;
    let mut entries: Vec<(&str, u32)> = Vec::new();
    // The first line is the header; the device is the last of six columns.
    for device in text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_ascii_whitespace().nth(5))
    {
        match entries.iter_mut().find(|(known, _)| *known == device) {
            Some((_, count)) => *count += 1,
            None => entries.push((device, 1)),
        }
    }
    let mut points = page.family(Description::gauge(
        "node_arp_entries",
        "ARP entries by device",
    ));
    for (device, count) in entries {
        if host.filters.arp.spares(device) {
            points.value(&[("device", device)], f64::from(count));
        }
    }
    Ok(())
}
