//! Counts of the network protocols, from `/proc/net/{netstat,snmp,snmp6}`. What is a family is decided by the filter.

use ferula::{Description, Page};

use crate::node::host::{Host, Outcome};

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let mut fields = Vec::new();
    let (netstat, snmp) = (host.proc("net/netstat")?, host.proc("net/snmp")?);
    pairs(&netstat, &mut fields);
    pairs(&snmp, &mut fields);
    // A kernel without IPv6 doesn't have this one.
    let snmp6 = host.proc("net/snmp6").unwrap_or_default();
    singles(&snmp6, &mut fields);
    for (protocol, field, value) in fields {
        if !host.filters.netstat.takes(&format!("{protocol}_{field}")) {
            continue;
        }
        let name = format!("node_netstat_{protocol}_{field}");
        let help = format!("Statistic {protocol}{field}.");
        page.family(Description::unknown(&name, &help))
            .value(&[], value);
    }
    Ok(())
}

type Field<'t> = (&'t str, &'t str, f64);

/// Lines come in twos: `Ip: Forwarding DefaultTTL` and `Ip: 1 64`.
fn pairs<'t>(text: &'t str, fields: &mut Vec<Field<'t>>) {
    let mut lines = text.lines();
    while let (Some(names), Some(values)) = (lines.next(), lines.next()) {
        let (Some((protocol, names)), Some((same, values))) =
            (names.split_once(':'), values.split_once(':'))
        else {
            continue;
        };
        if protocol != same {
            continue;
        }
        let names = names.split_ascii_whitespace();
        for (name, value) in names.zip(values.split_ascii_whitespace()) {
            if let Ok(value) = value.parse() {
                fields.push((protocol, name, value));
            }
        }
    }
}

/// Lines of `Ip6InReceives 7`: the protocol's name ends in the 6.
fn singles<'t>(text: &'t str, fields: &mut Vec<Field<'t>>) {
    for line in text.lines() {
        let mut words = line.split_ascii_whitespace();
        let (Some(key), Some(value)) = (words.next(), words.next()) else {
            continue;
        };
        let Some(six) = key.find('6') else { continue };
        let (protocol, name) = key.split_at(six + 1);
        if let Ok(value) = value.parse() {
            fields.push((protocol, name, value));
        }
    }
}
