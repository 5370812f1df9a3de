//! What becomes of the gauges of a process that is gone.
//!
//! Every step is written to the journal before it is taken, as the values that it leads to, so that taking it twice is the
//! same as taking it once.

use std::sync::atomic::Ordering::{Relaxed, Release};

use super::append::Changing;
use super::gauge::{self, Cells};
use super::layout::{
    AT_JOURNAL, CELL_OWNER, CELL_PID, CELL_WORDS, CHANGES, FOLDED_COUNT, FOLDED_TIME, FOLDED_VALUE,
    GAUGE_CELLS, JOURNAL_WORDS,
};
use super::slots;
use crate::gauge::{Merge, MergeBy};

/// One step: what the series' own words become, and whose value is kept under its pid.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// Where the series' cells are.
    series: usize,
    cell: usize,
    value: f64,
    time: f64,
    count: u64,
    kept_pid: u64,
}

/// Folds the gauges of all processes that are gone. `gauges` are all there are: where their cells are, and their modes.
pub(super) fn reap(changing: &Changing<'_>, gauges: &[(usize, Merge)]) {
    let mut claimed = slots::claimed(changing.mapping(), changing.file());
    claimed.retain(|slot| !slot.lives);
    if claimed.is_empty() {
        return;
    }
    for &(series, merge) in gauges {
        for cell in gauge::list(changing.mapping(), series) {
            if claimed.iter().any(|slot| slot.owner == cell.owner) {
                fold(changing, series, merge, &cell);
            }
        }
    }
    for slot in claimed {
        slots::release(changing, slot.slot);
    }
}

fn fold(changing: &Changing<'_>, series: usize, merge: Merge, cell: &Cells) {
    let Some(own) = changing.mapping().words(series, GAUGE_CELLS) else {
        return;
    };
    let mut step = Step {
        series,
        cell: cell.at,
        value: f64::from_bits(own[FOLDED_VALUE].load(Relaxed)),
        time: f64::from_bits(own[FOLDED_TIME].load(Relaxed)),
        count: own[FOLDED_COUNT].load(Relaxed),
        kept_pid: 0,
    };
    if merge.by == MergeBy::All && !merge.live {
        step.kept_pid = cell.pid.map_or(0, slots::pid_word);
    } else if !merge.live {
        let merged = gauge::merge(
            merge.by,
            (step.count > 0).then_some((step.value, step.time)),
            (cell.value, cell.time),
        );
        (step.value, step.time) = merged;
        step.count += 1;
    }
    note(changing, &step);
    redo(changing);
}

fn note(changing: &Changing<'_>, step: &Step) {
    let Some(journal) = changing.mapping().words(AT_JOURNAL, JOURNAL_WORDS) else {
        return;
    };
    let words = [
        step.series as u64,
        step.cell as u64,
        step.value.to_bits(),
        step.time.to_bits(),
        step.count,
        step.kept_pid,
    ];
    for (cell, word) in journal[1..].iter().zip(words) {
        cell.store(word, Relaxed);
    }
    journal[0].store(1, Release);
}

/// Takes the step in the journal, if there is one.
pub(super) fn redo(changing: &Changing<'_>) {
    let mapping = changing.mapping();
    let Some(journal) = mapping.words(AT_JOURNAL, JOURNAL_WORDS) else {
        return;
    };
    if journal[0].load(Relaxed) != 1 {
        return;
    }
    let at = |word: usize| usize::try_from(journal[word].load(Relaxed)).unwrap_or(usize::MAX);
    let series = mapping.words(at(1), GAUGE_CELLS);
    let cell = mapping.words(at(2), CELL_WORDS);
    if let Some((series, cell)) = series.zip(cell) {
        let changes = series[CHANGES].load(Relaxed) | 1;
        series[CHANGES].store(changes, Release);
        series[FOLDED_VALUE].store(journal[3].load(Relaxed), Relaxed);
        series[FOLDED_TIME].store(journal[4].load(Relaxed), Relaxed);
        series[FOLDED_COUNT].store(journal[5].load(Relaxed), Relaxed);
        cell[CELL_PID].store(journal[6].load(Relaxed), Relaxed);
        cell[CELL_OWNER].store(0, Release);
        series[CHANGES].store(changes.wrapping_add(1), Release);
    }
    journal[0].store(0, Release);
}

#[cfg(test)]
mod tests;
