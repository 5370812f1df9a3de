//! Queriers that are kept while rows are flushed, targets go and others take their numbers: each still sees what there was when it was made.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Labels, Matcher, TimeRange, Timestamp, Value};
use platform::SimulatedDisk;
use storage::{Columns, Hints, Querier, Sample, Selection, SeriesKey, Store as _};
use tsdb::{Store, StoreOptions};

use crate::dice::Dice;

const HISTORIES: u64 = 150;
const STEPS: u64 = 60;
/// Targets that send rows at one time.
const LIVING: u64 = 3;
const QUERIERS_MAX: usize = 3;

/// By labels and time.
type Samples = BTreeMap<(String, i64), u64>;

struct World<'s> {
    dice: Dice,
    store: &'s Store,
    clock_ms: i64,
    /// The oldest of the living targets: those before are gone for good.
    oldest: u64,
    /// All that was ever said.
    said: Samples,
    held: Vec<(Box<dyn Querier + 's>, Samples)>,
}

impl World<'_> {
    fn append(&mut self) {
        self.clock_ms += 1000;
        let mut appender = self.store.appender();
        let target = format!("t{}", self.oldest + self.dice.below(LIVING));
        let labels = Labels::from_pairs([("instance", target.as_str())]);
        appender.row(&labels, Timestamp(self.clock_ms));
        for metric in 0..=self.dice.below(3) {
            let own = Labels::from_pairs([("__name__", format!("m{metric}"))]);
            let value = self.dice.below(1 << 40) as f64;
            let appended = appender.append(SeriesKey::InTarget(&own), Sample::float(value));
            appended.expect("it is new");
            let name = labels.merged(&own).to_string();
            self.said.insert((name, self.clock_ms), value.to_bits());
        }
        appender.commit().expect("a good disk");
    }

    fn hold(&mut self) {
        self.held.truncate(QUERIERS_MAX - 1);
        let querier = self.store.querier(TimeRange::ALL).expect("a querier");
        let seen = read(&*querier);
        self.held.insert(0, (querier, seen));
    }

    fn look(&self) {
        for (querier, then) in &self.held {
            let now = read(&**querier);
            for (sample, value) in then {
                assert_eq!(now.get(sample), Some(value), "{sample:?} is gone");
            }
            for (sample, value) in &now {
                assert_eq!(self.said.get(sample), Some(value), "{sample:?}");
            }
        }
    }
}

fn read(querier: &dyn Querier) -> Samples {
    let matchers = [Matcher::equal("__name__", "m0")];
    let mut found = Samples::new();
    // Once by a matcher and once all of it, since these are found in two ways.
    for matchers in [&matchers[..], &[]] {
        let selection = Selection {
            matchers,
            range: TimeRange::ALL,
            hints: Hints::default(),
        };
        for group in querier.select(&selection).expect("a good disk") {
            let mut columns = Columns::default();
            let read = group.read(TimeRange::ALL, &mut columns);
            read.expect("a good disk");
            for (labels, column) in group.labels().iter().zip(&columns.columns) {
                for (time_ms, value) in column.samples(&columns.timestamps) {
                    let Value::Float(value) = value else {
                        panic!("nobody said a histogram");
                    };
                    found.insert((labels.to_string(), time_ms), value.to_bits());
                }
            }
        }
    }
    found
}

fn run(seed: u64) {
    let disk = Arc::new(SimulatedDisk::new(seed));
    let (store, _) = Store::open(disk, StoreOptions::usual()).expect("a fresh disk");
    let mut world = World {
        dice: Dice(seed),
        store: &store,
        clock_ms: 1_600_000_000_000,
        oldest: 0,
        said: Samples::new(),
        held: Vec::new(),
    };
    for _ in 0..STEPS {
        match world.dice.below(10) {
            0..4 => world.append(),
            4..6 => drop(store.flush().expect("a good disk")),
            6 | 7 => world.oldest += 1,
            8 => world.hold(),
            _ => world.look(),
        }
    }
    world.look();
    // Nobody holds it up any more: what went is forgotten.
    world.held.clear();
    for _ in 0..3 {
        world.append();
        store.flush().expect("a good disk");
    }
    let series = store.state().head_series;
    assert!(series <= 3 * LIVING, "seed {seed}: {series} series");
}

#[test]
fn a_querier_sees_what_there_was_when_it_was_made() {
    for seed in 0..HISTORIES {
        run(seed);
    }
}
