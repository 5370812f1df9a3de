//! The log against a list, over thousands of seeds: random records, commits, cuts, failed syncs, full disks, kills and power cuts.
//!
//! The laws: what was acknowledged is shown, in order and bit for bit, until it is cut; what was shown once is shown again; what nobody
//! was promised may be shown or not, but only if it was the last thing that happened; nothing is called damaged when nothing is.
//!
//! `FERULA_LOG_SEEDS` says how many seeds to try; the first so many run with `cargo test`.

use std::sync::Arc;

use platform::disk::Faults;
use platform::{Disk, SimulatedDisk};

use model::{Exemplar, Histogram, Labels, Matcher, Metadata, MetricKind, TimeRange, Timestamp};

use super::said::{Numbered, Said, open};
use crate::log::{Detail, DetailKind, Flaw, Log, LogError, Record, Row, TargetId};

const SEEDS: u64 = 2000;
const STEPS: u64 = 60;

#[test]
fn keeps_what_it_acknowledged() {
    let asked = std::env::var("FERULA_LOG_SEEDS").ok();
    let seeds = asked.map_or(SEEDS, |text| text.parse().expect("a number of seeds"));
    for seed in 0..seeds {
        let disk = SimulatedDisk::new(seed);
        let run = run(seed, &disk, Arc::new(disk.clone()));
        assert_eq!(run, Ok(()), "seed {seed}");
    }
}

/// One history. `through` is how the log sees `disk`.
pub(super) fn run(seed: u64, disk: &SimulatedDisk, through: Arc<dyn Disk>) -> Result<(), String> {
    let mut world = World {
        dice: Dice(seed ^ 0x5eed),
        disk: disk.clone(),
        through,
        segment_bytes: 0,
        log: None,
        clock_ms: 0,
        kept: Vec::new(),
        pending: Vec::new(),
        perhaps: Vec::new(),
        cut_before: 0,
    };
    world.segment_bytes = 500 << world.dice.below(6);
    // Some histories do without some of the operations, so that others get further.
    let swarm = world.dice.below(256) | 1;
    world.reopen()?;
    for _ in 0..STEPS {
        world.step(swarm)?;
    }
    world.disk.set_capacity(u64::MAX);
    world.crash()?;
    world.reopen()
}

struct World {
    dice: Dice,
    disk: SimulatedDisk,
    through: Arc<dyn Disk>,
    segment_bytes: u64,
    log: Option<Log>,
    clock_ms: i64,
    /// Promised, by acknowledgement or by being shown.
    kept: Vec<Said>,
    /// Appended since the last commit.
    pending: Vec<Said>,
    /// Written by a commit that did not succeed.
    perhaps: Vec<Said>,
    /// What is older may be gone.
    cut_before: u64,
}

impl World {
    fn step(&mut self, swarm: u64) -> Result<(), String> {
        let operation = self.dice.below(40);
        let on = |bit: u64| swarm & (1 << bit) != 0;
        match operation {
            0..20 => self.append(),
            20..32 => self.commit(),
            32 if on(1) => self.crash(),
            33 if on(2) => self.reopen(),
            34 if on(3) => {
                self.fail_a_sync();
                Ok(())
            }
            35 if on(4) => {
                let room = self.dice.below(3000);
                self.disk.set_capacity(self.disk.used_bytes() + room);
                Ok(())
            }
            36 if on(4) => {
                self.disk.set_capacity(u64::MAX);
                Ok(())
            }
            37 if on(5) => self.cut(),
            38 if on(6) => self.fail_while_opening(),
            39 if on(7) => self.rotate(),
            _ => self.append(),
        }
    }

    /// The next sync of a file fails, or half of those of folders until the next start.
    fn fail_a_sync(&mut self) {
        if self.dice.below(2) == 0 {
            self.disk.fail_next_sync();
        } else {
            self.disk.set_faults(Faults {
                sync_folder_1_in: 2,
                ..Faults::default()
            });
        }
    }

    fn append(&mut self) -> Result<(), String> {
        let Some(log) = &mut self.log else {
            return self.reopen();
        };
        self.clock_ms += 1 + self.dice.below(3) as i64 * 1000;
        let parts = Parts::random(&mut self.dice, self.clock_ms);
        let record = parts.record(self.dice.below(20));
        match log.append(&record, &Numbered) {
            Ok(sequence) => self.pending.push(Said::new(sequence, &record)),
            Err(LogError::Poisoned { .. }) => return self.reopen(),
            Err(error) => return Err(format!("append: {error}")),
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), String> {
        let Some(log) = &mut self.log else {
            return Ok(());
        };
        let committed = log.commit();
        self.committed(committed)
    }

    fn rotate(&mut self) -> Result<(), String> {
        let Some(log) = &mut self.log else {
            return Ok(());
        };
        let committed = log.rotate();
        self.committed(committed)
    }

    fn committed(
        &mut self,
        committed: Result<crate::log::Acknowledged, LogError>,
    ) -> Result<(), String> {
        match committed {
            Ok(done) => {
                if self.pending.iter().any(|said| said.sequence > done.up_to) {
                    return Err("a commit that leaves something out".to_owned());
                }
                // A segment that is written after a refusal disowns it.
                if !self.pending.is_empty() {
                    self.perhaps.clear();
                }
                self.kept.append(&mut self.pending);
            }
            Err(LogError::Full(_)) => self.perhaps.append(&mut self.pending),
            Err(LogError::Poisoned { .. }) => {
                self.perhaps.append(&mut self.pending);
                if let Some(log) = &mut self.log
                    && !matches!(log.commit(), Err(LogError::Poisoned { .. }))
                {
                    return Err("a poisoned log that goes on".to_owned());
                }
            }
            Err(error) => return Err(format!("commit: {error}")),
        }
        Ok(())
    }

    fn cut(&mut self) -> Result<(), String> {
        let Some(log) = &mut self.log else {
            return Ok(());
        };
        let before = self.dice.below(log.acknowledged() + 2);
        self.cut_before = self.cut_before.max(before);
        let cut = match log.cut(before) {
            Ok(cut) => cut,
            // The folder could not be synced.
            Err(LogError::Disk(_)) => return Ok(()),
            Err(error) => return Err(format!("cut: {error}")),
        };
        if !cut.set_aside.is_empty() {
            return Err("an undamaged segment was set aside".to_owned());
        }
        Ok(())
    }

    /// The power goes, mostly between two steps and sometimes in the middle of opening.
    fn crash(&mut self) -> Result<(), String> {
        self.log = None;
        self.pending.clear();
        self.disk.crash();
        Ok(())
    }

    fn fail_while_opening(&mut self) -> Result<(), String> {
        self.log = None;
        self.pending.clear();
        self.disk.set_faults(Faults {
            sync_1_in: 3,
            sync_folder_1_in: 3,
            read_1_in: 3,
        });
        let opened = open(self.through.clone(), self.segment_bytes).map(|(_, shown, _)| shown);
        self.disk.set_faults(Faults::default());
        if let Ok(shown) = opened {
            self.check(shown)?;
        }
        if self.dice.below(2) == 0 {
            self.crash()?;
        }
        Ok(())
    }

    /// Ends the process without a word, and starts another.
    fn reopen(&mut self) -> Result<(), String> {
        self.log = None;
        self.pending.clear();
        self.disk.set_faults(Faults::default());
        let opened = open(self.through.clone(), self.segment_bytes);
        let (log, shown, replayed) = match opened {
            Ok(opened) => opened,
            // A sync was told to fail.
            Err(LogError::Disk(_)) => return Ok(()),
            Err(error) => return Err(format!("open: {error}")),
        };
        let torn = |flaw: &Flaw| matches!(flaw, Flaw::Torn { .. });
        if !replayed.flaws.iter().all(torn) {
            return Err(format!("{:?}", replayed.flaws));
        }
        self.log = Some(log);
        self.check(shown)
    }

    /// Compares what a replay showed, and takes it for promised.
    fn check(&mut self, shown: Vec<Said>) -> Result<(), String> {
        let first = shown.first();
        let start = self.kept.iter().position(|kept| Some(kept) == first);
        let start = start.unwrap_or(self.kept.len());
        if let Some(lost) = self.kept[..start]
            .iter()
            .find(|kept| kept.sequence >= self.cut_before)
        {
            return Err(format!("lost from the start: {lost:?}"));
        }
        let kept = &self.kept[start..];
        if let Some(index) = (0..kept.len()).find(|&index| shown.get(index) != kept.get(index)) {
            let (kept, shown) = (&kept[index], shown.get(index));
            return Err(format!("kept {kept:?}, shown {shown:?}"));
        }
        let mut perhaps = self.perhaps.drain(..);
        for more in &shown[kept.len()..] {
            if !perhaps.any(|one| one == *more) {
                return Err(format!("from nowhere: {more:?}"));
            }
        }
        drop(perhaps);
        self.kept = shown;
        Ok(())
    }
}

/// The parts of a random record, which borrows from them.
pub(super) struct Parts {
    target: TargetId,
    time: Timestamp,
    columns: Vec<u32>,
    values: Vec<f64>,
    details: Vec<Detail>,
    metadata: Metadata,
    matchers: Vec<Matcher>,
}

impl Parts {
    pub(super) fn random(dice: &mut Dice, clock_ms: i64) -> Self {
        let width = [3, 12, 250][dice.below(20).saturating_sub(17) as usize];
        let skips = dice.below(3) == 0;
        let columns: Vec<u32> = (0..width).filter(|_| !skips || dice.below(4) > 0).collect();
        let values = columns.iter().map(|_| dice.float()).collect();
        let mut details = Vec::new();
        while dice.below(5) == 0 {
            let column = dice.below(14) as u32;
            let kind = random_detail(dice, clock_ms);
            details.push(Detail { column, kind });
        }
        Self {
            target: TargetId(dice.below(3) as u32),
            time: Timestamp(clock_ms),
            columns,
            values,
            details,
            metadata: Metadata {
                kind: MetricKind::Counter,
                help: format!("said at {clock_ms}"),
                unit: String::new(),
            },
            matchers: vec![Matcher::equal("at", clock_ms.to_string())],
        }
    }

    pub(super) fn record(&self, which: u64) -> Record<'_> {
        match which {
            0 => Record::Metadata {
                target: self.target,
                family: "family",
                metadata: &self.metadata,
            },
            1 => Record::Deletion {
                matchers: &self.matchers,
                range: TimeRange::new(Timestamp::MIN, self.time),
            },
            _ => Record::Row(Row {
                target: self.target,
                time: self.time,
                columns: &self.columns,
                values: &self.values,
                details: &self.details,
            }),
        }
    }
}

fn random_detail(dice: &mut Dice, clock_ms: i64) -> DetailKind {
    let at = Timestamp(clock_ms - dice.below(5000) as i64);
    match dice.below(5) {
        0 => DetailKind::Start(at),
        1 => DetailKind::FloatAt(at, dice.float()),
        2 => DetailKind::Exemplar(Exemplar {
            labels: Labels::from_pairs([("trace_id", "x")]),
            value: dice.float(),
            timestamp: at,
        }),
        3 => DetailKind::HistogramAt(at, Histogram::default()),
        _ => DetailKind::Histogram(Histogram {
            sum: dice.float(),
            count: dice.float(),
            positive_buckets: vec![dice.float(), dice.float()],
            ..Histogram::default()
        }),
    }
}

/// Random numbers (`SplitMix64`).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Whole numbers, decimals, and any bits at all.
    fn float(&mut self) -> f64 {
        match self.below(4) {
            0 => self.below(100) as f64,
            1 => self.below(100_000) as f64 / 1000.0,
            2 => [f64::NAN, -0.0, f64::INFINITY, model::STALE_NAN][self.below(4) as usize],
            _ => f64::from_bits(self.next()),
        }
    }
}
