//! Whether SELinux is on, from `/sys/fs/selinux`.

use ferula::Kind::Gauge;
use ferula::Page;

use crate::node::host::{Host, Outcome, number, text};
use crate::node::table::{Column, single};

const ENABLED: Column = (
    Gauge,
    "node_selinux_enabled",
    "SELinux is enabled, 1 is true, 0 is false",
);
const CONFIG: Column = (
    Gauge,
    "node_selinux_config_mode",
    "Configured SELinux enforcement mode",
);
const CURRENT: Column = (
    Gauge,
    "node_selinux_current_mode",
    "Current SELinux enforcement mode",
);

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let enforce = number::<f64>(&host.sys("fs/selinux/enforce"));
    single(page, ENABLED, f64::from(u8::from(enforce.is_some())));
    let Some(enforce) = enforce else {
        return Ok(());
    };
    let config = text(&host.roots.root.join("etc/selinux/config")).unwrap_or_default();
    let configured = config
        .lines()
        .find_map(|line| line.trim().strip_prefix("SELINUX="));
    let mode = match configured {
        Some("enforcing") => 1.0,
        Some("permissive") => 0.0,
        _ => -1.0,
    };
    single(page, CONFIG, mode);
    single(page, CURRENT, enforce);
    Ok(())
}
