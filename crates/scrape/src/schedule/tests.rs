use super::*;

fn grid(interval_ms: i64, offset_ms: u64) -> Grid {
    Grid::new(interval_ms, offset_ms, 0)
}

#[test]
fn stands_on_the_offset() {
    let check = |grid: Grid, now: i64, next: i64| assert_eq!(grid.after(now), next);
    check(grid(1600, 300), 0, 300);
    check(grid(1600, 300), 299, 300);
    check(grid(1600, 300), 300, 1900);
    check(grid(1600, 1900), 5000, 5100);
    check(grid(1600, 300), -1600, -1300);
    check(Grid::new(16, 0b1010, 0b1100), 0, 0b0110);
}

#[test]
fn places_are_a_beat_apart() {
    let check =
        |interval: i64, hash: u64, first: i64| assert_eq!(grid(interval, hash).after(-1), first);
    // A sixteenth of a second is 62 ms.
    check(1000, 61, 0);
    check(1000, 62, 62);
    check(1000, 999, 992);
    check(15_000, 399, 300);
    check(15_000, 400, 400);
    check(5, 3, 3);
}

#[test]
fn makes_up_for_a_late_scrape_but_not_for_lost_ones() {
    let check = |last: i64, now: i64, next: i64| assert_eq!(grid(1000, 0).next(last, now), next);
    check(5000, 5010, 6000);
    check(5000, 6400, 6000);
    check(5000, 9400, 10_000);
    // The clock was set back.
    check(5000, 1400, 2000);
}

#[test]
fn snaps_within_the_tolerance() {
    let check = |interval: i64, now: i64, written: i64| {
        assert_eq!(grid(interval, 0).aligned(60_000, now), written);
    };
    check(15_000, 60_000, 60_000);
    check(15_000, 60_002, 60_000);
    check(15_000, 59_998, 60_000);
    check(15_000, 60_003, 60_003);
    // Never more than a hundredth of the interval.
    check(100, 60_001, 60_000);
    check(100, 60_002, 60_002);
    check(50, 60_001, 60_001);
}
