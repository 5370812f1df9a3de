//! The processes that are attached: who they are, and who of them lives.

use std::os::fd::BorrowedFd;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::append::Changing;
use super::layout::{AT_SLOTS, LOCK_SLOTS, SLOT_EPOCH, SLOT_PID, SLOT_START, SLOT_WORDS, SLOTS};
use super::lock::{self, Lock};
use super::mapping::Mapping;
use crate::cell::AtomicU64;

/// The slot has the low bits of an owner.
const SLOT_BITS: u32 = 16;

/// A slot that some process has claimed, dead or alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claimed {
    pub(super) slot: usize,
    pub(super) owner: u64,
    pub(super) pid: u32,
    pub(super) lives: bool,
}

/// Set beside a pid, since a process may call itself 0.
const IS_PID: u64 = 1 << 32;

/// A pid as a word of the segment, which is not zero.
pub(super) fn pid_word(pid: u32) -> u64 {
    IS_PID | u64::from(pid)
}

/// The pid in a word, if there is one.
pub(super) fn pid_of(word: u64) -> Option<u32> {
    (word != 0).then_some(word as u32)
}

fn slot(mapping: &Mapping, slot: usize) -> Option<&[AtomicU64]> {
    mapping.words(AT_SLOTS + slot * SLOT_WORDS, SLOT_WORDS)
}

fn byte(slot: usize) -> i64 {
    LOCK_SLOTS + slot as i64
}

fn owner(slot: usize, epoch: u64) -> u64 {
    epoch << SLOT_BITS | (slot as u64 + 1)
}

fn slot_of(owner: u64) -> Option<usize> {
    let number = owner & ((1 << SLOT_BITS) - 1);
    usize::try_from(number).ok()?.checked_sub(1)
}

/// All slots that are claimed, in their order. Who cannot be asked about counts as living: its values are kept.
pub(super) fn claimed(mapping: &Mapping, file: BorrowedFd<'_>) -> Vec<Claimed> {
    let own = mapping.owner.load(Relaxed);
    let slots = (0..SLOTS).filter_map(|number| {
        let words = slot(mapping, number)?;
        let pid = pid_of(words[SLOT_PID].load(Acquire))?;
        let owner = owner(number, words[SLOT_EPOCH].load(Relaxed));
        let lives =
            owner == own || lock::is_held(file, Lock::Exclusive, byte(number)).unwrap_or(true);
        Some(Claimed {
            slot: number,
            owner,
            pid,
            lives,
        })
    });
    slots.collect()
}

/// Whether `owner` is one of the claimed and lives.
pub(super) fn lives(claimed: &[Claimed], owner: u64) -> bool {
    let of_slot = |slot| claimed.binary_search_by_key(&slot, |claimed| claimed.slot);
    let place = slot_of(owner).and_then(|slot| of_slot(slot).ok());
    place.is_some_and(|place| claimed[place].owner == owner && claimed[place].lives)
}

/// Claims a free slot for as long as the description of `changing` is open, and answers the owner's number.
pub(super) fn claim(changing: &Changing<'_>, pid: u32) -> Option<u64> {
    for number in 0..SLOTS {
        let words = slot(changing.mapping(), number)?;
        let is_free = words[SLOT_PID].load(Relaxed) == 0
            && lock::try_take(changing.file(), Lock::Exclusive, byte(number)).unwrap_or(false);
        if is_free {
            let epoch = words[SLOT_EPOCH].fetch_add(1, Relaxed).wrapping_add(1);
            words[SLOT_START].store(start_ticks(), Relaxed);
            words[SLOT_PID].store(pid_word(pid), Release);
            return Some(owner(number, epoch));
        }
    }
    None
}

/// Gives up the lock by which others know that `owner` lives. What cannot be given up goes when the process does.
pub(super) fn unlock(file: BorrowedFd<'_>, owner: u64) {
    if let Some(slot_number) = slot_of(owner) {
        let _goes_with_the_process = lock::wait(file, Lock::Unlocked, byte(slot_number));
    }
}

/// Makes the slot of a process that is gone free again.
pub(super) fn release(changing: &Changing<'_>, slot_number: usize) {
    if let Some(words) = slot(changing.mapping(), slot_number) {
        words[SLOT_PID].store(0, Release);
    }
}

/// When this process began, in ticks since boot; zero when the kernel doesn't say.
#[expect(
    clippy::disallowed_methods,
    reason = "lib/ has no platform crate: it runs in any program"
)]
fn start_ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let start = fields.split_ascii_whitespace().nth(19);
    start.and_then(|ticks| ticks.parse().ok()).unwrap_or(0)
}
