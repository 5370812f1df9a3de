//! How long it takes to write the result of a range query: `cargo bench -p web`.
//!
//! 100 series of 3,360 points are what a dashboard of a week in steps of three minutes asks for; peers take 50 to 100 ms
//! for it.

use std::hint::black_box;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;

use model::Labels;
use query::{MatrixSeries, Value};
use web::json::result::{Document, Tail};

const SERIES: usize = 100;
const POINTS: usize = 3_360;
const ROUNDS: usize = 20;

fn main() {
    let counters = |series: usize, point: usize| (series * 1_000_003 + point * 15) as f64;
    let gauges = |series: usize, point: usize| ((series * 31 + point * 7) % 10_000) as f64 / 100.0;
    let rates =
        |series: usize, point: usize| ((series * 7_919 + point * 104_729) % 99_991) as f64 / 299.7;
    let steady = |series: usize, point: usize| rates(series, point / 40);
    measure("whole numbers", counters);
    measure("two decimals", gauges);
    measure("all digits", rates);
    measure("repeated", steady);
}

fn measure(name: &str, value: impl Fn(usize, usize) -> f64) {
    let times: Arc<[i64]> = (0..POINTS)
        .map(|point| 1_700_000_000_000 + point as i64 * 180_000)
        .collect();
    let matrix: Vec<MatrixSeries> = (0..SERIES)
        .map(|series| MatrixSeries {
            labels: Labels::from_pairs([
                ("__name__", "http_requests_total".to_owned()),
                ("instance", format!("host-{series}:9100")),
                ("job", "api".to_owned()),
            ]),
            float_times: Arc::clone(&times),
            floats: (0..POINTS).map(|point| value(series, point)).collect(),
            ..MatrixSeries::default()
        })
        .collect();
    let mut best_ns = u128::MAX;
    let mut bytes = 0;
    for _ in 0..ROUNDS {
        let document = Document::new(Value::Matrix(matrix.clone()), Tail::default());
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
        let begun = Instant::now();
        let pieces = std::iter::successors(Some(document.first()), |piece| document.after(*piece));
        bytes = pieces
            .map(|piece| black_box(document.write(piece)).len())
            .sum::<usize>();
        best_ns = best_ns.min(begun.elapsed().as_nanos());
    }
    let points = (SERIES * POINTS) as u128;
    writeln!(
        std::io::stdout(),
        "{name:14} {points} points, {bytes} bytes: {:.1} ms, {} ns/point",
        best_ns as f64 / 1e6,
        best_ns / points,
    )
    .expect("somebody listens");
}
