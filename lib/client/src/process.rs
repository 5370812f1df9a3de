//! What the kernel knows of this process, under the names that every client library uses.
//!
//! Linux only: where there is no `/proc`, nothing is shown. A file that cannot be read costs the
//! families that are in it and no others.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::{Collector, Description, Page};

/// Shows CPU time, memory, open files and start time of a process.
#[derive(Clone, Debug)]
pub struct Process {
    /// `/proc/self`.
    own: PathBuf,
}

/// Room for the file of a process, and of a machine with few processors. It grows.
const FILE_BYTES: usize = 4096;

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
        }
    }

    /// Another process of this host, as far as it may be looked at.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        if pid == std::process::id() {
            return Self::current();
        }
        Self {
            own: format!("/proc/{pid}").into(),
        }
    }

    /// One value per family, in their order.
    pub(crate) fn read(&self, machine: &mut Machine) -> [Option<f64>; FAMILIES.len()] {
        let stat = machine.text(&self.own.join("stat"));
        let stat = stat.as_deref().and_then(Stat::parse);
        let limits = machine.text(&self.own.join("limits"));
        let limit = |name| soft_limit(limits.as_deref()?, name);
        let (max_fds, max_bytes) = (limit("Max open files"), limit("Max address space"));
        let tick = |ticks: u64| ticks as f64 / machine.auxiliary.ticks_per_second;
        [
            stat.map(|stat| tick(stat.cpu_ticks)),
            self.open_files().map(|count| count as f64),
            max_fds,
            stat.map(|stat| stat.virtual_bytes as f64),
            max_bytes,
            stat.map(|stat| stat.resident_pages as f64 * machine.auxiliary.page_bytes),
            machine
                .boot_seconds
                .zip(stat)
                .map(|(boot, stat)| boot + tick(stat.start_ticks)),
        ]
    }

    /// How many files it has open. Kernels before 6.2 don't say so as the folder's size.
    fn open_files(&self) -> Option<u64> {
        let folder = self.own.join("fd");
        let said = fs::metadata(&folder).ok()?.len();
        if said > 0 {
            return Some(said);
        }
        let listed = fs::read_dir(folder).ok()?.count() as u64;
        // The folder itself is one of them while it is read, if they are ours.
        let is_ours = self.own.ends_with("self");
        Some(listed - u64::from(is_ours && listed > 0))
    }
}

impl Collector for Process {
    fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
        for (kind, name, help) in FAMILIES {
            each(&kind(name, help));
        }
    }

    fn collect(&self, page: &mut Page<'_>) {
        let values = self.read(&mut Machine::new());
        for ((kind, name, help), value) in FAMILIES.into_iter().zip(values) {
            let Some(value) = value else { continue };
            page.family(kind(name, help)).value(&[], value);
        }
    }
}

/// What all processes have in common, read once for all of them, and room to read the rest into.
pub(crate) struct Machine {
    auxiliary: Auxiliary,
    boot_seconds: Option<f64>,
    /// One file at a time.
    file: Vec<u8>,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let mut file = vec![0; FILE_BYTES];
        let auxiliary = Auxiliary::parse(read(Path::new("/proc/self/auxv"), &mut file));
        let system = String::from_utf8_lossy(read(Path::new("/proc/stat"), &mut file));
        let boot_seconds = boot_seconds(&system);
        Self {
            auxiliary,
            boot_seconds,
            file,
        }
    }

    /// A file that is a text. A program's name in it may have been any bytes.
    fn text(&mut self, path: &Path) -> Option<Cow<'_, str>> {
        let text = String::from_utf8_lossy(read(path, &mut self.file));
        Some(text).filter(|text| !text.is_empty())
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

/// The file's bytes, of which there are none if it can't be read. The kernel writes such a file anew for each time it is opened, and
/// with room for all of it at the first reading.
#[expect(
    clippy::disallowed_methods,
    reason = "lib/ has no platform crate: it runs in any program"
)]
fn read<'b>(path: &Path, into: &'b mut Vec<u8>) -> &'b [u8] {
    let Ok(mut file) = File::open(path) else {
        return &[];
    };
    let mut length = 0;
    while let Ok(more @ 1..) = file.read(&mut into[length..]) {
        length += more;
        if length < into.len() {
            break;
        }
        into.resize(2 * length, 0);
    }
    &into[..length]
}

#[cfg(test)]
mod tests;
