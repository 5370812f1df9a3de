//! `ferula tsdb analyze`: what takes the room, and which series come and go.

use std::cmp::Reverse;
use std::io::{self, Write};
use std::process::ExitCode;

use hashbrown::HashMap;
use platform::disk::SystemDisk;
use tsdb::analyze::{Analysis, analyze};
use tsdb::catalog;
use tsdb::part::FamilyRoom;

use super::store::Opened;
use super::{Failure, PARTS, list, progress, time};
use crate::cli::tsdb as cli;

/// Windows in which series are counted, at most.
const WINDOWS_MAX: i64 = 12;
/// And none shorter than this, in milliseconds: in a shorter one a series may well have no sample.
const WINDOW_MS_MIN: i64 = 10 * 60 * 1000;

type Rooms = HashMap<String, FamilyRoom, foldhash::fast::RandomState>;

pub(super) fn run(arguments: &cli::Analyze) -> Result<ExitCode, Failure> {
    let opened = Opened::new(&arguments.place)?;
    let Some(range) = opened.range_within(arguments.choice.range()) else {
        progress::say(format_args!("there are no samples in that range of time"));
        return Ok(ExitCode::SUCCESS);
    };
    let selectors = arguments.choice.selectors();
    let windows = ((range.end.0 - range.start.0) / WINDOW_MS_MIN).clamp(1, WINDOWS_MAX);
    let analysis =
        analyze(opened.store(), &selectors, range, windows as u32).map_err(Failure::new)?;
    let (rooms, bytes) = rooms(&arguments.place)?;
    let mut out = io::stdout().lock();
    // Who closed it does not want to know.
    let _ = writeln!(
        out,
        "{} to {}: {} series of {} families, {} in parts\n",
        time(range.start),
        time(range.end),
        progress::count(analysis.series),
        progress::count(analysis.families.len() as u64),
        progress::bytes(bytes),
    );
    let _ = print(&mut out, &analysis, &rooms, arguments.limit);
    Ok(opened.end())
}

fn print(out: &mut dyn Write, analysis: &Analysis, rooms: &Rooms, limit: usize) -> io::Result<()> {
    families(out, analysis, rooms, limit)?;
    labels(out, analysis, limit)?;
    pairs(out, analysis, limit)?;
    targets(out, analysis, limit)?;
    churn(out, analysis)
}

fn families(
    out: &mut dyn Write,
    analysis: &Analysis,
    rooms: &Rooms,
    limit: usize,
) -> io::Result<()> {
    let none = FamilyRoom::default();
    let room = |name: &str| rooms.get(name).unwrap_or(&none);
    let mut names: Vec<_> = analysis.families.iter().collect();
    names.sort_by_key(|(name, lives)| (Reverse((room(name).bytes, lives.ever)), name.as_str()));
    let lines = names.iter().take(limit).map(|(name, lives)| {
        let room = room(name);
        let each = if room.values == 0 {
            "-".to_owned()
        } else {
            format!("{:.2}", room.bytes as f64 / room.values as f64)
        };
        [
            progress::bytes(room.bytes),
            each,
            progress::count(lives.ever),
            progress::count(lives.now),
            (*name).clone(),
        ]
    });
    section(
        out,
        "Families by room in parts",
        ["BYTES", "PER VALUE", "SERIES EVER", "NOW", "FAMILY"],
        lines,
    )
}

fn labels(out: &mut dyn Write, analysis: &Analysis, limit: usize) -> io::Result<()> {
    let mut names: Vec<_> = analysis.labels.iter().collect();
    names.sort_by_key(|(name, label)| (Reverse(label.values.len()), name.as_str()));
    let lines = names.iter().take(limit).map(|(name, label)| {
        [
            progress::count(label.values.len() as u64),
            progress::count(label.values_now()),
            progress::count(label.series),
            (*name).clone(),
        ]
    });
    section(
        out,
        "Labels by number of values: many that are no more are churn",
        ["VALUES EVER", "NOW", "SERIES", "LABEL"],
        lines,
    )
}

fn pairs(out: &mut dyn Write, analysis: &Analysis, limit: usize) -> io::Result<()> {
    let mut pairs: Vec<(u64, u64, String)> = Vec::new();
    for (name, label) in &analysis.labels {
        let values = label.values.iter();
        pairs.extend(
            values.map(|(value, lives)| (lives.ever, lives.now, format!("{name}={value}"))),
        );
    }
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
    let lines = pairs
        .into_iter()
        .take(limit)
        .map(|(ever, now, pair)| [progress::count(ever), progress::count(now), pair]);
    section(
        out,
        "Label pairs by series",
        ["SERIES EVER", "NOW", "PAIR"],
        lines,
    )
}

fn targets(out: &mut dyn Write, analysis: &Analysis, limit: usize) -> io::Result<()> {
    let mut targets: Vec<_> = analysis.targets.iter().collect();
    targets.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let lines = targets.into_iter().take(limit).map(|(target, series)| {
        let name = if target.is_empty() {
            "(of no target)".to_owned()
        } else {
            target.to_string()
        };
        [progress::count(*series), name]
    });
    section(out, "Targets by series", ["SERIES EVER", "TARGET"], lines)
}

fn churn(out: &mut dyn Write, analysis: &Analysis) -> io::Result<()> {
    let lines = analysis.windows.iter().map(|window| {
        [
            time(window.range.start),
            progress::count(window.active),
            progress::count(window.born),
            progress::count(window.gone),
        ]
    });
    section(
        out,
        "Series over time",
        ["FROM", "ACTIVE", "NEW", "GONE"],
        lines,
    )
}

fn section<const N: usize>(
    out: &mut dyn Write,
    title: &str,
    columns: [&str; N],
    lines: impl Iterator<Item = [String; N]>,
) -> io::Result<()> {
    writeln!(out, "{title}:")?;
    let mut all = vec![columns.map(str::to_owned)];
    all.extend(lines);
    list::print(out, &all)?;
    writeln!(out)
}

/// What each family takes of all parts, and the parts' size.
fn rooms(place: &cli::Place) -> Result<(Rooms, u64), Failure> {
    let disk = SystemDisk::new(&place.data)?;
    let (mut rooms, mut bytes) = (Rooms::default(), 0);
    for found in catalog::look(&disk, PARTS).map_err(Failure::new)? {
        let Ok(part) = &found.part else { continue };
        bytes += part.size_bytes() as u64;
        for room in part.tables().map_err(Failure::new)?.room() {
            let all = rooms.entry_ref(room.name.as_str()).or_default();
            all.series += room.series;
            all.values += room.values;
            all.bytes += room.bytes;
        }
    }
    Ok((rooms, bytes))
}
