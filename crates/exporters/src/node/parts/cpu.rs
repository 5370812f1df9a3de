//! Time by processor and mode, from `/proc/stat`, and throttling, from `/sys`.

use ferula::{Description, Page};

use crate::node::host::{Failure, Host, Outcome, names, number};

/// The kernel counts in ticks of 1/100 s towards programs, whatever its own clock does.
pub(super) const TICKS_PER_SECOND: f64 = 100.0;

/// In the order of the columns.
const MODES: [&str; 8] = [
    "user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal",
];
/// The columns after those.
const GUEST_MODES: [&str; 2] = ["user", "nice"];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    throttles(host, page);
    let text = host.proc("stat")?;
    let rows = text.lines().filter_map(|line| {
        let (cpu, ticks) = line.strip_prefix("cpu")?.split_once(' ')?;
        // The line for all processors together has no number.
        cpu.parse::<u32>().ok()?;
        let seconds = |ticks: &str| {
            ticks
                .parse::<u64>()
                .map(|ticks| ticks as f64 / TICKS_PER_SECOND)
        };
        let seconds = ticks
            .split_ascii_whitespace()
            .map_while(|ticks| seconds(ticks).ok());
        Some((cpu, seconds.collect::<Vec<_>>()))
    });
    let rows = rows.collect::<Vec<_>>();
    if rows.is_empty() {
        return Err(host.malformed("stat", "no processors"));
    }
    let help = "Seconds the CPUs spent in guests (VMs) for each mode.";
    let mut points = page.family(Description::counter("node_cpu_guest_seconds_total", help));
    for (cpu, seconds) in &rows {
        for (mode, seconds) in GUEST_MODES.iter().zip(seconds.iter().skip(MODES.len())) {
            points.value(&[("cpu", *cpu), ("mode", *mode)], *seconds);
        }
    }
    drop(points);
    let help = "Seconds the CPUs spent in each mode.";
    let mut points = page.family(Description::counter("node_cpu_seconds_total", help));
    for (cpu, seconds) in &rows {
        for (mode, seconds) in MODES.iter().zip(seconds) {
            points.value(&[("cpu", *cpu), ("mode", *mode)], *seconds);
        }
    }
    Ok(())
}

/// The numbers of the processors that `/sys` knows.
pub(super) fn numbers(host: &Host) -> Result<Vec<u32>, Failure> {
    let names = names(&host.sys("devices/system/cpu"))?;
    let number = |name: &String| name.strip_prefix("cpu")?.parse().ok();
    let mut numbers = names.iter().filter_map(number).collect::<Vec<u32>>();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Threads of one core share its count, and cores of one package the package's; each is shown once.
fn throttles(host: &Host, page: &mut Page<'_>) {
    let mut cores: Vec<((u32, u32), u64)> = Vec::new();
    let mut packages: Vec<(u32, u64)> = Vec::new();
    for cpu in numbers(host).unwrap_or_default() {
        let folder = host.sys(&format!("devices/system/cpu/cpu{cpu}"));
        let topology = |name| number::<u32>(&folder.join("topology").join(name));
        let count = |name| number::<u64>(&folder.join("thermal_throttle").join(name));
        let Some(package) = topology("physical_package_id") else {
            continue;
        };
        if let (Some(core), Some(count)) = (topology("core_id"), count("core_throttle_count")) {
            cores.push(((package, core), count));
        }
        if let Some(count) = count("package_throttle_count") {
            packages.push((package, count));
        }
    }
    cores.sort_unstable();
    cores.dedup_by_key(|(core, _)| *core);
    packages.sort_unstable();
    packages.dedup_by_key(|(package, _)| *package);

    let help = "Number of times this CPU core has been throttled.";
    let mut points = page.family(Description::counter("node_cpu_core_throttles_total", help));
    for ((package, core), count) in cores {
        let (package, core) = (package.to_string(), core.to_string());
        points.value(&[("core", &*core), ("package", &*package)], count as f64);
    }
    drop(points);
    let help = "Number of times this CPU package has been throttled.";
    let mut points = page.family(Description::counter(
        "node_cpu_package_throttles_total",
        help,
    ));
    for (package, count) in packages {
        points.value(&[("package", &*package.to_string())], count as f64);
    }
}
