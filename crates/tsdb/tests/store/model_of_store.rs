//! The store against maps, over thousands of seeds: rows of several targets, late and duplicate ones, deletions, flushes, restarts, power cuts with torn
//! and reordered writes, failed syncs, full disks.
//!
//! The laws: what was acknowledged is read, to the bit, whatever happens to the process or the power; what was refused is not, and for the right reason; a commit that failed
//! because of the disk is there whole or not at all, and not before the next start; what a deletion removed stays away; nothing is called damaged when nothing is.
//!
//! `FERULA_STORE_SEEDS` says how many seeds to try; the first so many run with `cargo test`.

mod expected;
mod world;

use std::sync::Arc;

use platform::SimulatedDisk;

pub(crate) use world::run;

const SEEDS: u64 = 250;

#[test]
fn keeps_what_it_acknowledged() {
    let asked = std::env::var("FERULA_STORE_SEEDS").ok();
    let seeds = asked.map_or(SEEDS, |text| text.parse().expect("a number of seeds"));
    let first = std::env::var("FERULA_STORE_FIRST").map_or(0, |text| text.parse().expect("a seed"));
    for seed in first..first.max(seeds) + u64::from(first > 0) {
        let disk = SimulatedDisk::new(seed);
        let run = std::panic::catch_unwind(|| run(seed, &disk, Arc::new(disk.clone())));
        let run = run.unwrap_or_else(|_| Err("it panicked".to_owned()));
        assert_eq!(run, Ok(()), "seed {seed}");
    }
}
