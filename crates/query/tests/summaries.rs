//! A query answers the same, to the bit, whether the store tells of windows or hands out their samples.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use model::{Labels, STALE_NAN, Timestamp};
use platform::SimulatedDisk;
use promql::Features;
use proptest::prelude::*;
use query::{
    CancelToken, Detail, Limits, Looks, MemoryPool, Request, Threads, Value, Window, execute,
};
use storage::{Sample, SeriesKey, Store as _};
use tsdb::{Store, StoreOptions};

#[path = "summaries/untold.rs"]
mod untold;

use untold::Watched;

const SCRAPE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What a series does from row to row: chances in a thousand.
#[derive(Clone, Copy, Debug)]
struct Habit {
    /// Values are multiples of its inverse.
    digits: f64,
    rises_only: bool,
    falls: u64,
    pauses: u64,
    ends: u64,
    odd: u64,
}

fn habit() -> impl Strategy<Value = Habit> {
    let chance = |most: u64| prop_oneof![3 => Just(0), 1 => 0..most];
    let digits = prop_oneof![Just(1.0), Just(8.0), Just(10.0), Just(3.0)];
    let chances = (chance(5), chance(9), chance(3), chance(2));
    (digits, any::<bool>(), chances).prop_map(|(digits, rises_only, (falls, pauses, ends, odd))| {
        Habit {
            digits,
            rises_only,
            falls,
            pauses,
            ends,
            odd,
        }
    })
}

/// Two days that are merged, a fresh part, and rows in memory.
fn filled(habits: &[Habit], seed: u64) -> Store {
    let disk = Arc::new(SimulatedDisk::new(seed));
    let (store, _) = Store::open(disk, StoreOptions::usual()).expect("a fresh disk");
    let day = DAY_MS / SCRAPE_MS;
    let mut state = seed | 1;
    let mut values = vec![0.0; habits.len()];
    for rows in [
        0..2 * day,
        2 * day..2 * day + 200,
        2 * day + 200..2 * day + 300,
    ] {
        let mut appender = store.appender();
        for row in rows.clone() {
            appender.row(&Labels::empty(), Timestamp(row * SCRAPE_MS));
            for (number, (habit, value)) in habits.iter().zip(&mut values).enumerate() {
                let mut next = |below: u64| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    (state >> 33) % below
                };
                if next(1_000) < habit.pauses {
                    continue;
                }
                let step =
                    (next(20) as f64 - if habit.rises_only { 0.0 } else { 10.0 }) / habit.digits;
                *value = if next(1_000) < habit.falls {
                    0.0
                } else {
                    *value + step
                };
                let odd = [f64::NAN, f64::INFINITY, -0.0][next(3) as usize];
                let sample = match next(1_000) {
                    chance if chance < habit.ends => STALE_NAN,
                    chance if chance < habit.ends + habit.odd => odd,
                    _ => *value,
                };
                let name = format!("{number}");
                let labels = Labels::from_pairs([("__name__", "x_total"), ("n", name.as_str())]);
                let key = SeriesKey::InTarget(&labels);
                let taken = appender.append(key, Sample::float(sample));
                let _ = taken.expect("a sample in order");
            }
        }
        appender.commit().expect("a disk that works");
        if rows.start < 2 * day + 200 {
            store.flush().expect("a disk that works");
        }
        if rows.start == 0 {
            while store.merge_cold().expect("a disk that works").is_some() {}
        }
    }
    store
}

fn run(store: &Watched<'_>, query: &str, window: Window) -> Vec<String> {
    let request = Request {
        text: query.to_owned(),
        expr: promql::parse(query, &Features::ALL).expect("a query"),
        window,
        lookback_ms: 300_000,
        default_step_ms: 60_000,
        limits: Limits {
            samples_max: 50_000_000,
            bytes_max: u64::MAX,
            pool: MemoryPool::new(u64::MAX),
            threads: Threads::one(),
        },
        progress: Arc::default(),
        detail: Detail {
            looks: Looks::EachStep,
            explain: None,
        },
        delayed_name_removal: false,
        start_timestamps: false,
    };
    let answer = execute(store, &request, &CancelToken::default()).expect("an answer");
    let mut lines: Vec<String> = match answer.value {
        Value::Matrix(matrix) => matrix
            .iter()
            .map(|series| {
                let bits: Vec<u64> = series.floats.iter().map(|value| value.to_bits()).collect();
                format!("{} {:?} {bits:x?}", series.labels, series.float_times)
            })
            .collect(),
        other => panic!("{other:?}"),
    };
    lines.sort();
    lines.push(format!("{:?}", answer.samples_per_step));
    lines.extend(answer.annotations.iter().map(|note| note.text.clone()));
    lines
}

const FUNCTIONS: [&str; 16] = [
    "avg_over_time",
    "changes",
    "count_over_time",
    "delta",
    "first_over_time",
    "increase",
    "last_over_time",
    "max_over_time",
    "min_over_time",
    "present_over_time",
    "quantile_over_time",
    "rate",
    "resets",
    "sum_over_time",
    "ts_of_first_over_time",
    "ts_of_last_over_time",
];

fn check(habits: &[Habit], seed: u64, width_h: i64, step_min: i64, shift_ms: i64) -> usize {
    let store = filled(habits, seed);
    let (telling, silent) = (Watched::new(&store, true), Watched::new(&store, false));
    let window = Window::Range {
        start: Timestamp(8 * HOUR_MS + shift_ms),
        end: Timestamp(54 * HOUR_MS),
        step_ms: step_min * 60_000,
    };
    for function in FUNCTIONS {
        let argument = if function.starts_with("quantile") {
            "0.3, "
        } else {
            ""
        };
        let query = format!("{function}({argument}x_total[{width_h}h])");
        let expected = run(&silent, &query, window);
        assert_eq!(
            run(&telling, &query, window),
            expected,
            "{query} {window:?}"
        );
    }
    telling.told.load(Ordering::Relaxed)
}

const STEADY: Habit = Habit {
    digits: 1.0,
    rises_only: false,
    falls: 0,
    pauses: 0,
    ends: 0,
    odd: 0,
};

#[test]
fn whole_numbers_without_holes_are_told() {
    // All but quantiles; what was lost in many falls is not known.
    assert_eq!(check(&[STEADY; 2], 7, 24, 480, 0), FUNCTIONS.len() - 3);
    let counter = Habit {
        rises_only: true,
        ..STEADY
    };
    // All but quantiles, sums and averages.
    assert_eq!(check(&[counter; 2], 7, 24, 480, 0), FUNCTIONS.len() - 3);
    // Too many windows end within cells.
    assert_eq!(check(&[STEADY; 2], 7, 24, 480, 60_000), 0);
    assert_eq!(check(&[STEADY; 2], 7, 1, 60, 0), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn answers_are_the_same(
        habits in prop::collection::vec(habit(), 3),
        seed in any::<u32>(),
        width_h in prop_oneof![Just(8_i64), Just(24), Just(40), Just(31)],
        step_min in prop_oneof![Just(480_i64), Just(960), Just(1440), Just(487)],
        shift_ms in prop_oneof![3 => Just(0_i64), 1 => 0..HOUR_MS],
    ) {
        check(&habits, u64::from(seed), width_h, step_min, shift_ms);
    }
}
