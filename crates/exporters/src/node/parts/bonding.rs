//! Bonded network interfaces, from `/sys/class/net/bonding_masters`.

use ferula::Kind::Gauge;
use ferula::Page;

use crate::node::host::{Failure, Host, Outcome, line, text};
use crate::node::table::{Column, show};

const COLUMNS: [Column; 2] = [
    (
        Gauge,
        "node_bonding_slaves",
        "Number of configured slaves per bonding interface.",
    ),
    (
        Gauge,
        "node_bonding_active",
        "Number of active slaves per bonding interface.",
    ),
];

struct Bond {
    name: String,
    /// Configured and active.
    slaves: [u32; COLUMNS.len()],
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let net = host.sys("class/net");
    // The file is there only while the kernel has the bonding module.
    let masters = text(&net.join("bonding_masters")).map_err(|_| Failure::NoData)?;
    let bonds = masters.split_ascii_whitespace().map(|name| {
        let folder = net.join(name);
        let slaves = line(&folder.join("bonding/slaves")).unwrap_or_default();
        let mut counts = [0, 0];
        for slave in slaves.split_ascii_whitespace() {
            counts[0] += 1;
            // Older kernels call the link to the slave differently.
            let state = ["lower_", "slave_"]
                .map(|prefix| folder.join(format!("{prefix}{slave}/bonding_slave/mii_status")))
                .iter()
                .find_map(|path| line(path));
            counts[1] += u32::from(state.as_deref() == Some("up"));
        }
        Bond {
            name: name.to_owned(),
            slaves: counts,
        }
    });
    let bonds = bonds.collect::<Vec<_>>();
    show(
        page,
        &COLUMNS,
        &bonds,
        |bond| [("master", &bond.name)],
        |bond, index| Some(f64::from(bond.slaves[index])),
    );
    Ok(())
}
