//! What the kernel knows of this process, under the names that every client library uses.
//!
//! Linux only: where there is no `/proc`, nothing is shown. A file that cannot be read costs the
//! families that are in it and no others.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Collector, Description, Page};

/// Shows CPU time, memory, open files and start time of a process.
#[derive(Clone, Debug)]
pub struct Process {
    /// `/proc/self`.
    own: PathBuf,
    /// `/proc/stat`, which has the time of boot.
    system: PathBuf,
}

pub(crate) type Family = (
    fn(&'static str, &'static str) -> Description<'static>,
    &'static str,
    &'static str,
);

/// Every family, in the order of the page.
pub(crate) const FAMILIES: [Family; 7] = [
    (
        Description::counter,
        "process_cpu_seconds_total",
        "Total user and system CPU time spent in seconds.",
    ),
    (
        Description::gauge,
        "process_open_fds",
        "Number of open file descriptors.",
    ),
    (
        Description::gauge,
        "process_max_fds",
        "Maximum number of open file descriptors.",
    ),
    (
        Description::gauge,
        "process_virtual_memory_bytes",
        "Virtual memory size in bytes.",
    ),
    (
        Description::gauge,
        "process_virtual_memory_max_bytes",
        "Maximum amount of virtual memory available in bytes.",
    ),
    (
        Description::gauge,
        "process_resident_memory_bytes",
        "Resident memory size in bytes.",
    ),
    (
        Description::gauge,
        "process_start_time_seconds",
        "Start time of the process since unix epoch in seconds.",
    ),
];

impl Process {
    /// This process.
    #[must_use]
    pub fn current() -> Self {
        Self {
            own: "/proc/self".into(),
            system: "/proc/stat".into(),
        }
    }

    /// Another process of this host, as far as it may be looked at.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        Self {
            own: format!("/proc/{pid}").into(),
            system: "/proc/stat".into(),
        }
    }

    /// One value per family, in their order.
    pub(crate) fn read(&self) -> [Option<f64>; FAMILIES.len()] {
        let text = |name: &str| read(&self.own.join(name));
        let auxiliary = Auxiliary::parse(&fs_read(&self.own.join("auxv")));
        let stat = text("stat").as_deref().and_then(Stat::parse);
        let limits = text("limits");
        let limit = |name| {
            limits
                .as_deref()
                .and_then(|limits| soft_limit(limits, name))
        };
        let boot_seconds = read(&self.system).as_deref().and_then(boot_seconds);
        let tick = |ticks: u64| ticks as f64 / auxiliary.ticks_per_second;
        [
            stat.map(|stat| tick(stat.cpu_ticks)),
            // The directory is one of the open files while it is read.
            fs::read_dir(self.own.join("fd"))
                .ok()
                .map(|fds| fds.count().saturating_sub(1) as f64),
            limit("Max open files"),
            stat.map(|stat| stat.virtual_bytes as f64),
            limit("Max address space"),
            stat.map(|stat| stat.resident_pages as f64 * auxiliary.page_bytes),
            boot_seconds
                .zip(stat)
                .map(|(boot, stat)| boot + tick(stat.start_ticks)),
        ]
    }
}

impl Collector for Process {
    fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
        for (kind, name, help) in FAMILIES {
            each(&kind(name, help));
        }
    }

    fn collect(&self, page: &mut Page<'_>) {
        for ((kind, name, help), value) in FAMILIES.into_iter().zip(self.read()) {
            let Some(value) = value else { continue };
            page.family(kind(name, help)).value(&[], value);
        }
    }
}

/// What the kernel tells a program at its start (`getauxval(3)`): units of the numbers in `stat`.
struct Auxiliary {
    page_bytes: f64,
    ticks_per_second: f64,
}

impl Auxiliary {
    const PAGE_BYTES: u64 = 6;
    const TICKS_PER_SECOND: u64 = 17;

    /// Pairs of machine words. What is missing is what nearly every machine has.
    fn parse(bytes: &[u8]) -> Self {
        const WORD: usize = size_of::<usize>();
        let word = |bytes: &[u8]| bytes.try_into().map_or(0, usize::from_ne_bytes) as u64;
        let entries = || {
            bytes
                .chunks_exact(2 * WORD)
                .map(|pair| (word(&pair[..WORD]), word(&pair[WORD..])))
        };
        let find = |wanted: u64| entries().find(|&(key, value)| key == wanted && value > 0);
        Self {
            page_bytes: find(Self::PAGE_BYTES).map_or(4096.0, |(_, value)| value as f64),
            ticks_per_second: find(Self::TICKS_PER_SECOND).map_or(100.0, |(_, value)| value as f64),
        }
    }
}

/// Fields of `/proc/[pid]/stat`, see `proc_pid_stat(5)`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stat {
    cpu_ticks: u64,
    start_ticks: u64,
    virtual_bytes: u64,
    resident_pages: u64,
}

impl Stat {
    fn parse(text: &str) -> Option<Self> {
        // The program's name is in parentheses and may hold anything, parentheses too.
        let (_, fields) = text.rsplit_once(')')?;
        // The first of these is the third field by the manual's count.
        let field = |number: usize| {
            fields
                .split_ascii_whitespace()
                .nth(number - 3)?
                .parse()
                .ok()
        };
        let (user, system): (u64, u64) = (field(14)?, field(15)?);
        Some(Self {
            cpu_ticks: user.checked_add(system)?,
            start_ticks: field(22)?,
            virtual_bytes: field(23)?,
            resident_pages: field(24)?,
        })
    }
}

/// The first number after the name in `/proc/[pid]/limits`.
fn soft_limit(limits: &str, name: &str) -> Option<f64> {
    let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
    match line.split_ascii_whitespace().next()? {
        // As the C library has it: the greatest number there is.
        "unlimited" => Some(u64::MAX as f64),
        number => number.parse::<u64>().ok().map(|number| number as f64),
    }
}

fn boot_seconds(system: &str) -> Option<f64> {
    system
        .lines()
        .find_map(|line| line.strip_prefix("btime "))?
        .trim()
        .parse()
        .ok()
}

fn read(path: &Path) -> Option<String> {
    // A program's name may hold any bytes.
    Some(String::from_utf8_lossy(&fs_read(path)).into_owned()).filter(|text| !text.is_empty())
}

#[expect(
    clippy::disallowed_methods,
    reason = "lib/ has no platform crate: it runs in any program"
)]
fn fs_read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_default()
}

#[cfg(test)]
mod tests;
