//! What a process has used, as the kernel counts it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// CPU time in seconds, user and system.
pub(crate) fn cpu_seconds(process: u32) -> f64 {
    // One leaves out threads that have ended, the other what is less than a tick.
    thread_seconds(process).max(process_seconds(process))
}

/// To the nanosecond, of the threads that live.
fn thread_seconds(process: u32) -> f64 {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else {
        return 0.0;
    };
    let nanoseconds = |thread: std::fs::DirEntry| {
        let times = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        times.split(' ').next()?.parse::<f64>().ok()
    };
    let times = threads.filter_map(Result::ok).filter_map(nanoseconds);
    times.sum::<f64>() / 1e9
}

/// In ticks, of all threads that there have been.
fn process_seconds(process: u32) -> f64 {
    // Clock ticks are hundredths of a second on every Linux that this runs on.
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The command's name, in parentheses, may have spaces.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / TICKS_PER_SECOND
}

/// Resident memory in bytes, file pages included.
pub(crate) fn resident_bytes(process: u32) -> f64 {
    status_bytes(process, "VmRSS:")
}

/// The most that was resident since [`forget_peak`].
pub(crate) fn peak_bytes(process: u32) -> f64 {
    status_bytes(process, "VmHWM:")
}

/// From now on the peak counts anew.
pub(crate) fn forget_peak(process: u32) {
    const PEAK: &str = "5";
    let path = format!("/proc/{process}/clear_refs");
    if let Err(error) = std::fs::write(path, PEAK) {
        eprintln!("peaks are those since the start: {error}");
    }
}

fn status_bytes(process: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap_or_default();
    let kib = line
        .trim()
        .trim_end_matches(" kB")
        .parse::<f64>()
        .unwrap_or(0.0);
    kib * 1024.0
}

/// What the files of a folder take on disk, in blocks that are really there.
pub(crate) fn folder_bytes(folder: &Path) -> u64 {
    const BLOCK_BYTES: u64 = 512;
    sum(folder, |metadata| metadata.blocks() * BLOCK_BYTES)
}

/// What is in the files of a folder.
pub(crate) fn file_bytes(folder: &Path) -> u64 {
    sum(folder, |metadata| metadata.len())
}

fn sum(folder: &Path, size: fn(&Metadata) -> u64) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let of = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => sum(&entry.path(), size),
        Ok(metadata) => size(&metadata),
        Err(_) => 0,
    };
    entries.filter_map(Result::ok).map(of).sum()
}
