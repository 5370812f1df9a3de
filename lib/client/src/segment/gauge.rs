//! Gauges in a segment: a cell for each process, put together on the page.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::append::Changing;
use super::layout::{
    CELL_NEXT, CELL_OWNER, CELL_PID, CELL_TIME, CELL_VALUE, CELL_WORDS, CHANGES, FIRST_CELL,
    FOLDED_COUNT, FOLDED_TIME, FOLDED_VALUE, GAUGE_CELLS,
};
use super::mapping::Mapping;
use super::slots::{self, Claimed};
use crate::cell::{AtomicU64, set_float};
use crate::gauge::{Merge, MergeBy};
use crate::node::{HEAD_WORDS, Handle, now_seconds};

/// A list longer than this is damaged: it may go in a circle.
const CELLS_MAX: usize = 1 << 14;
/// How many values of processes that are gone a series keeps, where each is shown by itself.
const KEPT_MAX: usize = 64;
/// How often a page looks again at a gauge that is being folded.
const LOOKS_MAX: usize = 8;

/// A gauge cell as it was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells {
    pub(super) at: usize,
    pub(super) owner: u64,
    /// None of a cell that is free.
    pub(super) pid: Option<u32>,
    pub(super) value: f64,
    pub(super) time: f64,
}

/// Changes this process' value.
pub(crate) fn change(handle: &Handle<Merge>, change: impl FnOnce(&AtomicU64)) {
    if let Some(cell) = cell(handle) {
        change(&cell[CELL_VALUE]);
        if handle.shape().by == MergeBy::MostRecent {
            set_float(&cell[CELL_TIME], now_seconds());
        }
    }
}

/// What `read` says of this process' value.
pub(crate) fn own<R>(handle: &Handle<Merge>, read: impl FnOnce(&AtomicU64) -> R) -> Option<R> {
    cell(handle).map(|cell| read(&cell[CELL_VALUE]))
}

/// This process' cell. Which one it is, is remembered together with who the process is: the child of a fork is another.
fn cell(handle: &Handle<Merge>) -> Option<&[AtomicU64]> {
    let mapping = handle.owned().words().segment()?;
    let owner = mapping.owner.load(Relaxed);
    let bound = &handle.later().bound;
    let seen = bound.load(Relaxed);
    if seen >> 32 == owner & u64::from(u32::MAX) && seen != 0 {
        return mapping.words(seen as u32 as usize, CELL_WORDS);
    }
    if owner == 0 {
        return None;
    }
    let _gate = crate::fork::pass();
    let series = mapping.place(handle.words()) + HEAD_WORDS;
    let at = mapping.changing(|changing| bind(changing, series, owner, *handle.shape()))??;
    bound.store(owner << 32 | at as u64, Relaxed);
    mapping.words(at, CELL_WORDS)
}

/// Finds or makes the cell of `owner` in the series whose cells are at `series`.
fn bind(changing: &Changing<'_>, series: usize, owner: u64, merge: Merge) -> Option<usize> {
    let mapping = changing.mapping();
    let cells = list(mapping, series).collect::<Vec<_>>();
    if let Some(own) = cells.iter().find(|cell| cell.owner == owner) {
        return Some(own.at);
    }
    let free = cells
        .iter()
        .find(|cell| cell.owner == 0 && cell.pid.is_none());
    let mut kept = cells.iter().filter(|cell| cell.owner == 0);
    // New ones come first in the list, so the last one is the oldest.
    let oldest = if merge.by == MergeBy::All && kept.clone().count() >= KEPT_MAX {
        kept.next_back()
    } else {
        None
    };
    let at = match free.or(oldest) {
        Some(cell) => cell.at,
        None => link(changing, series)?,
    };
    let cell = mapping.words(at, CELL_WORDS)?;
    cell[CELL_VALUE].store(0, Relaxed);
    cell[CELL_TIME].store(0, Relaxed);
    cell[CELL_PID].store(slots::pid_word(mapping.pid.load(Relaxed)), Relaxed);
    cell[CELL_OWNER].store(owner, Release);
    Some(at)
}

/// A new cell at the head of the list.
fn link(changing: &Changing<'_>, series: usize) -> Option<usize> {
    let mapping = changing.mapping();
    let at = changing.append_gauge_cell(series)?;
    let first = &mapping.words(series, GAUGE_CELLS)?[FIRST_CELL];
    mapping.words(at, CELL_WORDS)?[CELL_NEXT].store(first.load(Relaxed), Relaxed);
    first.store(at as u64, Release);
    Some(at)
}

/// All cells of the series whose own are at `series`.
pub(super) fn list(mapping: &Mapping, series: usize) -> impl Iterator<Item = Cells> {
    let first = mapping.words(series, GAUGE_CELLS);
    let mut next = first.map_or(0, |cells| cells[FIRST_CELL].load(Acquire));
    std::iter::from_fn(move || {
        let at = usize::try_from(next).ok().filter(|&at| at > 0)?;
        let cell = mapping.words(at, CELL_WORDS)?;
        next = cell[CELL_NEXT].load(Acquire);
        Some(Cells {
            at,
            owner: cell[CELL_OWNER].load(Acquire),
            pid: slots::pid_of(cell[CELL_PID].load(Relaxed)),
            value: f64::from_bits(cell[CELL_VALUE].load(Relaxed)),
            time: f64::from_bits(cell[CELL_TIME].load(Relaxed)),
        })
    })
    .take(CELLS_MAX)
}

/// Puts what a page shows of one gauge into `values`, which may hold those of another: values, with the pid where each is shown by itself.
pub(super) fn show(
    mapping: &Mapping,
    series: usize,
    merge: Merge,
    claimed: &[Claimed],
    values: &mut Vec<(Option<u32>, f64)>,
) {
    values.clear();
    let Some(own) = mapping.words(series, GAUGE_CELLS) else {
        return;
    };
    for _ in 0..LOOKS_MAX {
        let before = own[CHANGES].load(Acquire);
        look(mapping, own, series, merge, claimed, values);
        std::sync::atomic::fence(Acquire);
        if before.is_multiple_of(2) && own[CHANGES].load(Relaxed) == before {
            break;
        }
    }
}

fn look(
    mapping: &Mapping,
    own: &[AtomicU64],
    series: usize,
    merge: Merge,
    claimed: &[Claimed],
    values: &mut Vec<(Option<u32>, f64)>,
) {
    values.clear();
    let lives = |cell: &Cells| !merge.live || slots::lives(claimed, cell.owner);
    let cells = list(mapping, series).filter(|cell| cell.pid.is_some() && lives(cell));
    if merge.by == MergeBy::All {
        values.extend(cells.map(|cell| (cell.pid, cell.value)));
        values.sort_by_key(|&(pid, _)| pid);
        // A pid that was used again is one process to whoever reads the page: the living one, which comes first in the list.
        values.dedup_by_key(|&mut (pid, _)| pid);
        return;
    }
    let folded = (own[FOLDED_COUNT].load(Relaxed) > 0).then(|| {
        let [value, time] = [FOLDED_VALUE, FOLDED_TIME];
        let [value, time] = [value, time].map(|at| f64::from_bits(own[at].load(Relaxed)));
        (value, time)
    });
    let merged = cells.fold(folded, |merged, cell| {
        Some(self::merge(merge.by, merged, (cell.value, cell.time)))
    });
    values.extend(merged.map(|(value, _)| (None, value)));
}

/// Two values with their times as one.
pub(super) fn merge(by: MergeBy, merged: Option<(f64, f64)>, new: (f64, f64)) -> (f64, f64) {
    let Some(merged) = merged else { return new };
    match by {
        MergeBy::Min if new.0 < merged.0 => new,
        MergeBy::Max if new.0 > merged.0 => new,
        MergeBy::MostRecent if new.1 > merged.1 => new,
        MergeBy::Sum => (merged.0 + new.0, new.1),
        _ => merged,
    }
}

#[cfg(test)]
mod tests;
