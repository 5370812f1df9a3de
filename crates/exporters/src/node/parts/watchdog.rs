//! Watchdog timers, from `/sys/class/watchdog`.

use ferula::Kind::Gauge;
use ferula::{Description, Page};

use crate::node::host::{Failure, Host, Outcome, line, names, number};
use crate::node::table::{Column, show};

/// The file, and its family.
const FILES: [(&str, Column); 7] = [
    (
        "bootstatus",
        (
            Gauge,
            "node_watchdog_bootstatus",
            "Value of /sys/class/watchdog/<watchdog>/bootstatus",
        ),
    ),
    (
        "fw_version",
        (
            Gauge,
            "node_watchdog_fw_version",
            "Value of /sys/class/watchdog/<watchdog>/fw_version",
        ),
    ),
    (
        "nowayout",
        (
            Gauge,
            "node_watchdog_nowayout",
            "Value of /sys/class/watchdog/<watchdog>/nowayout",
        ),
    ),
    (
        "timeleft",
        (
            Gauge,
            "node_watchdog_timeleft_seconds",
            "Value of /sys/class/watchdog/<watchdog>/timeleft",
        ),
    ),
    (
        "timeout",
        (
            Gauge,
            "node_watchdog_timeout_seconds",
            "Value of /sys/class/watchdog/<watchdog>/timeout",
        ),
    ),
    (
        "pretimeout",
        (
            Gauge,
            "node_watchdog_pretimeout_seconds",
            "Value of /sys/class/watchdog/<watchdog>/pretimeout",
        ),
    ),
    (
        "access_cs0",
        (
            Gauge,
            "node_watchdog_access_cs0",
            "Value of /sys/class/watchdog/<watchdog>/access_cs0",
        ),
    ),
];

struct Watchdog {
    name: String,
    values: [Option<f64>; FILES.len()],
    /// options, identity, state, status, pretimeout_governor
    words: [String; 5],
}

const WORDS: [&str; 5] = [
    "options",
    "identity",
    "state",
    "status",
    "pretimeout_governor",
];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let base = host.sys("class/watchdog");
    let names = names(&base).map_err(|_| Failure::NoData)?;
    if names.is_empty() {
        return Err(Failure::NoData);
    }
    let watchdogs = names.into_iter().map(|name| {
        let folder = base.join(&name);
        let values = FILES.map(|(file, _)| number(&folder.join(file)));
        let words = WORDS.map(|file| line(&folder.join(file)).unwrap_or_default());
        Watchdog {
            name,
            values,
            words,
        }
    });
    let watchdogs = watchdogs.collect::<Vec<_>>();
    let columns = FILES.map(|(_, column)| column);
    let value = |watchdog: &Watchdog, index: usize| watchdog.values[index];
    show(
        page,
        &columns,
        &watchdogs,
        |watchdog| [("name", &watchdog.name)],
        value,
    );
    let help = "Info of /sys/class/watchdog/<watchdog>";
    let mut points = page.family(Description::gauge("node_watchdog_info", help));
    for watchdog in &watchdogs {
        let [options, identity, state, status, governor] = watchdog.words.each_ref();
        let labels = [
            ("name", &*watchdog.name),
            ("options", options),
            ("identity", identity),
            ("state", state),
            ("status", status),
            ("pretimeout_governor", governor),
        ];
        points.value(&labels, 1.0);
    }
    Ok(())
}
