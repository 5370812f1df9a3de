//! The same samples in the durable store, in all the states in which it may hold them.

use std::sync::Arc;

use platform::SimulatedDisk;
use storage::Store as _;
use tsdb::{Store, StoreOptions};

use crate::random::Random;
use crate::samples::{Samples, append};

/// Stores with the same samples.
pub(crate) struct Durable([Store; 4]);

impl Durable {
    /// Fresh in memory; in parts, written at random moments; in parts that were merged; and as a restart finds them.
    pub(crate) fn new(samples: &Samples, random: &mut Random) -> Self {
        let [fresh, parts, merged, reopened] = [0; 4].map(|_| disk(random));
        let fresh = filled(fresh, samples, &mut Random::new(1), usize::MAX);
        let parts = filled(parts, samples, random, 20);
        let merged = merge(filled(merged, samples, random, 20));
        drop(filled(Arc::clone(&reopened), samples, random, 40));
        Self([fresh, parts, merged, open(reopened)])
    }

    /// One of them.
    pub(crate) fn any(&self, random: &mut Random) -> &Store {
        &self.0[random.below(self.0.len())]
    }
}

fn disk(random: &mut Random) -> Arc<SimulatedDisk> {
    Arc::new(SimulatedDisk::new(random.below(1 << 30) as u64))
}

fn open(disk: Arc<SimulatedDisk>) -> Store {
    let (store, _) = Store::open(disk, StoreOptions::usual()).expect("a disk that works");
    store.replay().expect("a log that can be read");
    store
}

/// Row after row, as scrapes come. Once in `per_part` rows all that is in memory becomes a part.
fn filled(
    disk: Arc<SimulatedDisk>,
    samples: &Samples,
    random: &mut Random,
    per_part: usize,
) -> Store {
    let store = open(disk);
    for (time, row) in samples.rows() {
        let mut appender = store.appender();
        for (labels, sample) in row {
            append(&mut *appender, labels, time, sample);
        }
        appender.commit().expect("a disk that works");
        if random.one_in(per_part) {
            store.flush().expect("a disk that works");
        }
    }
    store
}

fn merge(store: Store) -> Store {
    store.flush().expect("a disk that works");
    let mut merges = 0;
    while store.merge_cold().expect("a disk that works").is_some() {
        merges += 1;
    }
    assert!(merges > 0, "nothing was merged");
    store
}
