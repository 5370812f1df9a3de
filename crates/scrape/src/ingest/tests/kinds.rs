//! Series that tell their types and units.

use super::*;

/// Ingests a page and compares the samples that were written.
fn check(bench: &mut Bench, format: Format, page: &str, written: &[&str]) {
    let time = bench.time();
    let row = Row {
        job: &bench.job,
        target: &bench.target,
        time,
    };
    let report = |_: &Counts, _: Option<&PageError>| Report::default();
    let ingester = &mut bench.ingester;
    let (rows, _, failed) = ingester.page(
        &bench.store,
        row,
        Body::text(page.as_bytes(), format),
        report,
    );
    ingester.settle(rows).expect("a ledger does not break");
    assert!(failed.is_none(), "{page}: {failed:?}");
    let mut lines = bench.lines();
    lines.retain(|line| !line.starts_with("family ") && !line.starts_with("up "));
    assert_eq!(lines, written, "{page}");
}

fn bench(change: impl FnOnce(&mut JobOptions)) -> Bench {
    let mut bench = Bench::new(change);
    bench.ingester = Ingester::default().telling_kinds(true);
    bench
}

#[test]
fn types_and_units_are_labels() {
    let page = "# TYPE age_seconds gauge\n# UNIT age_seconds seconds\nage_seconds 1\n\
        # TYPE calls counter\ncalls_total 2\n\
        # TYPE size histogram\nsize_bucket{le=\"+Inf\"} 3\nsize_count 3\n\
        # TYPE odd unknown\nodd 4\n# EOF\n";
    let written = [
        r#"age_seconds{__type__="gauge", __unit__="seconds"} 1"#,
        r#"calls_total{__type__="counter"} 2"#,
        r#"size_bucket{__type__="histogram", le="+Inf"} 3"#,
        r#"size_count{__type__="histogram"} 3"#,
        "odd 4",
    ];
    let mut bench = bench(|_| {});
    check(&mut bench, Format::OpenMetrics, page, &written);
    check(&mut bench, Format::OpenMetrics, page, &written);
    assert_eq!(bench.store.take_by_reference(), 5 + 5);
}

#[test]
fn only_the_familys_own_metrics_have_its_type() {
    let mut bench = bench(|_| {});
    check(
        &mut bench,
        Format::Text,
        "# TYPE a counter\na 1\nab 2\na_total 3\n# HELP c Nothing of its type.\nc 4\n",
        &[
            r#"a{__type__="counter"} 1"#,
            "ab 2",
            r#"a_total{__type__="counter"} 3"#,
            "c 4",
        ],
    );
}

#[test]
fn the_pages_own_label_stays_where_nothing_is_known() {
    let mut bench = bench(|_| {});
    check(
        &mut bench,
        Format::Text,
        "# TYPE a gauge\na{__type__=\"x\",__unit__=\"y\"} 1\nb{__type__=\"x\"} 2\n",
        &[
            r#"a{__type__="gauge", __unit__="y"} 1"#,
            r#"b{__type__="x"} 2"#,
        ],
    );
}

#[test]
fn rules_see_types() {
    let mut bench = bench(|job| {
        job.metric_relabel_rules = vec![rule("__type__", "counter", Action::Keep)];
    });
    check(
        &mut bench,
        Format::Text,
        "# TYPE a gauge\na 1\n# TYPE b counter\nb 2\n",
        &[r#"b{__type__="counter"} 2"#],
    );
}

/// A change is noticed when it is read, and heeded from the page after on: then the series that was ends.
#[test]
fn another_type_makes_another_series() {
    let mut bench = bench(|_| {});
    let old = r#"a{__type__="gauge"}"#;
    let [gauge, counter] = ["gauge", "counter"].map(|kind| format!("# TYPE a {kind}\na 1\n"));
    check(&mut bench, Format::Text, &gauge, &[&format!("{old} 1")]);
    check(&mut bench, Format::Text, &counter, &[&format!("{old} 1")]);
    check(
        &mut bench,
        Format::Text,
        &counter,
        &[r#"a{__type__="counter"} 1"#, &format!("{old} stale")],
    );
    check(
        &mut bench,
        Format::Text,
        &counter,
        &[r#"a{__type__="counter"} 1"#],
    );
}
