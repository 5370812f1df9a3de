use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::super::dial::race;

/// Each attempt is `(milliseconds, whether it succeeds)`. The winner and when it was known.
async fn check(preferred: (u64, bool), other: (u64, bool), result: Result<&str, &str>, ms: u128) {
    let attempt = |name: &'static str, (ms, succeeds): (u64, bool)| async move {
        sleep(Duration::from_millis(ms)).await;
        if succeeds { Ok(name) } else { Err(name) }
    };
    let start = Instant::now();
    let got = race(attempt("preferred", preferred), attempt("other", other)).await;
    assert_eq!((got, start.elapsed().as_millis()), (result, ms));
}

#[tokio::test(start_paused = true)]
async fn the_preferred_kind_has_a_head_start() {
    check((50, true), (1, true), Ok("preferred"), 50).await;
    check((299, true), (1, true), Ok("preferred"), 299).await;
    check((1000, true), (1, true), Ok("other"), 301).await;
    check((350, true), (100, true), Ok("preferred"), 350).await;
    // A failure is not waited on.
    check((10, false), (20, true), Ok("other"), 30).await;
    check((350, false), (100, true), Ok("other"), 400).await;
    check((500, true), (100, false), Ok("preferred"), 500).await;
    check((10, false), (20, false), Err("preferred"), 30).await;
    check((500, false), (20, false), Err("preferred"), 500).await;
}
