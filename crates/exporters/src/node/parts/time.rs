//! The clock, and what it runs on, from `/sys/devices/system/clocksource`.

use ferula::{Description, Page};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::file;

use crate::node::host::{Host, Outcome, line, names};

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let base = host.sys("devices/system/clocksource");
    let mut sources = Vec::new();
    for name in names(&base).unwrap_or_default() {
        let Some(device) = name.strip_prefix("clocksource") else {
            continue;
        };
        let read = |file| line(&base.join(&name).join(file)).unwrap_or_default();
        sources.push((
            device.to_owned(),
            read("available_clocksource"),
            read("current_clocksource"),
        ));
    }
    let help = "Available clocksources read from '/sys/devices/system/clocksource'.";
    let mut points = page.family(Description::gauge(
        "node_time_clocksource_available_info",
        help,
    ));
    for (device, available, _) in &sources {
        for source in available.split_ascii_whitespace() {
            points.value(&[("clocksource", source), ("device", device)], 1.0);
        }
    }
    drop(points);
    let help = "Current clocksource read from '/sys/devices/system/clocksource'.";
    let mut points = page.family(Description::gauge(
        "node_time_clocksource_current_info",
        help,
    ));
    for (device, _, current) in &sources {
        points.value(&[("clocksource", &**current), ("device", device)], 1.0);
    }
    drop(points);
    let now = host.clock.now();
    let help = "System time in seconds since epoch (1970).";
    let seconds = now.0 as f64 / 1000.0;
    page.family(Description::gauge("node_time_seconds", help))
        .value(&[], seconds);
    zone(host, page, seconds);
    Ok(())
}

/// The host's zone, which in a container is not ours. A host that names none is in UTC.
fn zone(host: &Host, page: &mut Page<'_>, seconds: f64) {
    let rules = file::read(&host.roots.root.join("etc/localtime")).ok();
    let zone = rules
        .and_then(|rules| TimeZone::tzif("", &rules).ok())
        .unwrap_or(TimeZone::UTC);
    let now = Timestamp::from_second(seconds as i64).unwrap_or_default();
    let offset = zone.to_offset_info(now);
    let help = "System time zone offset in seconds.";
    let mut points = page.family(Description::gauge("node_time_zone_offset_seconds", help));
    points.value(
        &[("time_zone", offset.abbreviation())],
        f64::from(offset.offset().seconds()),
    );
}
