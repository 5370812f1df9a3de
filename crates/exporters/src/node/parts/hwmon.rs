//! Sensors of the mainboard, processors and disks, from `/sys/class/hwmon`.
//!
//! A chip's folder has files called `<kind><number>_<element>`: `temp1_input`, `temp1_crit`, `fan2_min`. The kind and
//! the element make the family, with a unit where the kernel defines one (`Documentation/hwmon/sysfs-interface`);
//! chip and kind with number are the series' labels.

use std::collections::BTreeMap;
use std::path::Path;

use ferula::{Description, Kind, Page};

use crate::node::host::{Failure, Host, Outcome, line, names};

#[cfg(test)]
mod tests;

struct Series {
    chip: String,
    sensor: String,
    value: f64,
}

/// A family's kind and help, and its series. In the order of names, as chips come with their families mixed.
type Families = BTreeMap<String, (Kind, String, Vec<Series>)>;

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let base = host.sys("class/hwmon");
    let folders = names(&base).map_err(|_| Failure::NoData)?;
    let mut families = Families::new();
    let mut chip_names = Vec::new();
    let mut labels = Vec::new();
    for folder in folders {
        let folder = base.join(folder);
        // Older drivers have their files with the device.
        let device = folder.join("device");
        let files = if folder.join("name").is_file() {
            folder.clone()
        } else {
            device
        };
        let chip = chip(&folder);
        if let Some(name) = line(&files.join("name")) {
            chip_names.push((chip.clone(), clean(&name)));
        }
        for file in names(&files).unwrap_or_default() {
            sensor(&files, &file, &chip, &mut families, &mut labels);
        }
    }
    let help = "Annotation metric for human-readable chip names";
    let mut points = page.family(Description::gauge("node_hwmon_chip_names", help));
    for (chip, name) in &chip_names {
        points.value(&[("chip", &**chip), ("chip_name", name)], 1.0);
    }
    drop(points);
    for (name, (kind, help, series)) in &families {
        let mut points = page.family(Description::new(*kind, name, help));
        for Series {
            chip,
            sensor,
            value,
        } in series
        {
            points.value(&[("chip", &**chip), ("sensor", sensor)], *value);
        }
    }
    let help = "Label for given chip and sensor";
    let mut points = page.family(Description::gauge("node_hwmon_sensor_label", help));
    for (chip, sensor, label) in &labels {
        points.value(
            &[("chip", &**chip), ("sensor", sensor), ("label", label)],
            1.0,
        );
    }
    Ok(())
}

fn sensor(
    files: &Path,
    file: &str,
    chip: &str,
    families: &mut Families,
    labels: &mut Vec<(String, String, String)>,
) {
    let Some((kind, sensor, element)) = split(file) else {
        return;
    };
    let Some(value) = line(&files.join(file)) else {
        return;
    };
    if element == "label" {
        labels.push((chip.to_owned(), sensor.to_owned(), value));
        return;
    }
    let Ok(value) = value.parse::<f64>() else {
        return;
    };
    let family = family(kind, element);
    let entry = families
        .entry(family.name)
        .or_insert_with(|| (family.kind, family.help, Vec::new()));
    let (chip, sensor) = (chip.to_owned(), sensor.to_owned());
    entry.2.push(Series {
        chip,
        sensor,
        value: value * family.unit,
    });
}

/// `temp1_crit` is of kind `temp`, sensor `temp1`, element `crit`. A file without an element has an empty one.
fn split(file: &str) -> Option<(&str, &str, &str)> {
    // `intrusion` comes before `in`, which it begins with.
    const KINDS: [&str; 11] = [
        "intrusion",
        "in",
        "cpu",
        "fan",
        "pwm",
        "temp",
        "curr",
        "power",
        "energy",
        "humidity",
        "freq",
    ];
    let kind = KINDS.into_iter().find(|kind| file.starts_with(kind))?;
    let rest = &file[kind.len()..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let element = match &rest[digits..] {
        "" => "",
        element => element.strip_prefix('_')?,
    };
    Some((kind, &file[..kind.len() + digits], element))
}

struct Family {
    name: String,
    kind: Kind,
    help: String,
    /// What one of the file's units is.
    unit: f64,
}

const MILLI: f64 = 1e-3;
const MICRO: f64 = 1e-6;

fn family(kind: &str, element: &str) -> Family {
    let stem = match element {
        "" | "input" => format!("node_hwmon_{kind}"),
        element => format!("node_hwmon_{kind}_{element}"),
    };
    let gauge = |suffix: &str, what: &str, unit: f64| Family {
        name: format!("{stem}{suffix}"),
        kind: Kind::Gauge,
        help: format!(
            "Hardware monitor for {what} ({})",
            if element.is_empty() { "input" } else { element }
        ),
        unit,
    };
    match (kind, element) {
        (_, "beep") => gauge("_enabled", "sensor has beeping enabled", 1.0),
        (_, "fault") => gauge("", "sensor fault status", 1.0),
        (_, "alarm") => gauge("", "sensor alarm status", 1.0),
        ("in" | "cpu", _) => gauge("_volts", "voltage", MILLI),
        ("temp", element) if element != "type" => gauge("_celsius", "temperature", MILLI),
        ("curr", _) => gauge("_amps", "current", MILLI),
        ("energy", _) => Family {
            kind: Kind::Counter,
            ..gauge("_joule_total", "joules used so far", MICRO)
        },
        ("power", "accuracy") => gauge("", "power meter accuracy, as a ratio", MICRO),
        ("power", element) if element.contains("interval") => {
            gauge("_seconds", "power usage update interval", MILLI)
        }
        ("power", _) => gauge("_watt", "power usage in watts", MICRO),
        ("humidity", _) => gauge(
            "",
            "humidity, as a ratio (multiply with 100.0 to get the humidity as a percentage)",
            MICRO,
        ),
        ("fan", "" | "input" | "min" | "max" | "target") => {
            gauge("_rpm", "fan revolutions per minute", 1.0)
        }
        ("freq", "" | "input") => gauge("_freq_mhz", "frequency in MHz", MICRO),
        (kind, _) => gauge("", &format!("sensor: {kind}"), 1.0),
    }
}

/// A chip is called after the place of its device, since several may be of one make: `platform_coretemp_0`.
fn chip(folder: &Path) -> String {
    let device = folder.join("device").canonicalize().ok();
    let place = device.as_deref().and_then(|device| {
        let name = device.file_name()?.to_str()?;
        let bus = device.parent()?.file_name()?.to_str()?;
        Some((clean(bus), clean(name)))
    });
    match place {
        Some((bus, name)) if !bus.is_empty() && !name.is_empty() => format!("{bus}_{name}"),
        Some((_, name)) if !name.is_empty() => name,
        _ => line(&folder.join("name"))
            .map(|name| clean(&name))
            .filter(|name| !name.is_empty())
            .or_else(|| Some(clean(folder.file_name()?.to_str()?)))
            .unwrap_or_default(),
    }
}

/// Lower case, with everything that is no letter and no digit as an underscore, none at the ends.
fn clean(name: &str) -> String {
    let fits = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    let lower = name.to_ascii_lowercase();
    lower
        .replace(|character: char| !fits(character), "_")
        .trim_matches('_')
        .to_owned()
}
