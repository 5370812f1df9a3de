//! Parts as `start-end:bytes`, in milliseconds; numbers count from 1.

use model::TimeRange;

use super::*;
use crate::part::Level;

fn check(text: &str, time_ms: Option<i64>, size_bytes: Option<u64>, dropped: &[u64]) {
    let spans = text.split_whitespace().zip(1..).map(|(part, number)| {
        let (range, bytes) = part.split_once(':').expect("start-end:bytes");
        let (start, end) = range.split_once('-').expect("start-end");
        let time = |text: &str| Timestamp(text.parse().expect("a time"));
        Span {
            number,
            range: TimeRange::new(time(start), time(end)),
            level: Level::Hot,
            size_bytes: bytes.parse().expect("bytes"),
            has_tombstones: false,
            resolution_ms: 0,
        }
    });
    let spans: Vec<Span> = spans.collect();
    let retention = Retention {
        time_ms,
        size_bytes,
    };
    let told = to_drop(&spans, retention, Timestamp(100), 5);
    assert_eq!(told, dropped, "{text}");
}

#[test]
fn without_limits_all_stay() {
    check("0-1:9 2-3:9", None, None, &[]);
}

#[test]
fn old_parts_go_when_all_of_them_is_old() {
    check("0-9:1 10-49:1 30-50:1 60-70:1", Some(50), None, &[1, 2]);
    check("0-99:1 10-49:1", Some(50), None, &[2]);
    check("60-70:1", Some(i64::MAX), None, &[]);
}

#[test]
fn the_oldest_go_when_there_is_too_much_the_log_included() {
    check("0-9:10 10-19:10 20-29:10", None, Some(35), &[]);
    check("0-9:10 10-19:10 20-29:10", None, Some(34), &[1]);
    check("20-29:10 10-19:10 0-9:10", None, Some(24), &[3, 2]);
    check("0-9:10", None, Some(1), &[1]);
}

#[test]
fn both_limits_hold() {
    check("0-9:10 10-19:10 60-70:10", Some(85), Some(20), &[1, 2]);
}
