//! Temperatures and what cools them, from `/sys/class/thermal`.

use ferula::Kind::Gauge;
use ferula::{Description, Page};

use crate::node::host::{Host, Outcome, line, names, number};
use crate::node::table::{Column, show};

const COOLING: [Column; 2] = [
    (
        Gauge,
        "node_cooling_device_cur_state",
        "Current throttle state of the cooling device",
    ),
    (
        Gauge,
        "node_cooling_device_max_state",
        "Maximum throttle state of the cooling device",
    ),
];

struct Cooler {
    name: String,
    kind: String,
    states: [Option<f64>; 2],
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let base = host.sys("class/thermal");
    let names = names(&base)?;
    let mut points = page.family(Description::gauge(
        "node_thermal_zone_temp",
        "Zone temperature in Celsius",
    ));
    for name in &names {
        let Some(zone) = name.strip_prefix("thermal_zone") else {
            continue;
        };
        let folder = base.join(name);
        // A zone that is off has no temperature.
        let Some(millidegrees) = number::<f64>(&folder.join("temp")) else {
            continue;
        };
        let kind = line(&folder.join("type")).unwrap_or_default();
        points.value(&[("type", &*kind), ("zone", zone)], millidegrees / 1000.0);
    }
    drop(points);
    let coolers = names.iter().filter_map(|name| {
        let number_of_device = name.strip_prefix("cooling_device")?;
        let folder = base.join(name);
        Some(Cooler {
            name: number_of_device.to_owned(),
            kind: line(&folder.join("type")).unwrap_or_default(),
            states: ["cur_state", "max_state"].map(|file| number(&folder.join(file))),
        })
    });
    let coolers = coolers.collect::<Vec<_>>();
    show(
        page,
        &COOLING,
        &coolers,
        |cooler| [("name", &cooler.name), ("type", &cooler.kind)],
        |cooler, index| cooler.states[index],
    );
    Ok(())
}
