//! Frequencies of processors, from `/sys/devices/system/cpu/cpu*/cpufreq`.

use ferula::Kind::Gauge;
use ferula::{Description, Page};

use super::cpu;
use crate::node::host::{Host, Outcome, line, number};
use crate::node::table::{Column, show};

/// The file, which is in kHz, and its family.
const FILES: [(&str, Column); 6] = [
    (
        "cpuinfo_cur_freq",
        (
            Gauge,
            "node_cpu_frequency_hertz",
            "Current CPU thread frequency in hertz.",
        ),
    ),
    (
        "cpuinfo_max_freq",
        (
            Gauge,
            "node_cpu_frequency_max_hertz",
            "Maximum CPU thread frequency in hertz.",
        ),
    ),
    (
        "cpuinfo_min_freq",
        (
            Gauge,
            "node_cpu_frequency_min_hertz",
            "Minimum CPU thread frequency in hertz.",
        ),
    ),
    (
        "scaling_cur_freq",
        (
            Gauge,
            "node_cpu_scaling_frequency_hertz",
            "Current scaled CPU thread frequency in hertz.",
        ),
    ),
    (
        "scaling_max_freq",
        (
            Gauge,
            "node_cpu_scaling_frequency_max_hertz",
            "Maximum scaled CPU thread frequency in hertz.",
        ),
    ),
    (
        "scaling_min_freq",
        (
            Gauge,
            "node_cpu_scaling_frequency_min_hertz",
            "Minimum scaled CPU thread frequency in hertz.",
        ),
    ),
];

struct Cpu {
    number: String,
    hertz: [Option<f64>; FILES.len()],
    governor: Option<String>,
    governors: String,
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let cpus = cpu::numbers(host)?.into_iter().map(|number_of_cpu| {
        let folder = host.sys(&format!("devices/system/cpu/cpu{number_of_cpu}/cpufreq"));
        Cpu {
            number: number_of_cpu.to_string(),
            hertz: FILES.map(|(file, _)| number::<f64>(&folder.join(file)).map(|khz| khz * 1000.0)),
            governor: line(&folder.join("scaling_governor")),
            governors: line(&folder.join("scaling_available_governors")).unwrap_or_default(),
        }
    });
    let cpus = cpus.collect::<Vec<_>>();
    let columns = FILES.map(|(_, column)| column);
    show(
        page,
        &columns,
        &cpus,
        |cpu| [("cpu", &cpu.number)],
        |cpu, index| cpu.hertz[index],
    );

    let help = "Current enabled CPU frequency governor.";
    let mut points = page.family(Description::gauge("node_cpu_scaling_governor", help));
    for cpu in &cpus {
        let Some(current) = &cpu.governor else {
            continue;
        };
        for governor in cpu.governors.split_ascii_whitespace() {
            let labels = [("cpu", cpu.number.as_str()), ("governor", governor)];
            points.value(&labels, f64::from(u8::from(governor == current)));
        }
    }
    Ok(())
}
