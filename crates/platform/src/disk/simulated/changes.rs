//! One file's bytes: as they are seen, as they are kept, and what lies between.

use super::state::Random;

/// The sizes that a disk writes in one piece; which of them is picked anew for each torn write.
const SECTOR_BYTES: [usize; 2] = [512, 4096];

#[derive(Clone, Debug, Default)]
pub(super) struct Bytes {
    pub(super) seen: Vec<u8>,
    pub(super) kept: Vec<u8>,
    pub(super) pending: Vec<Change>,
}

#[derive(Clone, Debug)]
pub(super) enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate(usize),
}

impl Bytes {
    pub(super) fn change(&mut self, change: Change) {
        apply(&mut self.seen, &change);
        self.pending.push(change);
    }

    pub(super) fn sync(&mut self) {
        for change in self.pending.drain(..) {
            apply(&mut self.kept, &change);
        }
    }

    /// A sync that fails: what was pending is kept in part or not at all, and never tried again.
    pub(super) fn fail_sync(&mut self, random: &mut Random) {
        keep_some(&mut self.kept, std::mem::take(&mut self.pending), random);
    }

    pub(super) fn crash(&mut self, random: &mut Random) {
        self.fail_sync(random);
        self.seen.clone_from(&self.kept);
    }
}

fn apply(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write { offset, bytes } => {
            let end = offset + bytes.len();
            if content.len() < end {
                content.resize(end, 0);
            }
            content[*offset..end].copy_from_slice(bytes);
        }
        Change::Truncate(length) => content.resize(*length, 0),
    }
}

/// Applies what a power cut leaves of `pending`.
fn keep_some(kept: &mut Vec<u8>, pending: Vec<Change>, random: &mut Random) {
    match random.below(4) {
        0 => {}
        1 => pending.iter().for_each(|change| apply(kept, change)),
        // In order, up to some byte.
        2 => {
            let whole = random.below(pending.len() as u64 + 1) as usize;
            for change in &pending[..whole] {
                apply(kept, change);
            }
            if let Some(Change::Write { offset, bytes }) = pending.get(whole) {
                let torn = random.below(bytes.len() as u64 + 1) as usize;
                let bytes = bytes[..torn].to_vec();
                let offset = *offset;
                apply(kept, &Change::Write { offset, bytes });
            }
        }
        // In no order: of each write some sectors, and of each cut perhaps.
        _ => {
            for change in pending {
                keep_sectors(kept, &change, random);
            }
        }
    }
}

fn keep_sectors(kept: &mut Vec<u8>, change: &Change, random: &mut Random) {
    let Change::Write { offset, bytes } = change else {
        if random.below(2) == 0 {
            apply(kept, change);
        }
        return;
    };
    // The length may be durable before the bytes are: then there are zeros.
    let end = offset + bytes.len();
    if random.below(2) == 0 && kept.len() < end {
        kept.resize(end, 0);
    }
    let sector_bytes = SECTOR_BYTES[random.below(2) as usize];
    let mut start = *offset;
    while start < end {
        let stop = (start / sector_bytes + 1) * sector_bytes;
        let stop = stop.min(end);
        if random.below(2) == 0 {
            let bytes = bytes[start - offset..stop - offset].to_vec();
            let offset = start;
            apply(kept, &Change::Write { offset, bytes });
        }
        start = stop;
    }
}
