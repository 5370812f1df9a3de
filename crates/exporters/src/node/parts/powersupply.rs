//! Batteries and mains, from `/sys/class/power_supply`.

use std::path::Path;

use ferula::Kind::Gauge;
use ferula::{Description, LabelPairs, Page};

use crate::node::host::{Host, Outcome, line, names, number};
use crate::node::table::{Column, show};

const ONE: f64 = 1.0;
/// The kernel counts in millionths: µV, µA, µW, µWh, µAh.
const MICRO: f64 = 1e6;
/// Temperatures are in tenths.
const TENTH: f64 = 10.0;

/// The file, how many of its units are one, and the family.
const FILES: [(&str, f64, Column); 21] = [
    (
        "authentic",
        ONE,
        (
            Gauge,
            "node_power_supply_authentic",
            "authentic value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "calibrate",
        ONE,
        (
            Gauge,
            "node_power_supply_calibrate",
            "calibrate value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "capacity",
        ONE,
        (
            Gauge,
            "node_power_supply_capacity",
            "capacity value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "charge_full",
        MICRO,
        (
            Gauge,
            "node_power_supply_charge_full",
            "charge_full value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "charge_full_design",
        MICRO,
        (
            Gauge,
            "node_power_supply_charge_full_design",
            "charge_full_design value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "charge_now",
        MICRO,
        (
            Gauge,
            "node_power_supply_charge_ampere",
            "charge_ampere value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "current_max",
        MICRO,
        (
            Gauge,
            "node_power_supply_current_max",
            "current_max value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "current_now",
        MICRO,
        (
            Gauge,
            "node_power_supply_current_ampere",
            "current_ampere value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "cycle_count",
        ONE,
        (
            Gauge,
            "node_power_supply_cyclecount",
            "cyclecount value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "energy_full",
        MICRO,
        (
            Gauge,
            "node_power_supply_energy_full",
            "energy_full value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "energy_full_design",
        MICRO,
        (
            Gauge,
            "node_power_supply_energy_full_design",
            "energy_full_design value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "energy_now",
        MICRO,
        (
            Gauge,
            "node_power_supply_energy_watthour",
            "energy_watthour value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "online",
        ONE,
        (
            Gauge,
            "node_power_supply_online",
            "online value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "power_now",
        MICRO,
        (
            Gauge,
            "node_power_supply_power_watt",
            "power_watt value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "present",
        ONE,
        (
            Gauge,
            "node_power_supply_present",
            "present value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "temp",
        TENTH,
        (
            Gauge,
            "node_power_supply_temp_celsius",
            "temp_celsius value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "voltage_max",
        MICRO,
        (
            Gauge,
            "node_power_supply_voltage_max",
            "voltage_max value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "voltage_max_design",
        MICRO,
        (
            Gauge,
            "node_power_supply_voltage_max_design",
            "voltage_max_design value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "voltage_min",
        MICRO,
        (
            Gauge,
            "node_power_supply_voltage_min",
            "voltage_min value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "voltage_min_design",
        MICRO,
        (
            Gauge,
            "node_power_supply_voltage_min_design",
            "voltage_min_design value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
    (
        "voltage_now",
        MICRO,
        (
            Gauge,
            "node_power_supply_voltage_volt",
            "voltage_volt value of /sys/class/power_supply/<power_supply>.",
        ),
    ),
];

/// Files of words, which are the labels of the info metric as far as there are any.
const WORDS: [&str; 9] = [
    "capacity_level",
    "charge_type",
    "health",
    "manufacturer",
    "model_name",
    "serial_number",
    "status",
    "technology",
    "type",
];

struct Supply {
    name: String,
    values: [Option<f64>; FILES.len()],
    words: [Option<String>; WORDS.len()],
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let base = host.sys("class/power_supply");
    let names = names(&base)?
        .into_iter()
        .filter(|name| host.filters.powersupply.spares(name));
    let supplies = names
        .map(|name| supply(&base.join(&name), name))
        .collect::<Vec<_>>();
    let columns = FILES.map(|(_, _, column)| column);
    let value = |supply: &Supply, index: usize| supply.values[index];
    show(
        page,
        &columns,
        &supplies,
        |supply| [("power_supply", &supply.name)],
        value,
    );

    let help = "info of /sys/class/power_supply/<power_supply>.";
    let mut points = page.family(Description::gauge("node_power_supply_info", help));
    for supply in &supplies {
        let words = WORDS.iter().zip(&supply.words);
        let words = words.filter_map(|(label, word)| Some((*label, word.as_deref()?)));
        let labels = std::iter::once(("power_supply", &*supply.name))
            .chain(words)
            .collect::<Vec<_>>();
        points.value(LabelPairs::from(&*labels), 1.0);
    }
    Ok(())
}

fn supply(folder: &Path, name: String) -> Supply {
    Supply {
        name,
        values: FILES
            .map(|(file, unit, _)| number::<f64>(&folder.join(file)).map(|value| value / unit)),
        words: WORDS.map(|file| line(&folder.join(file)).filter(|word| !word.is_empty())),
    }
}
