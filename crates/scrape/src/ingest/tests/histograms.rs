//! Native histograms, which stand beside a page.

use ferula_exposition::protobuf::{NativeHistogram, NativeSample};

use super::*;

fn sample(series: &str, timestamp_ms: Option<i64>) -> ExposedHistogram {
    let histogram = NativeHistogram {
        integer: true,
        ..NativeHistogram::default()
    };
    ExposedHistogram::from(NativeSample {
        series: series.to_owned(),
        histogram,
        timestamp_ms,
    })
}

/// Ingests a page with `text`, and these series beside it.
fn check(bench: &mut Bench, text: &str, series: &[&str], counts: [u64; 3], written: &[&str]) {
    let histograms = series.iter().map(|series| sample(series, None));
    let histograms = histograms.collect::<Vec<_>>();
    let body = Body {
        text: text.as_bytes(),
        format: Format::OpenMetrics,
        histograms: &histograms,
    };
    bench.body(body, counts, "", written);
}

#[test]
fn they_come_and_go_as_other_series_do() {
    let mut bench = Bench::new(|_| {});
    let h = r#"h{l="1"}"#;
    let line = r#"h{l="1"} histogram"#;
    check(&mut bench, "a 1\n# EOF\n", &[h], [2, 2, 2], &["a 1", line]);
    assert_eq!(bench.store.take_by_reference(), 0);
    check(&mut bench, "a 2\n# EOF\n", &[h], [2, 2, 0], &["a 2", line]);
    assert!(bench.store.take_by_reference() >= 2, "both are known");
    // One before it that is new, one behind it, and then it is gone.
    let page = "a 3\nb 1\n# EOF\n";
    check(
        &mut bench,
        page,
        &[h, "i"],
        [4, 4, 2],
        &["a 3", "b 1", line, "i histogram"],
    );
    check(
        &mut bench,
        page,
        &["i"],
        [3, 3, 0],
        &["a 3", "b 1", "i histogram", r#"h{l="1"} stale"#],
    );
    check(
        &mut bench,
        "# EOF\n",
        &["i"],
        [1, 1, 0],
        &["i histogram", "a stale", "b stale"],
    );
    check(&mut bench, "# EOF\n", &[], [0, 0, 0], &["i stale"]);
}

#[test]
fn one_that_stands_there_twice_is_counted_once() {
    let mut bench = Bench::new(|_| {});
    check(
        &mut bench,
        "# EOF\n",
        &["h", "h"],
        [2, 2, 1],
        &["h histogram"],
    );
}

/// The same series may be a float on one page and a histogram on the next.
#[test]
fn a_series_may_change_its_form() {
    let mut bench = Bench::new(|_| {});
    check(&mut bench, "h 1\n# EOF\n", &[], [1, 1, 1], &["h 1"]);
    check(&mut bench, "# EOF\n", &["h"], [1, 1, 0], &["h histogram"]);
}

#[test]
fn rules_and_limits_hold_for_them() {
    let drop = rule("l", "1", Action::Drop);
    let mut bench = Bench::new(|job| job.metric_relabel_rules = vec![drop]);
    let series = [r#"h{l="1"}"#, r#"h{l="2"}"#];
    check(
        &mut bench,
        "# EOF\n",
        &series,
        [2, 1, 1],
        &[r#"h{l="2"} histogram"#],
    );

    let mut bench = Bench::new(|job| job.limits.samples = 1);
    let histograms = series.map(|series| sample(series, None));
    let body = Body {
        histograms: &histograms,
        ..Body::text(b"# EOF\n", Format::OpenMetrics)
    };
    bench.body(body, [2, 2, 0], "sample limit exceeded", &[]);
}

#[test]
fn times_of_their_own_are_kept() {
    let mut bench = Bench::new(|_| {});
    let histograms = [sample("h", Some(5000))];
    let body = Body {
        histograms: &histograms,
        ..Body::text(b"# EOF\n", Format::OpenMetrics)
    };
    bench.body(body, [1, 1, 1], "", &["5 h histogram"]);
}
