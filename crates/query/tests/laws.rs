//! Laws that hold whatever the samples are.

use std::sync::Arc;

use model::{Labels, Timestamp};
use promql::{FUNCTIONS, Features, ValueType};
use proptest::prelude::*;
use query::{
    Answer, CancelToken, Cores, Detail, Limits, MatrixSeries, MemoryPool, QueryError, Request,
    Threads, Value, Window, execute,
};
use storage::memory::MemoryOptions;
use storage::{MemoryStore, Sample, SeriesKey, Store};

#[path = "laws/measures.rs"]
mod measures;

/// Distance of rows, in milliseconds.
const ROW_MS: i64 = 10_000;

/// What a series holds at a row.
#[derive(Clone, Copy, Debug)]
enum Cell {
    Gap,
    Stale,
    Value(f64),
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        1 => Just(Cell::Gap),
        1 => Just(Cell::Stale),
        8 => (0_i32..1000).prop_map(|value| Cell::Value(f64::from(value) / 4.0)),
    ]
}

/// Six series, told apart by `a` and `b`.
fn samples() -> impl Strategy<Value = Vec<Vec<Cell>>> {
    prop::collection::vec(prop::collection::vec(cell(), 20), 6)
}

fn store(series: &[Vec<Cell>]) -> MemoryStore {
    let store = MemoryStore::new(MemoryOptions {
        bytes_max: 1 << 28,
        late_window_ms: 0,
        exemplars_max: 0,
    });
    // Each is a group by itself.
    let targets: Vec<Labels> = (0..series.len())
        .map(|index| {
            let (a, b) = (index % 2, index / 2);
            Labels::from_pairs([("a", &format!("{a}")), ("b", &format!("{b}"))])
        })
        .collect();
    let metric = Labels::from_pairs([("__name__", "x_total")]);
    let mut appender = store.appender();
    for row in 0..series[0].len() {
        for (target, cells) in targets.iter().zip(series) {
            appender.row(target, Timestamp(row as i64 * ROW_MS));
            let value = match cells[row] {
                Cell::Gap => continue,
                Cell::Stale => model::STALE_NAN,
                Cell::Value(value) => value,
            };
            appender
                .append(SeriesKey::InTarget(&metric), Sample::float(value))
                .expect("a sample in order");
        }
    }
    appender.commit().expect("a store in memory");
    store
}

fn request(query: &str, window: Window) -> Request {
    Request {
        text: query.to_owned(),
        expr: promql::parse(query, &Features::ALL).expect("a query"),
        window,
        lookback_ms: 25_000,
        default_step_ms: 10_000,
        limits: Limits {
            samples_max: 1_000_000,
            bytes_max: u64::MAX,
            pool: MemoryPool::new(u64::MAX),
            threads: Threads::one(),
        },
        progress: Arc::default(),
        detail: Detail::NONE,
        delayed_name_removal: false,
        start_timestamps: false,
    }
}

fn run(store: &MemoryStore, query: &str, window: Window) -> Value {
    execute(store, &request(query, window), &CancelToken::default())
        .expect("an answer")
        .value
}

const RANGE: (i64, i64, i64) = (-7_000, 230_000, 7_000);

fn window() -> Window {
    let (start, end, step_ms) = RANGE;
    Window::Range {
        start: Timestamp(start),
        end: Timestamp(end),
        step_ms,
    }
}

fn range(store: &MemoryStore, query: &str) -> Vec<MatrixSeries> {
    match run(store, query, window()) {
        Value::Matrix(matrix) => matrix,
        other => panic!("{other:?}"),
    }
}

/// All samples of a result, as text that tells any two floats apart.
fn cells(matrix: &[MatrixSeries]) -> Vec<(i64, String)> {
    let mut cells: Vec<(i64, String)> = matrix
        .iter()
        .flat_map(|series| {
            let samples = series.float_times.iter().zip(&series.floats);
            samples.map(|(at, value)| (*at, format!("{} {value:?}", series.labels)))
        })
        .collect();
    cells.sort();
    cells
}

fn instants(store: &MemoryStore, query: &str) -> Vec<(i64, String)> {
    let (start, end, step_ms) = RANGE;
    let mut cells = Vec::new();
    let mut at = start;
    while at <= end {
        match run(store, query, Window::Instant(Timestamp(at))) {
            Value::Vector(_, samples) => cells.extend(samples.into_iter().map(|sample| {
                let model::Value::Float(value) = sample.value else {
                    panic!("a histogram from floats");
                };
                (at, format!("{} {value:?}", sample.labels))
            })),
            other => panic!("{other:?}"),
        }
        at += step_ms;
    }
    cells.sort();
    cells
}

const QUERIES: [&str; 22] = [
    "x_total",
    "x_total offset 15s",
    "x_total @ 100",
    "x_total @ end() offset -20s",
    "timestamp(x_total)",
    "rate(x_total[45s])",
    "increase(x_total[1m] offset 10s)",
    "irate(x_total[45s])",
    "changes(x_total[1m])",
    "quantile_over_time(0.4, x_total[1m])",
    "predict_linear(x_total[1m] @ 150, 60)",
    "max_over_time(rate(x_total[30s])[1m:15s])",
    "sum by (a) (x_total)",
    "avg without (a) (x_total)",
    "stddev(x_total)",
    "quantile by (b) (0.7, x_total)",
    "topk by (a) (2, x_total)",
    "bottomk(1, x_total) or x_total > 100",
    "x_total / on (b) group_left sum by (b) (x_total)",
    "x_total unless on (a, b) x_total > bool 50 == 1",
    "absent(x_total{a=\"0\", b=\"0\"})",
    "count_values by (a) (\"v\", x_total > 200)",
];

/// An argument of each type.
fn argument(kind: ValueType) -> &'static str {
    match kind {
        ValueType::Scalar => "0.5",
        ValueType::Vector => "x_total",
        ValueType::Matrix => "x_total[1m]",
        ValueType::String => "\"a\"",
    }
}

#[test]
fn every_stable_function_answers() {
    let store = store(&vec![vec![Cell::Value(1.0); 20]; 6]);
    let stable = FUNCTIONS
        .iter()
        .filter(|function| !function.is_experimental());
    let mut count = 0;
    for function in stable {
        let args: Vec<&str> = function.args.iter().map(|kind| argument(*kind)).collect();
        let query = format!("{}({})", function.name, args.join(", "));
        let _ = run(&store, &query, Window::Instant(Timestamp(60_000)));
        count += 1;
    }
    assert!(count >= 73, "{count} functions");
}

/// Several, for the smallest pieces.
fn threads() -> Threads {
    Threads {
        cores: Cores::new(3),
        run_work: 0,
    }
}

#[test]
fn a_budget_is_kept_or_the_query_fails() {
    check_budget(&Threads::one());
    check_budget(&threads());
}

fn check_budget(threads: &Threads) {
    let store = store(&vec![vec![Cell::Value(1.0); 20]; 6]);
    for query in QUERIES {
        let mut request = request(query, window());
        request.limits.threads = threads.clone();
        let enough = execute(&store, &request, &CancelToken::default()).expect("an answer");
        for samples_max in (0..600).step_by(7) {
            request.limits.samples_max = samples_max;
            match execute(&store, &request, &CancelToken::default()) {
                Ok(answer) => {
                    assert!(answer.statistics.samples_peak <= samples_max, "{query}");
                    assert_eq!(answer.value, enough.value, "{query}");
                }
                Err(error) => assert_eq!(error, QueryError::TooManySamples, "{query}"),
            }
        }
    }
}

#[test]
fn a_subquery_without_end_is_refused() {
    let store = store(&vec![vec![Cell::Value(1.0); 20]; 6]);
    for query in [
        "sum_over_time(vector(1)[100y:1ms])",
        "max_over_time(rate(x_total[1m])[100y:1ms])",
        "max_over_time(sum_over_time(x_total[100y:1ms])[100y:1ms])",
    ] {
        let request = request(query, Window::Instant(Timestamp(60_000)));
        let answer = execute(&store, &request, &CancelToken::default());
        assert_eq!(
            answer.map(|_| ()),
            Err(QueryError::TooManySamples),
            "{query}"
        );
    }
}

#[test]
fn a_query_that_is_called_off_stops() {
    let store = store(&vec![vec![Cell::Value(1.0); 20]; 6]);
    for (stop, expected) in [
        (
            CancelToken::cancel as fn(&CancelToken),
            QueryError::Canceled,
        ),
        (CancelToken::stop, QueryError::Stopped),
        (CancelToken::time_out, QueryError::TimedOut),
    ] {
        let token = CancelToken::default();
        stop(&token);
        let answer = execute(&store, &request("sum(x_total)", window()), &token);
        assert_eq!(answer.map(|_| ()), Err(expected));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_range_is_an_instant_at_each_step(series in samples()) {
        let store = store(&series);
        for query in QUERIES {
            // `end()` means the end of the query, which an instant query has elsewhere.
            let instant = query.replace("@ end()", "@ 230");
            prop_assert_eq!(cells(&range(&store, query)), instants(&store, &instant), "{}", query);
        }
    }

    #[test]
    fn several_threads_answer_as_one(series in samples()) {
        let store = store(&series);
        for query in QUERIES {
            let mut request = request(query, window());
            let token = CancelToken::default();
            let alone = execute(&store, &request, &token).expect("an answer");
            request.limits.threads = threads();
            let together = execute(&store, &request, &token).expect("an answer");
            // As text, which tells any two floats apart.
            let text = |answer: &Answer| format!("{:?} {:?}", answer.value, answer.annotations);
            prop_assert_eq!(text(&together), text(&alone), "{}", query);
            let cost = (together.statistics.series, together.statistics.samples_read);
            prop_assert_eq!(cost, (alone.statistics.series, alone.statistics.samples_read));
        }
    }

    #[test]
    fn sums_of_parts_are_the_sum(series in samples()) {
        let store = store(&series);
        let whole = range(&store, "sum(x_total)");
        for clause in ["by (a)", "by (b)", "without (a)", "by (a, b)"] {
            let parts = range(&store, &format!("sum(sum {clause} (x_total))"));
            prop_assert_eq!(cells(&parts), cells(&whole), "{}", clause);
        }
    }

    #[test]
    fn an_increase_is_a_rate_times_its_window(series in samples()) {
        let store = store(&series);
        for width in [20, 45, 60] {
            let query = format!("abs(increase(x_total[{width}s]) - {width} * rate(x_total[{width}s])) > 1e-6");
            prop_assert_eq!(cells(&range(&store, &query)), Vec::new(), "{}", query);
            let query = format!("increase(x_total[{width}s]) unless rate(x_total[{width}s])");
            prop_assert_eq!(cells(&range(&store, &query)), Vec::new(), "{}", query);
        }
    }

    #[test]
    fn a_set_and_its_rest_are_the_whole(series in samples()) {
        let store = store(&series);
        let whole = range(&store, "x_total");
        for filter in ["x_total > 100", "topk(2, x_total)", "x_total{a=\"0\"}"] {
            let query = format!("({filter}) or (x_total unless ({filter}))");
            prop_assert_eq!(cells(&range(&store, &query)), cells(&whole), "{}", filter);
        }
    }
}
