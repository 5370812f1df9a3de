//! What is told of windows is what their samples come to, to the bit: over merged parts, fresh ones and the head, with all that may be in between.

use std::sync::Arc;

use model::{Histogram, Labels, Matcher, STALE_NAN, TimeRange, Timestamp};
use platform::SimulatedDisk;
use storage::conformance::check_summaries;
use storage::{Sample, SeriesKey, Store as _};
use tsdb::{Store, StoreOptions};

use crate::dice::Dice;

const SCRAPE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Days that are merged, with cells of eight hours; half a day more is not.
const DAYS: i64 = 4;

/// What a series is at a row, and was before; `None` if it misses it.
type Next = fn(&mut Dice, f64, i64) -> Option<f64>;

/// Families, each with two series of each target.
const FAMILIES: [(&str, Next); 7] = [
    ("constant", |_, _, _| Some(2.5)),
    ("counter_total", |dice, before, _| {
        let anew = dice.below(1_500) == 0;
        Some(if anew { 0.0 } else { before } + dice.below(100) as f64 / 8.0)
    }),
    ("often_anew_total", |dice, before, _| {
        let anew = dice.below(100) == 0;
        Some(if anew { 0.0 } else { before } + dice.below(100) as f64 / 10.0)
    }),
    ("whole", |dice, before, _| {
        Some(before + dice.below(9) as f64 - 4.0)
    }),
    ("fraction", |dice, _, _| {
        Some(dice.below(1_000) as f64 / 3.0)
    }),
    ("ending", |dice, _, row| {
        let missing = (1_000..1_010).contains(&row) || (2_500..4_000).contains(&row);
        let value = if row % 1_000 == 3 {
            STALE_NAN
        } else {
            dice.below(9) as f64
        };
        (!missing).then_some(value)
    }),
    ("odd", |dice, _, row| {
        let odd = [f64::NAN, f64::INFINITY, -0.0, 0.0];
        Some(match row % 2_000 {
            0..4 => odd[(row % 4) as usize],
            _ => dice.below(3) as f64 - 1.0,
        })
    }),
];

struct Filling {
    store: Store,
    dice: Dice,
    before: Vec<f64>,
}

impl Filling {
    fn new(seed: u64) -> Self {
        let disk = Arc::new(SimulatedDisk::new(seed));
        let options = StoreOptions {
            late_window_ms: 10 * DAY_MS,
            ..StoreOptions::usual()
        };
        let (store, _) = Store::open(disk, options).expect("a fresh disk");
        Self {
            store,
            dice: Dice(seed),
            before: vec![0.0; FAMILIES.len() * 4],
        }
    }

    fn rows(&mut self, rows: std::ops::Range<i64>) {
        let mut appender = self.store.appender();
        for row in rows {
            for target in 0..2_i64 {
                let job = Labels::from_pairs([("job", target.to_string())]);
                appender.row(&job, Timestamp(row * SCRAPE_MS + target * 15_000));
                for (family, (name, next)) in FAMILIES.iter().enumerate() {
                    for series in 0..2_i64 {
                        let at = family * 4 + (target * 2 + series) as usize;
                        let Some(value) = next(&mut self.dice, self.before[at], row + series)
                        else {
                            continue;
                        };
                        self.before[at] = value;
                        let labels =
                            Labels::from_pairs([("__name__", *name), ("n", &series.to_string())]);
                        let key = SeriesKey::InTarget(&labels);
                        let taken = appender.append(key, Sample::float(value));
                        let _ = taken.expect("a sample in order");
                    }
                }
            }
        }
        appender.commit().expect("a disk that works");
    }

    /// Days that are merged, a part that is not, and rows in memory.
    fn fill(&mut self) {
        let day = DAY_MS / SCRAPE_MS;
        self.rows(0..DAYS * day);
        self.store.flush().expect("a disk that works");
        while self
            .store
            .merge_cold()
            .expect("a disk that works")
            .is_some()
        {}
        self.rows(DAYS * day..DAYS * day + day / 4);
        self.store.flush().expect("a disk that works");
        self.rows(DAYS * day + day / 4..DAYS * day + day / 2);
    }

    /// How many groups were told of.
    fn check(&self, family: &str, windows: &[(i64, i64)]) -> usize {
        let matchers = [Matcher::equal("__name__", family)];
        check_summaries(&self.store, &matchers, windows)
    }
}

/// Windows as PromQL has them: so wide, so far apart, and the first one's end.
fn windows(width_ms: i64, step_ms: i64, first_ms: i64) -> Vec<(i64, i64)> {
    let ends = (0..).map(|step| first_ms + step * step_ms);
    let ends = ends.take_while(|end| *end <= (2 * DAYS + 1) * DAY_MS / 2);
    ends.map(|end| (end - width_ms + 1, end)).collect()
}

/// In how many of a family's two groups, and of six measures, something was told.
fn told(filling: &Filling, windows: &[(i64, i64)]) -> Vec<(&'static str, usize)> {
    let names = FAMILIES.iter().map(|(name, _)| *name);
    names
        .map(|name| (name, filling.check(name, windows)))
        .collect()
}

#[test]
fn windows_of_whole_cells_need_no_samples() {
    let mut filling = Filling::new(1);
    filling.fill();
    let told = told(&filling, &windows(DAY_MS, 8 * HOUR_MS, DAY_MS));
    // Of two groups with six measures each: where several falls are in a cell it is not told what they lost, and only whole numbers have sums, but for counters.
    let expected = [
        ("constant", 10),
        ("counter_total", 10),
        ("often_anew_total", 8),
        ("whole", 10),
        ("fraction", 8),
        ("ending", 10),
        ("odd", 8),
    ];
    assert_eq!(told, expected);
}

#[test]
fn any_windows_agree_with_samples() {
    let mut filling = Filling::new(2);
    filling.fill();
    let mut all = 0;
    for round in 0..12 {
        let dice = &mut filling.dice;
        let width_ms = [HOUR_MS, 7 * HOUR_MS + 1, DAY_MS, 3 * DAY_MS][dice.below(4) as usize];
        let step_ms = [HOUR_MS, DAY_MS, 1_700_000, 5 * DAY_MS][dice.below(4) as usize];
        let first_ms = dice.below(2 * DAY_MS as u64) as i64;
        let family = FAMILIES[round % FAMILIES.len()].0;
        all += filling.check(family, &windows(width_ms, step_ms, first_ms));
    }
    assert!(all > 0, "some are told");
}

#[test]
fn what_was_deleted_is_not_told() {
    let mut filling = Filling::new(3);
    filling.fill();
    let days = windows(DAY_MS, DAY_MS, DAY_MS);
    assert_eq!(filling.check("whole", &days), 10);
    let range = TimeRange::new(Timestamp(DAY_MS), Timestamp(DAY_MS + HOUR_MS));
    let matchers = [
        Matcher::equal("__name__", "whole"),
        Matcher::equal("job", "1"),
    ];
    filling
        .store
        .delete(&matchers, range)
        .expect("a disk that works");
    // The days that nothing was deleted from are told as before.
    assert_eq!(filling.check("whole", &days), 10);
    let same_day = windows(DAY_MS, DAY_MS, 2 * DAY_MS);
    assert_eq!(filling.check("whole", &same_day[..1]), 5);
    filling.store.clean_tombstones().expect("a disk that works");
    assert_eq!(filling.check("whole", &days), 10);
    assert_eq!(filling.check("whole", &same_day[..1]), 10);
}

#[test]
fn late_samples_count() {
    let mut filling = Filling::new(5);
    filling.fill();
    let days = windows(DAY_MS, DAY_MS, DAY_MS);
    let labels = Labels::from_pairs([("__name__", "whole"), ("n", "0")]);
    for time_ms in [DAY_MS + 1, 3 * DAY_MS + 7_777] {
        let mut appender = filling.store.appender();
        appender.row(&Labels::from_pairs([("job", "0")]), Timestamp(time_ms));
        let key = SeriesKey::InTarget(&labels);
        let late = appender.append(key, Sample::float(1e6));
        let _ = late.expect("a late sample");
        appender.commit().expect("a disk that works");
    }
    assert!(filling.check("whole", &days) >= 5);
    filling.store.flush().expect("a disk that works");
    assert!(filling.check("whole", &days) >= 5);
}

#[test]
fn histograms_are_not_summed_up() {
    let filling = Filling::new(4);
    let histogram = Histogram::default();
    let mut appender = filling.store.appender();
    let labels = Labels::from_pairs([("__name__", "native")]);
    for row in 0..2 * DAY_MS / SCRAPE_MS {
        appender.row(&Labels::empty(), Timestamp(row * SCRAPE_MS));
        let sample = Sample::histogram(&histogram);
        let _ = appender
            .append(SeriesKey::Whole(&labels), sample)
            .expect("a sample in order");
    }
    appender.commit().expect("a disk that works");
    filling.store.flush().expect("a disk that works");
    while filling
        .store
        .merge_cold()
        .expect("a disk that works")
        .is_some()
    {}
    assert_eq!(filling.check("native", &windows(DAY_MS, DAY_MS, DAY_MS)), 0);
}

#[test]
fn decoded_pages_wait_for_the_next_query_and_go_when_nobody_asks() {
    let mut filling = Filling::new(6);
    filling.fill();
    let day = windows(DAY_MS, DAY_MS, DAY_MS);
    assert_eq!(filling.store.state().pages_bytes, 0);
    let first = filling.check("fraction", &day[..1]);
    let decoded = filling.store.state().pages_bytes;
    assert!(decoded > 0, "cold pages were decoded");
    assert_eq!(filling.check("fraction", &day[..1]), first);
    assert_eq!(filling.store.state().pages_bytes, decoded);
    for minutes in 0..4 {
        let now = Timestamp(5 * DAY_MS + minutes * 61_000);
        let _ = filling.store.maintain(now).expect("a disk that works");
    }
    assert_eq!(filling.store.state().pages_bytes, 0);
}
