//! `ferula tsdb list`: what parts there are. Looks without the lock, so a running server may be asked about.

use std::io::{self, Write};
use std::process::ExitCode;

use model::duration::Milliseconds;
use platform::disk::{Disk as _, SystemDisk};
use tsdb::catalog::{self, Found};
use tsdb::part::Level;

use super::{Failure, LOG, PARTS, existing, progress, time};
use crate::cli::tsdb as cli;

const TITLES: [&str; 9] = [
    "PART", "FROM", "TO", "RANGE", "LEVEL", "TARGETS", "SERIES", "VALUES", "SIZE",
];

pub(super) fn run(arguments: &cli::List) -> Result<ExitCode, Failure> {
    let disk = existing(&arguments.place.data)?;
    let found = catalog::look(&disk, PARTS).map_err(|error| {
        Failure::new(error)
            .hint("a data folder has `parts` and `log` in it; name it with --data FOLDER")
    })?;
    let mut lines = vec![TITLES.map(str::to_owned)];
    lines.extend(found.iter().map(|found| line(found, arguments.raw)));
    let log = log_bytes(&disk)?;
    let parts = found.iter().filter_map(|found| found.part.as_ref().ok());
    let bytes: u64 = parts.map(|part| part.size_bytes() as u64).sum();
    let mut out = io::stdout().lock();
    // Who closed it does not want to know.
    let _ = print(&mut out, &lines);
    let _ = writeln!(
        out,
        "\n{} parts, {}; log: {}",
        found.len(),
        size(bytes, arguments.raw),
        size(log, arguments.raw)
    );
    Ok(ExitCode::SUCCESS)
}

fn line(found: &Found, raw: bool) -> [String; 9] {
    let name = match found.number {
        Some(number) => format!("{number:010}"),
        None => found.path.clone(),
    };
    let part = match &found.part {
        Ok(part) => part,
        Err(error) => {
            return std::array::from_fn(|column| match column {
                0 => name.clone(),
                1 => format!("damaged: {error}"),
                _ => String::new(),
            });
        }
    };
    let range = part.range();
    let level = match part.level() {
        Level::Hot => "hot",
        Level::Cold => "cold",
    };
    let (targets, series, values) = match part.tables() {
        Ok(tables) => {
            let groups = 0..tables.groups();
            let values =
                groups.map(|group| (tables.rows(group) * tables.series(group).len()) as u64);
            (tables.groups() as u64, tables.series_count(), values.sum())
        }
        Err(_) => (0, 0, 0),
    };
    let count = |number| {
        if raw {
            format!("{number}")
        } else {
            progress::count(number)
        }
    };
    [
        name,
        if raw {
            range.start.0.to_string()
        } else {
            time(range.start)
        },
        if raw {
            range.end.0.to_string()
        } else {
            time(range.end)
        },
        Milliseconds((range.end.0 - range.start.0) / 1000 * 1000).to_string(),
        level.to_owned(),
        count(targets),
        count(series),
        count(values),
        size(part.size_bytes() as u64, raw),
    ]
}

fn size(bytes: u64, raw: bool) -> String {
    if raw {
        bytes.to_string()
    } else {
        progress::bytes(bytes)
    }
}

fn log_bytes(disk: &SystemDisk) -> Result<u64, Failure> {
    let mut bytes = 0;
    for name in disk.list(LOG).unwrap_or_default() {
        match disk.open_to_read(&format!("{LOG}/{name}")) {
            Err(error) if error.is_missing() => {}
            file => bytes += file?.length()?,
        }
    }
    Ok(bytes)
}

/// Columns side by side, each as wide as it must be.
pub(super) fn print<const N: usize>(out: &mut dyn Write, lines: &[[String; N]]) -> io::Result<()> {
    let width = |column: usize| {
        let lengths = lines.iter().map(|line| line[column].chars().count());
        lengths.max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    for line in lines {
        let mut text = String::new();
        for (cell, width) in line.iter().zip(widths) {
            text.push_str(&format!("{cell:<width$}  "));
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}
