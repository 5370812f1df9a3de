use expect_test::{Expect, expect};

use super::*;

const TEXT: Style = Style {
    format: Format::Text,
    escaping: Escaping::AllowUtf8,
    numbers: Numbers::Go,
    created: true,
};
const OPENMETRICS: Style = Style {
    format: Format::OpenMetrics,
    ..TEXT
};

fn check(style: Style, write: impl FnOnce(&mut Writer<'_>), expected: &Expect) {
    let mut page = Vec::new();
    let mut writer = Writer::new(&mut page, style);
    write(&mut writer);
    writer.finish();
    expected.assert_eq(&String::from_utf8(page).expect("a page of strings"));
}

fn family(name: &'static str, kind: Kind) -> Family<'static> {
    Family {
        name,
        kind,
        help: Some("Some \"help\".\nMore."),
        unit: "",
    }
}

fn counter(writer: &mut Writer<'_>) {
    let mut family = writer.family(&family("jobs", Kind::Counter));
    family.sample(Suffix::Total, [("queue", "a\"b")], 3.0);
    family.sample(Suffix::Created, [("queue", "a\"b")], 1_520_430_000.123);
    family.write(&Sample {
        suffix: Suffix::Total,
        labels: r#"queue="mail""#,
        bound: Bound::None,
        labels_after: "",
        value: Number::Integer(1_234_567),
        timestamp_ms: Some(1_520_879_607_780),
        exemplar: Some(Exemplar {
            labels: &[("trace_id", "abc")],
            value: 1.0,
            timestamp_ms: Some(-1_500),
        }),
    });
}

#[test]
fn a_counter_in_openmetrics() {
    check(
        OPENMETRICS,
        counter,
        &expect![[r#"
            # HELP jobs Some \"help\".\nMore.
            # TYPE jobs counter
            jobs_total{queue="a\"b"} 3.0
            jobs_created{queue="a\"b"} 1.520430000123e+09
            jobs_total{queue="mail"} 1234567 1520879607.78 # {trace_id="abc"} 1.0 -1.5
            # EOF
        "#]],
    );
}

#[test]
fn a_counter_in_the_text_format() {
    check(
        TEXT,
        counter,
        &expect![[r#"
            # HELP jobs_total Some "help".\nMore.
            # TYPE jobs_total counter
            jobs_total{queue="a\"b"} 3
            jobs_total{queue="mail"} 1234567 1520879607780
            # HELP jobs_created Some "help".\nMore.
            # TYPE jobs_created gauge
            jobs_created{queue="a\"b"} 1.520430000123e+09
        "#]],
    );
}

/// As prometheus_client 0.26 shows such a family.
#[test]
fn python_s_numbers() {
    let style = Style {
        numbers: Numbers::Python,
        created: true,
        ..TEXT
    };
    check(
        style,
        counter,
        &expect![[r#"
            # HELP jobs_total Some "help".\nMore.
            # TYPE jobs_total counter
            jobs_total{queue="a\"b"} 3.0
            jobs_total{queue="mail"} 1.234567e+06 1520879607780
            # HELP jobs_created Some "help".\nMore.
            # TYPE jobs_created gauge
            jobs_created{queue="a\"b"} 1.520430000123e+09
        "#]],
    );
}

fn histogram(writer: &mut Writer<'_>) {
    let mut family = writer.family(&Family {
        name: "wait_seconds",
        kind: Kind::GaugeHistogram,
        help: None,
        unit: "seconds",
    });
    for (bound, count) in [(1.0, 2), (2.5, 3), (f64::INFINITY, 4)] {
        family.write(&Sample {
            suffix: Suffix::Bucket,
            labels: "",
            bound: Bound::Le(bound),
            labels_after: "",
            value: Number::Integer(count),
            timestamp_ms: None,
            exemplar: None,
        });
    }
    family.sample(Suffix::GaugeCount, [], 4_u64);
    family.sample(Suffix::GaugeSum, [], 7.5);
}

#[test]
fn a_gauge_histogram_in_openmetrics() {
    check(
        OPENMETRICS,
        histogram,
        &expect![[r#"
            # TYPE wait_seconds gaugehistogram
            # UNIT wait_seconds seconds
            wait_seconds_bucket{le="1.0"} 2
            wait_seconds_bucket{le="2.5"} 3
            wait_seconds_bucket{le="+Inf"} 4
            wait_seconds_gcount 4
            wait_seconds_gsum 7.5
            # EOF
        "#]],
    );
}

#[test]
fn a_gauge_histogram_in_the_text_format() {
    check(
        TEXT,
        histogram,
        &expect![[r#"
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="1"} 2
            wait_seconds_bucket{le="2.5"} 3
            wait_seconds_bucket{le="+Inf"} 4
            # TYPE wait_seconds_gcount gauge
            wait_seconds_gcount 4
            # TYPE wait_seconds_gsum gauge
            wait_seconds_gsum 7.5
        "#]],
    );
}

fn utf8(writer: &mut Writer<'_>) {
    let mut family = writer.family(&Family {
        name: "my.jobs",
        kind: Kind::Gauge,
        help: Some("x"),
        unit: "",
    });
    family.sample(Suffix::None, [], 1.0);
    family.sample(Suffix::None, [("a.b", "c"), ("d", "e")], 2.0);
}

#[test]
fn names_outside_of_the_old_alphabet() {
    check(
        TEXT,
        utf8,
        &expect![[r#"
            # HELP "my.jobs" x
            # TYPE "my.jobs" gauge
            {"my.jobs"} 1
            {"my.jobs","a.b"="c",d="e"} 2
        "#]],
    );
    check(
        Style::new(Format::Text),
        utf8,
        &expect![[r#"
            # HELP my_jobs x
            # TYPE my_jobs gauge
            my_jobs 1
            my_jobs{a_b="c",d="e"} 2
        "#]],
    );
}

/// As redis_exporter 1.45 shows one.
#[test]
fn a_counter_without_total() {
    check(
        TEXT,
        |writer| {
            let redis = Family {
                help: Some("total_reads_processed metric"),
                ..family("redis_total_reads_processed", Kind::Counter)
            };
            writer
                .family_as_named(&redis)
                .sample(Suffix::None, [], 61.0);
        },
        &expect![[r#"
            # HELP redis_total_reads_processed total_reads_processed metric
            # TYPE redis_total_reads_processed counter
            redis_total_reads_processed 61
        "#]],
    );
}
