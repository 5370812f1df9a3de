//! Software RAID, from `/proc/mdstat`.
//!
//! ```text
//! md3 : active raid6 sda1[8] sdh1[7](S) sdg1[6](F)
//!       5853468288 blocks super 1.2 level 6, 64k chunk, algorithm 2 [8/8] [UUUUUUUU]
//!       [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec
//! ```

use ferula::Kind::Gauge;
use ferula::{Description, Page};

use crate::node::host::{Failure, Host, Outcome};
use crate::node::table::{Column, show};

const COLUMNS: [Column; 3] = [
    (Gauge, "node_md_blocks", "Total number of blocks on device."),
    (
        Gauge,
        "node_md_blocks_synced",
        "Number of blocks synced on device.",
    ),
    (
        Gauge,
        "node_md_disks_required",
        "Total number of disks of device.",
    ),
];
const DISK_STATES: [&str; 3] = ["active", "failed", "spare"];
const STATES: [&str; 5] = ["active", "inactive", "recovering", "resync", "check"];

#[derive(Debug, PartialEq)]
struct Array<'t> {
    device: &'t str,
    state: &'static str,
    /// As [`DISK_STATES`].
    disks: [f64; 3],
    /// As [`COLUMNS`].
    counts: [f64; 3],
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc("mdstat").map_err(|_| Failure::NoData)?;
    let arrays = arrays(&text);
    show(
        page,
        &COLUMNS,
        &arrays,
        |array| [("device", array.device)],
        |array, index| Some(array.counts[index]),
    );
    let help = "Number of active/failed/spare disks of device.";
    let mut points = page.family(Description::gauge("node_md_disks", help));
    for array in &arrays {
        for (state, disks) in DISK_STATES.iter().zip(array.disks) {
            points.value(&[("device", array.device), ("state", state)], disks);
        }
    }
    drop(points);
    let help = "Indicates the state of md-device.";
    let mut points = page.family(Description::gauge("node_md_state", help));
    for array in &arrays {
        for state in STATES {
            let holds = f64::from(u8::from(array.state == state));
            points.value(&[("device", array.device), ("state", state)], holds);
        }
    }
    Ok(())
}

/// An array begins with a line that is not indented; lines that are belong to it.
fn arrays(text: &str) -> Vec<Array<'_>> {
    let mut arrays = Vec::new();
    for line in text.lines() {
        let indented = line.starts_with([' ', '\t']);
        match arrays.last_mut() {
            Some(array) if indented => progress(line, array),
            _ => arrays.extend(array(line)),
        }
    }
    arrays
}

fn array(line: &str) -> Option<Array<'_>> {
    let (device, rest) = line.split_once(" : ")?;
    let state = match rest.split([' ', '(']).next()? {
        "active" => "active",
        "inactive" => "inactive",
        _ => return None,
    };
    let members = rest.split(' ').filter(|word| word.contains('['));
    let (mut active, mut failed, mut spare) = (0.0, 0.0, 0.0);
    for member in members {
        let count = if member.ends_with("(F)") {
            &mut failed
        } else if member.ends_with("(S)") {
            &mut spare
        } else {
            &mut active
        };
        *count += 1.0;
    }
    // What has no redundancy says no more than its members; an array that has does so on the next line.
    Some(Array {
        device,
        state,
        disks: [active, failed, spare],
        counts: [0.0, 0.0, active],
    })
}

fn progress(line: &str, array: &mut Array<'_>) {
    let words = line.split_ascii_whitespace().collect::<Vec<_>>();
    if let [blocks, "blocks", ..] = words.as_slice() {
        let blocks = blocks.parse().unwrap_or(0.0);
        array.counts[0] = blocks;
        array.counts[1] = blocks;
        if let Some((required, active)) = words.iter().find_map(|word| pair(word, '[', ']')) {
            array.counts[2] = required;
            array.disks[0] = active;
        }
        return;
    }
    for (word, state) in [
        ("recovery", "recovering"),
        ("reshape", "recovering"),
        ("resync", "resync"),
        ("check", "check"),
    ] {
        if words.contains(&word)
            || words
                .iter()
                .any(|given| given.starts_with(&format!("{word}=")))
        {
            array.state = state;
            if let Some((synced, _)) = words.iter().find_map(|word| pair(word, '(', ')')) {
                array.counts[1] = synced;
            }
        }
    }
}

/// `[8/7]` or `(1/2)`.
fn pair(word: &str, open: char, close: char) -> Option<(f64, f64)> {
    let (left, right) = word
        .strip_prefix(open)?
        .strip_suffix(close)?
        .split_once('/')?;
    Some((left.parse().ok()?, right.parse().ok()?))
}

#[cfg(test)]
mod tests;
