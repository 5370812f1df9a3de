use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use model::Labels;
use query::{MatrixSeries, MemoryPool, Value};

use super::*;
use crate::json::result::Tail;

/// A result of many pieces.
fn long() -> Document {
    let times: Arc<[i64]> = (0..2_000).map(|step| step * 1000).collect();
    let series = (0..100).map(|number| MatrixSeries {
        labels: Labels::from_pairs([("series", number.to_string())]),
        float_times: Arc::clone(&times),
        floats: times.iter().map(|time| *time as f64 / 7.0).collect(),
        ..MatrixSeries::default()
    });
    Document::new(Value::Matrix(series.collect()), Tail::default())
}

fn body(result: Document) -> ResultBody {
    let lease = Lease::none(&MemoryPool::new(0));
    let first = result.first();
    let next = result.after(first).expect("there are many pieces");
    ResultBody::new(result, lease, first, next)
}

#[tokio::test]
async fn pieces_come_in_order_and_few_are_ahead() {
    let document = long();
    let pieces = std::iter::successors(Some(document.first()), |piece| document.after(*piece));
    let expected: Vec<Vec<u8>> = pieces.map(|piece| document.write(piece)).collect();
    assert!(expected.len() > 2 * PIECES_AHEAD_MAX);

    let mut body = body(long());
    for piece in expected {
        assert!(body.ahead.len() <= PIECES_AHEAD_MAX && !body.is_end_stream());
        let frame = body.frame().await.expect("a piece").expect("no panic");
        assert!(frame.into_data().expect("no trailers") == piece);
        assert!(body.result.spare.buffers().len() <= PIECES_AHEAD_MAX + 1);
    }
    assert!(body.is_end_stream() && body.frame().await.is_none());
}

#[tokio::test]
async fn a_client_that_goes_away_ends_the_writing() {
    let body = body(long());
    let result = Arc::downgrade(&body.result);
    assert_eq!(body.ahead.len(), PIECES_AHEAD_MAX);
    drop(body);
    // What is under way ends, and nothing else begins.
    while result.strong_count() > 0 {
        tokio::task::yield_now().await;
    }
}
