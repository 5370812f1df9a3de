//! Sockets in use, from `/proc/net/sockstat` and `sockstat6`.

use ferula::{Description, Page};

use crate::node::host::{Host, Outcome};

const HELP_ALL: &str = "Number of IPv4 sockets in use.";

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let page_bytes = rustix::param::page_size() as f64;
    let text = host.proc("net/sockstat")?;
    // A kernel without IPv6 doesn't have this one.
    let text6 = host.proc("net/sockstat6").unwrap_or_default();
    for line in text.lines().chain(text6.lines()) {
        // `TCP: inuse 13 orphan 0`
        let Some((protocol, fields)) = line.split_once(':') else {
            continue;
        };
        let words = fields.split_ascii_whitespace().collect::<Vec<_>>();
        for pair in words.chunks_exact(2) {
            let (field, Ok(value)) = (pair[0], pair[1].parse::<f64>()) else {
                continue;
            };
            show(page, protocol, field, value);
            if field == "mem" {
                show(page, protocol, "mem_bytes", value * page_bytes);
            }
        }
    }
    Ok(())
}

fn show(page: &mut Page<'_>, protocol: &str, field: &str, value: f64) {
    let name = format!("node_sockstat_{protocol}_{field}");
    let of_protocol = format!("Number of {protocol} sockets in state {field}.");
    let help = if protocol == "sockets" {
        HELP_ALL
    } else {
        &of_protocol
    };
    page.family(Description::gauge(&name, help))
        .value(&[], value);
}
