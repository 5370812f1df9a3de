//! One history.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Labels, MatchOp, Matcher, TimeRange, Timestamp, Value};
use platform::disk::Faults;
use platform::{Disk, SimulatedDisk};
use storage::{
    Appender, Columns, Hints, Refusal, Sample, SampleValue, Selection, SeriesKey, SeriesRef,
    Store as _,
};
use tsdb::{Store, StoreOptions};

use super::expected::{Expected, Triple, Verdict, histogram};
use crate::dice::Dice;

const STEPS: u64 = 50;
const SECOND_MS: i64 = 1000;

/// One history. `through` is how the store sees `disk`.
pub(crate) fn run(seed: u64, disk: &SimulatedDisk, through: Arc<dyn Disk>) -> Result<(), String> {
    let mut dice = Dice(seed ^ 0x5eed);
    let late_window_ms = [0, 5 * SECOND_MS, 10_000 * SECOND_MS][dice.below(3) as usize];
    let segment_bytes = 500 << dice.below(8);
    // Some histories do without some of the operations, so that others get further.
    let swarm = dice.below(256);
    let mut world = World {
        dice,
        disk: disk.clone(),
        through,
        late_window_ms,
        segment_bytes,
        store: None,
        clock_ms: 1_600_000_000_000,
        expected: Expected::default(),
        references: BTreeMap::new(),
    };
    world.start()?;
    for _ in 0..STEPS {
        world.step(swarm)?;
    }
    world.heal();
    world.power_cut()?;
    world.look(false)
}

struct World {
    dice: Dice,
    disk: SimulatedDisk,
    through: Arc<dyn Disk>,
    late_window_ms: i64,
    segment_bytes: u64,
    store: Option<Store>,
    clock_ms: i64,
    expected: Expected,
    /// As a scraper remembers them: by the text of the series.
    references: BTreeMap<(u64, u64), SeriesRef>,
}

/// A row that is to be appended.
struct PlannedRow {
    target: u64,
    time_ms: i64,
    samples: Vec<Planned>,
}

struct Planned {
    series: u64,
    value: Value,
    own_time_ms: Option<i64>,
}

impl World {
    fn step(&mut self, swarm: u64) -> Result<(), String> {
        let on = |bit: u64| swarm & (1 << bit) != 0;
        match self.dice.below(40) {
            30 if on(0) => self.power_cut(),
            31 if on(1) => self.restart(),
            32 if on(2) => {
                self.fail_a_sync();
                Ok(())
            }
            33 if on(3) => {
                let room = self.dice.below(4000);
                self.disk.set_capacity(self.disk.used_bytes() + room);
                Ok(())
            }
            34 if on(3) => {
                self.disk.set_capacity(u64::MAX);
                Ok(())
            }
            35 if on(4) => self.delete(),
            36 | 37 if on(5) => self.flush(),
            38 if on(6) => self.maintain(),
            39 if on(6) => self.clean(),
            28 => self.look(false),
            29 if on(7) => self.abandon(),
            _ => self.append(),
        }
    }

    fn heal(&self) {
        self.disk.set_faults(Faults::default());
        self.disk.set_capacity(u64::MAX);
    }

    fn fail_a_sync(&mut self) {
        if self.dice.one_in(2) {
            self.disk.fail_next_sync();
        } else {
            self.disk.set_faults(Faults {
                sync_folder_1_in: 2,
                ..Faults::default()
            });
        }
    }

    /// Opens the store, and looks whether all is there.
    fn start(&mut self) -> Result<(), String> {
        self.store = None;
        self.references.clear();
        let options = StoreOptions {
            late_window_ms: self.late_window_ms,
            segment_bytes: self.segment_bytes,
            ..StoreOptions::usual()
        };
        let started = Store::open(Arc::clone(&self.through), options.clone());
        let started = started.and_then(|(store, opening)| {
            let replayed = store.replay()?;
            Ok((store, opening, replayed))
        });
        let (store, opening, replayed) = match started {
            Ok(started) => started,
            Err(_) => {
                // A disk that fails now and then lets it open another time.
                self.heal();
                let (store, opening) = Store::open(Arc::clone(&self.through), options)
                    .map_err(|error| format!("open: {error}"))?;
                let replayed = store.replay().map_err(|error| format!("replay: {error}"))?;
                (store, opening, replayed)
            }
        };
        let damaged = |flaw: &&tsdb::log::Flaw| !matches!(flaw, tsdb::log::Flaw::Torn { .. });
        if let Some(flaw) = replayed.flaws.iter().find(damaged) {
            return Err(flaw.to_string());
        }
        if let Some(aside) = opening.set_aside.first() {
            return Err(format!("set aside: {aside}"));
        }
        self.store = Some(store);
        self.look(true)
    }

    fn power_cut(&mut self) -> Result<(), String> {
        self.disk.crash();
        self.disk.set_faults(Faults::default());
        self.start()
    }

    /// The process ends, and another begins; the disk goes on.
    fn restart(&mut self) -> Result<(), String> {
        self.heal();
        self.start()
    }

    fn store(&self) -> &Store {
        self.store.as_ref().expect("a store is open")
    }

    fn append(&mut self) -> Result<(), String> {
        let rows: Vec<PlannedRow> = (0..=self.dice.below(3)).map(|_| self.plan()).collect();
        let store = self.store.take().expect("a store is open");
        let done = self.append_to(&store, &rows);
        self.store = Some(store);
        if done? {
            return Ok(());
        }
        // It refuses everything from now on, or until there is room.
        if self.store().state().health == tsdb::store::Health::Poisoned {
            return self.restart();
        }
        Ok(())
    }

    /// Whether the commit worked.
    fn append_to(&mut self, store: &Store, rows: &[PlannedRow]) -> Result<bool, String> {
        let mut appender = store.appender();
        let mut staged: Vec<Triple> = Vec::new();
        let mut known = 0;
        for row in rows {
            appender.row(&target(row.target), Timestamp(row.time_ms));
            for planned in &row.samples {
                let labels = labels_of(row.target, planned.series);
                let time_ms = planned.own_time_ms.unwrap_or(row.time_ms);
                let expected =
                    self.expected
                        .judge(&labels, time_ms, &planned.value, self.late_window_ms);
                let appended = self.append_sample(&mut *appender, row, planned);
                match (&appended, expected) {
                    (Ok(()), Ok(Verdict::New)) => {
                        staged.push((labels, time_ms, planned.value.clone()));
                    }
                    (Ok(()), Ok(Verdict::Known)) => known += 1,
                    (Err(refusal), Err(wanted)) if *refusal == wanted => {}
                    (found, wanted) => {
                        return Err(format!(
                            "append {labels} at {time_ms}: {found:?}, not {wanted:?}"
                        ));
                    }
                }
            }
        }
        let committed = appender.commit();
        let (mut taken, mut refused) = (known, 0);
        let mut new = Vec::new();
        let before = self.expected.series.clone();
        for sample in staged {
            let (labels, time_ms, value) = &sample;
            match self
                .expected
                .judge(labels, *time_ms, value, self.late_window_ms)
            {
                Ok(Verdict::New) => {
                    taken += 1;
                    new.push(sample.clone());
                    self.expected.insert(sample);
                }
                Ok(Verdict::Known) => taken += 1,
                Err(_) => refused += 1,
            }
        }
        match committed {
            Ok(committed) if (committed.samples, committed.refused) == (taken, refused) => Ok(true),
            Ok(committed) => Err(format!(
                "{committed:?}, not {taken} taken and {refused} refused"
            )),
            Err(_) => {
                self.expected.series = before;
                let poisoned = store.state().health == tsdb::store::Health::Poisoned;
                if poisoned && self.expected.perhaps.is_empty() {
                    self.expected.perhaps = new;
                }
                Ok(false)
            }
        }
    }

    fn append_sample(
        &mut self,
        appender: &mut dyn Appender,
        row: &PlannedRow,
        planned: &Planned,
    ) -> Result<(), Refusal> {
        let sample = Sample {
            value: match &planned.value {
                Value::Float(value) => SampleValue::Float(*value),
                Value::Histogram(histogram) => SampleValue::Histogram(histogram),
            },
            timestamp: planned.own_time_ms.map(Timestamp),
            start: None,
            exemplars: &[],
        };
        let key = (row.target, planned.series);
        let known = self.references.get(&key).copied();
        if let Some(known) = known.filter(|_| self.dice.below(4) > 0) {
            match appender.append(SeriesKey::Known(known), sample) {
                Err(Refusal::UnknownReference) => {}
                done => return done.map(drop),
            }
        }
        let own = own_labels(planned.series);
        let whole = labels_of(row.target, planned.series);
        let by_labels = match is_whole(planned.series) || self.dice.one_in(8) {
            true => SeriesKey::Whole(&whole),
            false => SeriesKey::InTarget(&own),
        };
        let at = appender.append(by_labels, sample)?;
        self.references.insert(key, at);
        Ok(())
    }

    /// Rows mostly come in order; some are late, some come again.
    fn plan(&mut self) -> PlannedRow {
        self.clock_ms += self.dice.below(3) as i64 * SECOND_MS;
        if self.dice.one_in(15) {
            self.clock_ms += 2 * 3600 * SECOND_MS;
        }
        let late_ms = match self.dice.below(6) {
            0 => self.dice.below(8) as i64 * SECOND_MS,
            _ => 0,
        };
        let time_ms = self.clock_ms - late_ms;
        let mut samples = Vec::new();
        for series in 0..8 {
            if self.dice.one_in(3) {
                continue;
            }
            let own_time_ms = self.dice.one_in(20).then(|| time_ms - SECOND_MS);
            let value = self.value(series);
            samples.push(Planned {
                series,
                value,
                own_time_ms,
            });
            if self.dice.one_in(40) && series != 5 {
                // The page has it twice. (Of a float and a histogram the float would stand, whichever came first.)
                let value = self.value(series);
                samples.push(Planned {
                    series,
                    value,
                    own_time_ms,
                });
            }
        }
        PlannedRow {
            target: self.dice.below(4),
            time_ms,
            samples,
        }
    }

    fn value(&mut self, series: u64) -> Value {
        if series == 5 && self.dice.one_in(2) {
            return histogram(self.dice.below(3));
        }
        let odd = [
            f64::NAN,
            -0.0,
            f64::INFINITY,
            f64::from_bits(0x7ff8_0000_0000_0003),
            1e300,
        ];
        Value::Float(match self.dice.below(12) {
            0 => odd[self.dice.below(5) as usize],
            1 => 1.0 / (self.dice.below(50) as f64 + 3.0),
            n => n as f64 / 2.0,
        })
    }

    /// A batch that is never committed.
    fn abandon(&mut self) -> Result<(), String> {
        let row = self.plan();
        let store = self.store.take().expect("a store is open");
        let mut appender = store.appender();
        appender.row(&target(row.target), Timestamp(row.time_ms));
        for planned in &row.samples {
            let _ = self.append_sample(&mut *appender, &row, planned);
        }
        drop(appender);
        self.store = Some(store);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), String> {
        // A disk that fails is no loss: the rows are in memory and in the log.
        let _ = self.store().flush();
        if self.store().state().health == tsdb::store::Health::Poisoned {
            return self.restart();
        }
        self.look(false)
    }

    fn maintain(&mut self) -> Result<(), String> {
        let _ = self.store().maintain(Timestamp(self.clock_ms));
        let _ = self.store().merge_due(Timestamp(self.clock_ms));
        self.clock_ms += [0, 1800, 86_400][self.dice.below(3) as usize] * SECOND_MS;
        let _ = self.store().maintain(Timestamp(self.clock_ms));
        let _ = self.store().merge_due(Timestamp(self.clock_ms));
        self.look(false)
    }

    /// Parts are written anew without what was deleted from them.
    fn clean(&mut self) -> Result<(), String> {
        let _ = self.store().clean_tombstones();
        if self.store().state().health == tsdb::store::Health::Poisoned {
            return self.restart();
        }
        self.look(false)
    }

    fn delete(&mut self) -> Result<(), String> {
        let matcher = match self.dice.below(3) {
            0 => Matcher::equal("job", format!("j{}", self.dice.below(4))),
            1 => Matcher::equal("__name__", format!("m{}", self.dice.below(8))),
            _ => Matcher::new("n", MatchOp::Regex, "1|2").expect("a matcher"),
        };
        let start = self.clock_ms - self.dice.below(20) as i64 * SECOND_MS;
        let end = match self.dice.below(3) {
            0 => i64::MAX,
            _ => start + self.dice.below(20) as i64 * SECOND_MS,
        };
        let start = if self.dice.one_in(4) { i64::MIN } else { start };
        let range = TimeRange::new(Timestamp(start), Timestamp(end));
        let gone = self
            .expected
            .matching(std::slice::from_ref(&matcher), range);
        match self.store().delete(&[matcher], range) {
            Ok(_) => {
                self.expected.remove(&gone);
                self.look(false)
            }
            Err(_) => {
                self.expected.perhaps_gone.extend(gone);
                self.restart()
            }
        }
    }

    /// Reads everything.
    fn look(&mut self, after_start: bool) -> Result<(), String> {
        let read = read(self.store())?;
        names_are_found_both_ways(self.store())?;
        self.expected.check(&read, after_start)
    }
}

/// Without matchers names and values are looked up directly; with one that all series pass, by way of the series.
fn names_are_found_both_ways(store: &Store) -> Result<(), String> {
    let querier = store.querier(TimeRange::ALL);
    let querier = querier.map_err(|error| error.to_string())?;
    let any = [Matcher::new("nobody", MatchOp::Regex, ".*").expect("a matcher")];
    let names = querier.label_names(&[]);
    let names = names.map_err(|error| error.to_string())?;
    let same = |direct: &Vec<String>, found: Result<Vec<String>, storage::Broken>| match found {
        Ok(found) if found == *direct => Ok(()),
        found => Err(format!("{direct:?} directly, {found:?} by series")),
    };
    same(&names, querier.label_names(&any))?;
    for name in &names {
        let values = querier.label_values(name, &[]);
        let values = values.map_err(|error| error.to_string())?;
        same(&values, querier.label_values(name, &any))?;
    }
    Ok(())
}

fn read(store: &Store) -> Result<BTreeMap<Labels, BTreeMap<i64, Value>>, String> {
    let range = TimeRange::ALL;
    let querier = store.querier(range).map_err(|error| error.to_string())?;
    let matchers = [Matcher::new("__name__", MatchOp::Regex, ".+").expect("a matcher")];
    let selection = Selection {
        matchers: &matchers,
        range,
        hints: Hints::default(),
    };
    let mut found: BTreeMap<Labels, BTreeMap<i64, Value>> = BTreeMap::new();
    let mut columns = Columns::default();
    for group in querier
        .select(&selection)
        .map_err(|error| error.to_string())?
    {
        group
            .read(range, &mut columns)
            .map_err(|error| error.to_string())?;
        for (number, column) in columns.columns.iter().enumerate() {
            let samples: BTreeMap<i64, Value> = column.samples(&columns.timestamps).collect();
            let labels = group.labels().get(number);
            if !samples.is_empty() && found.insert(labels.clone(), samples).is_some() {
                return Err(format!("{labels} comes twice"));
            }
        }
    }
    Ok(found)
}

fn target(number: u64) -> Labels {
    match number {
        3 => Labels::empty(),
        _ => Labels::from_pairs([("job", format!("j{number}"))]),
    }
}

/// Series 6 is sent with all its labels by whoever sends it, series 7 has the labels of target 0.
fn is_whole(series: u64) -> bool {
    series >= 6
}

fn own_labels(series: u64) -> Labels {
    Labels::from_pairs([
        ("__name__", format!("m{series}")),
        ("n", (series % 3).to_string()),
    ])
}

fn labels_of(of: u64, series: u64) -> Labels {
    match series {
        6 => own_labels(6),
        7 => target(0).merged(&own_labels(7)),
        _ => target(of).merged(&own_labels(series)),
    }
}
