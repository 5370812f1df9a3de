//! Parts in hours, as `start-end`; cold ones with `c`, those with another resolution with `r`. Brackets round what should be chosen, and at the end how.

use super::*;

/// The end of a window belongs to the next one.
fn span(text: &str, number: u64) -> Span {
    let (range, flags) = text.split_at(text.find(['c', 'r', 't']).unwrap_or(text.len()));
    let (start, end) = range.split_once('-').expect("start-end");
    let hours = |text: &str| text.parse::<i64>().expect("hours") * HOUR_MS;
    Span {
        number,
        range: TimeRange::new(Timestamp(hours(start)), Timestamp(hours(end) - 1)),
        level: if flags.contains('c') {
            Level::Cold
        } else {
            Level::Hot
        },
        size_bytes: 10,
        has_tombstones: flags.contains('t'),
        resolution_ms: u64::from(flags.contains('r')),
    }
}

struct Told {
    spans: Vec<Span>,
    chosen: Vec<u64>,
}

fn told(text: &str) -> Told {
    let mut told = Told {
        spans: Vec::new(),
        chosen: Vec::new(),
    };
    let mut inside = false;
    for word in text.split_whitespace() {
        match word {
            "[" => inside = true,
            "]" => inside = false,
            part => {
                let number = told.spans.len() as u64 + 1;
                told.spans.push(span(part, number));
                told.chosen.extend(inside.then_some(number));
            }
        }
    }
    told
}

/// With samples half an hour late, at hour `now`.
fn check_with(retention_ms: Option<i64>, now: i64, text: &str, level: Level) {
    let told = told(text);
    let now = Timestamp(now * HOUR_MS);
    let widths = widths(retention_ms, HOUR_MS / 2);
    let choice = plan(&told.spans, &widths, now, 1_000);
    let wanted = (!told.chosen.is_empty()).then_some(Choice {
        numbers: told.chosen,
        level,
    });
    assert_eq!(choice, wanted, "{text}");
}

fn check(now: i64, text: &str, level: Level) {
    check_with(None, now, text, level);
}

#[test]
fn nothing_to_do() {
    check(9, "", Level::Hot);
    check(9, "0-1", Level::Hot);
    check(9, "0-2 2-4 4-6 6-8", Level::Hot);
}

#[test]
fn flushes_of_a_closed_window_become_one() {
    check(3, "[ 0-1 1-2 ] 2-3", Level::Hot);
    check(9, "0-2 [ 2-3 3-4 ] 4-5 5-6", Level::Hot);
    check(9, "[ 0-1 1-2 0-1 ]", Level::Hot);
}

#[test]
fn waits_for_the_window_to_close_and_for_late_samples() {
    check(2, "0-1 1-2", Level::Hot);
    check(3, "2-3 2-3", Level::Hot);
}

#[test]
fn too_many_parts_do_not_wait() {
    let many = "0-1 ".repeat(OPEN_WINDOW_PARTS_MAX);
    check(1, &many, Level::Hot);
    check(1, &format!("[ {many} 0-1 ]"), Level::Hot);
}

#[test]
fn a_day_becomes_cold_a_day_later() {
    let day = "0-2 2-4 4-6 20-22 22-24";
    check(48, &format!("{day} 24-26"), Level::Hot);
    check(49, &format!("[ {day} ] 24-26"), Level::Cold);
    check(49, "[ 0-2 ]", Level::Cold);
    check(49, "0-24c 24-26", Level::Cold);
    check(49, "[ 0-24c 5-6 ]", Level::Cold);
}

#[test]
fn what_is_cold_stays_cold() {
    check(9, "[ 0-1c 1-2 ]", Level::Cold);
}

#[test]
fn eight_days_become_one() {
    let days = "0-24c 24-48c 168-192c";
    check(192 + 24, &format!("{days} 192-216c"), Level::Cold);
    check(192 + 25, &format!("[ {days} ] 192-216c"), Level::Cold);
    check(192 + 25, "0-192c", Level::Cold);
}

#[test]
fn narrow_windows_go_first_and_old_ones() {
    check(99, "[ 0-1 1-2 ] 2-4 4-5 5-6", Level::Hot);
    check(99, "0-2 2-4 [ 4-5 5-6 ] 30-32", Level::Hot);
}

#[test]
fn short_retention_has_no_wide_windows() {
    let days = |days: i64| Some(days * DAY_MS);
    check_with(days(32), 999, "[ 0-24c 24-48c ]", Level::Cold);
    check_with(days(15), 999, "0-24c 24-48c", Level::Cold);
    check_with(days(15), 999, "[ 0-2 2-4 ]", Level::Cold);
    check_with(days(2), 999, "0-2 2-4", Level::Cold);
    check_with(days(2), 999, "[ 0-1 1-2 ]", Level::Hot);
}

#[test]
fn a_part_that_crosses_windows_belongs_to_a_wider_one() {
    check(9, "0-1 1-3 3-4", Level::Hot);
    check(49, "[ 0-2 1-3 ]", Level::Cold);
    check(9_999, "180-200c", Level::Cold);
}

#[test]
fn resolutions_stay_apart() {
    check(9, "0-1 1-2r", Level::Hot);
    check(9, "[ 0-1 ] 1-2r [ 1-2 ]", Level::Hot);
}

#[test]
fn what_has_no_room_is_left() {
    let told = told("0-1 1-2 4-5 5-6");
    let widths = widths(None, 0);
    let plan = |room| plan(&told.spans, &widths, Timestamp(9 * HOUR_MS), room);
    assert_eq!(plan(19), None);
    assert!(plan(20).is_some());
}

#[test]
fn parts_with_deletions_are_cleaned_one_by_one() {
    let told = told("0-2t 2-4 4-6ct");
    let choice = |number, level| Choice {
        numbers: vec![number],
        level,
    };
    let wanted = [choice(1, Level::Hot), choice(3, Level::Cold)];
    assert_eq!(to_clean(&told.spans), wanted);
}

/// Whatever there is, merging comes to an end, and loses no part.
#[test]
fn merging_comes_to_an_end() {
    let mut spans: Vec<Span> = Vec::new();
    let mut next = 1;
    for hour in 0..24 * 40 {
        for _ in 0..2 {
            spans.push(span(&format!("{hour}-{}", hour + 1), next));
            next += 1;
        }
        let now = Timestamp((hour + 1) * HOUR_MS);
        let mut steps = 0;
        while let Some(choice) = plan(&spans, &widths(None, HOUR_MS), now, u64::MAX) {
            let (gone, kept): (Vec<Span>, Vec<Span>) = spans
                .into_iter()
                .partition(|span| choice.numbers.contains(&span.number));
            spans = kept;
            spans.push(Span {
                number: next,
                range: TimeRange::new(
                    gone.iter().map(|span| span.range.start).min().expect("one"),
                    gone.iter().map(|span| span.range.end).max().expect("one"),
                ),
                level: choice.level,
                ..gone[0]
            });
            next += 1;
            steps += 1;
            assert!(steps < 10, "again and again at hour {hour}");
        }
        assert!(spans.len() < 60, "{} parts at hour {hour}", spans.len());
    }
}

#[test]
fn on_command_new_samples_are_compressed_too() {
    let check = |retention_ms, text: &str| {
        let told = told(text);
        let widths = cold(&widths(retention_ms, HOUR_MS / 2));
        let choice = plan(&told.spans, &widths, Timestamp::MAX, 1_000);
        let wanted = (!told.chosen.is_empty()).then_some(Choice {
            numbers: told.chosen,
            level: Level::Cold,
        });
        assert_eq!(choice, wanted, "{text}");
    };
    check(None, "[ 0-2 2-4 22-24 ] 24-26");
    check(None, "0-24c [ 24-26 ]");
    check(None, "[ 0-24c 24-48c ]");
    check(None, "0-192c");
    // What is kept for hours is never merged into days.
    check(Some(6 * HOUR_MS), "[ 0-1 1-2 ] 2-4");
    check(Some(6 * HOUR_MS), "0-2c 2-4c");
}
