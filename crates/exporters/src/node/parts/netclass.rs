//! Properties of network interfaces, from `/sys/class/net`.

use ferula::Kind::{Counter, Gauge};
use ferula::{Description, Page};

use crate::node::host::{Folder, Host, Outcome, names};
use crate::node::table::{Column, show};

/// The file, and its family.
const FILES: [(&str, Column); 17] = [
    (
        "addr_assign_type",
        (
            Gauge,
            "node_network_address_assign_type",
            "Network device property: address_assign_type",
        ),
    ),
    (
        "carrier",
        (
            Gauge,
            "node_network_carrier",
            "Network device property: carrier",
        ),
    ),
    (
        "carrier_changes",
        (
            Counter,
            "node_network_carrier_changes_total",
            "Network device property: carrier_changes_total",
        ),
    ),
    (
        "carrier_up_count",
        (
            Counter,
            "node_network_carrier_up_changes_total",
            "Network device property: carrier_up_changes_total",
        ),
    ),
    (
        "carrier_down_count",
        (
            Counter,
            "node_network_carrier_down_changes_total",
            "Network device property: carrier_down_changes_total",
        ),
    ),
    (
        "dev_id",
        (
            Gauge,
            "node_network_device_id",
            "Network device property: device_id",
        ),
    ),
    (
        "dormant",
        (
            Gauge,
            "node_network_dormant",
            "Network device property: dormant",
        ),
    ),
    (
        "flags",
        (
            Gauge,
            "node_network_flags",
            "Network device property: flags",
        ),
    ),
    (
        "ifindex",
        (
            Gauge,
            "node_network_iface_id",
            "Network device property: iface_id",
        ),
    ),
    (
        "iflink",
        (
            Gauge,
            "node_network_iface_link",
            "Network device property: iface_link",
        ),
    ),
    (
        "link_mode",
        (
            Gauge,
            "node_network_iface_link_mode",
            "Network device property: iface_link_mode",
        ),
    ),
    (
        "mtu",
        (
            Gauge,
            "node_network_mtu_bytes",
            "Network device property: mtu_bytes",
        ),
    ),
    (
        "name_assign_type",
        (
            Gauge,
            "node_network_name_assign_type",
            "Network device property: name_assign_type",
        ),
    ),
    (
        "netdev_group",
        (
            Gauge,
            "node_network_net_dev_group",
            "Network device property: net_dev_group",
        ),
    ),
    (
        SPEED,
        (
            Gauge,
            "node_network_speed_bytes",
            "Network device property: speed_bytes",
        ),
    ),
    (
        "tx_queue_len",
        (
            Gauge,
            "node_network_transmit_queue_length",
            "Network device property: transmit_queue_length",
        ),
    ),
    (
        "type",
        (
            Gauge,
            "node_network_protocol_type",
            "Network device property: protocol_type",
        ),
    ),
];

const SPEED: &str = "speed";
/// The driver says Mbit/s.
const BYTES_PER_MBIT: f64 = 1_000_000.0 / 8.0;

struct Interface {
    name: String,
    values: [Option<f64>; FILES.len()],
    /// address, broadcast, duplex, operstate, ifalias
    words: [String; WORDS.len()],
    is_administered_up: bool,
}

const WORDS: [&str; 5] = ["address", "broadcast", "duplex", "operstate", "ifalias"];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let net = host.sys("class/net");
    let names = names(&net)?
        .into_iter()
        .filter(|name| host.filters.netclass.spares(name));
    // `bonding_masters` is a file among the interfaces.
    let interfaces = names.filter_map(|name| {
        let folder = Folder::open(&net.join(&name)).ok()?;
        Some(interface(host, &folder, name))
    });
    let interfaces = interfaces.collect::<Vec<_>>();
    let columns = FILES.map(|(_, column)| column);
    let device = |interface: &Interface, index: usize| interface.values[index];
    show(
        page,
        &columns,
        &interfaces,
        |interface| [("device", &interface.name)],
        device,
    );

    let help = "Non-numeric data from /sys/class/net/<iface>, value is always 1.";
    let mut points = page.family(Description::gauge("node_network_info", help));
    for interface in &interfaces {
        let [address, broadcast, duplex, operstate, ifalias] = interface.words.each_ref();
        let labels = [
            ("device", &*interface.name),
            ("address", address),
            ("broadcast", broadcast),
            ("duplex", duplex),
            ("operstate", operstate),
            (
                "adminstate",
                if interface.is_administered_up {
                    "up"
                } else {
                    "down"
                },
            ),
            ("ifalias", ifalias),
        ];
        points.value(&labels, 1.0);
    }
    drop(points);
    let help = "Value is 1 if operstate is 'up', 0 otherwise.";
    let mut points = page.family(Description::gauge("node_network_up", help));
    for interface in &interfaces {
        let [_, _, _, operstate, _] = &interface.words;
        points.value(
            &[("device", &*interface.name)],
            f64::from(u8::from(operstate == "up")),
        );
    }
    Ok(())
}

fn interface(host: &Host, folder: &Folder, name: String) -> Interface {
    /// `IFF_UP` of `if.h`.
    const UP: f64 = 1.0;
    let values = FILES.map(|(file, _)| {
        let value = number(&folder.line(file)?)?;
        if file != SPEED {
            return Some(value);
        }
        // A link that is down, or has no speed, says -1.
        let shown = value >= 0.0 || !host.filters.ignores_invalid_speed;
        shown.then_some(value * BYTES_PER_MBIT)
    });
    let flags = FILES
        .iter()
        .position(|(file, _)| *file == "flags")
        .and_then(|index| values[index]);
    let words = WORDS.map(|file| folder.line(file).unwrap_or_default());
    Interface {
        name,
        values,
        words,
        is_administered_up: flags.is_some_and(|flags| flags % 2.0 == UP),
    }
}

/// Decimal, or hexadecimal with `0x`.
fn number(text: &str) -> Option<f64> {
    match text.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16)
            .ok()
            .map(|number| number as f64),
        None => text.parse::<i64>().ok().map(|number| number as f64),
    }
}
