//! Pages in, rows out.

mod histograms;
mod kinds;
mod pages;

use ferula_exposition::Format;
use model::relabel::{Action, Rule};
use model::{Labels, Regexp};

use super::*;
use crate::report::ExtraReport;
use crate::testing::{Ledger, job};

/// One target, scraped every 10 s from second 10 on.
struct Bench {
    job: JobOptions,
    target: Labels,
    store: Ledger,
    ingester: Ingester,
    seconds: i64,
}

impl Bench {
    fn new(change: impl FnOnce(&mut JobOptions)) -> Self {
        let mut job = job("j");
        change(&mut job);
        Self {
            job,
            target: Labels::from_pairs([("instance", "i"), ("job", "j")]),
            store: Ledger::default(),
            ingester: Ingester::default(),
            seconds: 0,
        }
    }

    fn time(&mut self) -> Timestamp {
        self.seconds += 10;
        Timestamp(self.seconds * 1000)
    }

    /// Ingests `page` and compares the lines that were written, report and the target's labels left out, and the counts (scraped, kept, added).
    fn page(&mut self, page: &str, counts: [u64; 3], written: &[&str]) {
        self.page_as(Format::Text, page, counts, "", written);
    }

    fn bad_page(&mut self, page: &str, counts: [u64; 3], error: &str, written: &[&str]) {
        self.page_as(Format::Text, page, counts, error, written);
    }

    fn page_as(
        &mut self,
        format: Format,
        page: &str,
        counts: [u64; 3],
        error: &str,
        written: &[&str],
    ) {
        self.body(Body::text(page.as_bytes(), format), counts, error, written);
    }

    fn body(&mut self, body: Body<'_>, counts: [u64; 3], error: &str, written: &[&str]) {
        let page = String::from_utf8_lossy(body.text);
        let time = self.time();
        let row = Row {
            job: &self.job,
            target: &self.target,
            time,
        };
        let report = |counts: &Counts, error: Option<&PageError>| Report {
            up: error.is_none(),
            scraped: counts.scraped,
            kept: counts.kept,
            added: counts.added,
            ..Report::default()
        };
        let (rows, counted, failed) = self.ingester.page(&self.store, row, body, report);
        let settled = self.ingester.settle(rows);
        settled.expect("a ledger does not break by itself");
        assert_eq!(
            failed.map(|error| error.to_string()).unwrap_or_default(),
            error,
            "{page}"
        );
        let mut lines = self.lines();
        assert_eq!(
            lines.remove(0),
            format!("up {}", u8::from(error.is_empty()))
        );
        assert_eq!(
            [counted.scraped, counted.kept, counted.added],
            counts,
            "{page}"
        );
        assert_eq!(lines, written, "{page}");
    }

    /// What was written, `up` first and the rest of the report left out.
    fn lines(&self) -> Vec<String> {
        let now = format!("{} ", self.seconds);
        let mut lines = Vec::new();
        for line in self.store.take() {
            let line = line.strip_prefix(&now).unwrap_or(&line);
            let line = line
                .replace(r#"{instance="i", job="j"}"#, "")
                .replace(r#"instance="i", job="j", "#, "");
            let line = line.replace(r#", instance="i", job="j"}"#, "}");
            match line.split(['{', ' ']).next() {
                Some("up") => lines.insert(0, line),
                Some(name) if name.starts_with("scrape_") => {}
                _ => lines.push(line),
            }
        }
        lines
    }
}

fn rule(source: &str, regex: &str, action: Action) -> Rule {
    Rule {
        source_labels: vec![source.to_owned()],
        separator: ";".to_owned(),
        regex: Regexp::new(regex).expect("the test's expression"),
        action,
    }
}

#[test]
fn samples_come_go_and_come_back() {
    let mut bench = Bench::new(|_| {});
    bench.page("a 1\nb{x=\"y\"} 2\n", [2, 2, 2], &["a 1", "b{x=\"y\"} 2"]);
    bench.page("a 3\nb{x=\"y\"} 2\n", [2, 2, 0], &["a 3", "b{x=\"y\"} 2"]);
    assert_eq!(bench.store.take_by_reference(), 2 + 5);
    bench.page("a 4\n", [1, 1, 0], &["a 4", "b{x=\"y\"} stale"]);
    bench.page(
        "c 1\na 5\nb{x=\"y\"} 2\n",
        [3, 3, 2],
        &["c 1", "a 5", "b{x=\"y\"} 2"],
    );
    bench.page("", [0, 0, 0], &["a stale", "b{x=\"y\"} stale", "c stale"]);
    bench.page("", [0, 0, 0], &[]);
}

#[test]
fn labels_of_page_and_target() {
    let page = "a{instance=\"p\",job=\"q\",z=\"1\"} 1\n";
    Bench::new(|_| {}).page(
        page,
        [1, 1, 1],
        &["a{exported_instance=\"p\", exported_job=\"q\", z=\"1\"} 1"],
    );
    Bench::new(|job| job.honor_labels = true).page(
        page,
        [1, 1, 1],
        &["whole a{instance=\"p\", job=\"q\", z=\"1\"} 1"],
    );
    // A name that is taken already gets another prefix.
    Bench::new(|_| {}).page(
        "a{job=\"q\",exported_job=\"r\"} 1\n",
        [1, 1, 1],
        &["a{exported_exported_job=\"q\", exported_job=\"r\"} 1"],
    );
    // An empty label says: none, not even the target's.
    Bench::new(|job| job.honor_labels = true).page(
        "a{instance=\"\"} 1\n",
        [1, 1, 1],
        &["whole a{job=\"j\"} 1"],
    );
    Bench::new(|_| {}).page("a{instance=\"\"} 1\n", [1, 1, 1], &["a 1"]);
}

#[test]
fn rules_rewrite_and_drop() {
    let mut bench = Bench::new(|job| {
        let replacement = "new_$1".to_owned();
        let target_label = "__name__".to_owned();
        job.metric_relabel_rules = vec![
            rule("__name__", "drop.*", Action::Drop),
            rule(
                "__name__",
                "old_(.*)",
                Action::Replace {
                    target_label,
                    replacement,
                },
            ),
            rule("", "z|instance", Action::LabelDrop),
        ];
    });
    bench.page(
        "drop_a 1\nold_a{z=\"1\"} 2\nb 3\n",
        [3, 2, 2],
        &["whole new_a{job=\"j\"} 2", "whole b{job=\"j\"} 3"],
    );
    bench.page(
        "drop_a 1\nold_a{z=\"1\"} 3\nb 4\n",
        [3, 2, 0],
        &["new_a{job=\"j\"} 3", "b{job=\"j\"} 4"],
    );
    bench.page(
        "drop_a 1\nb 4\n",
        [2, 1, 0],
        &["b{job=\"j\"} 4", "new_a{job=\"j\"} stale"],
    );
    let mut bench =
        Bench::new(|job| job.metric_relabel_rules = vec![rule("", "__name__", Action::LabelDrop)]);
    bench.bad_page(
        "a 1\n",
        [1, 0, 0],
        "missing metric name (__name__ label)",
        &[],
    );
}

#[test]
fn changed_rules_end_the_series_they_no_longer_make() {
    let mut bench = Bench::new(|_| {});
    bench.page("a 1\nb 2\n", [2, 2, 2], &["a 1", "b 2"]);
    bench.job.metric_relabel_rules = vec![rule("__name__", "a", Action::Drop)];
    bench.ingester.forget_meanings();
    bench.page("a 1\nb 2\n", [2, 1, 1], &["b 2", "a stale"]);
}

#[test]
fn repetitions_within_a_page() {
    let mut bench = Bench::new(|_| {});
    bench.page("a 1\na 2\nb 3\n", [3, 3, 2], &["a 1", "b 3"]);
    bench.page("a 1\na 2\nb 3\n", [3, 3, 0], &["a 1", "b 3"]);
    // With times of their own they are different samples.
    bench.page(
        "a 1 1000\na 2 2000\nb 3\n",
        [3, 3, 0],
        &["1 a 1", "2 a 2", "b 3"],
    );
}

#[test]
fn times_of_their_own() {
    let mut bench = Bench::new(|_| {});
    bench.page("a 1 5000\nb 2\n", [2, 2, 2], &["5 a 1", "b 2"]);
    bench.page("", [0, 0, 0], &["b stale"]);
    let mut bench = Bench::new(|job| job.track_timestamps_staleness = true);
    bench.page("a 1 5000\n", [1, 1, 1], &["5 a 1"]);
    bench.page("", [0, 0, 0], &["a stale"]);
    let mut bench = Bench::new(|job| job.honor_timestamps = false);
    bench.page("a 1 5000\n", [1, 1, 1], &["a 1"]);
    bench.page("a 2 5000\n", [1, 1, 0], &["a 2"]);
    bench.page("", [0, 0, 0], &["a stale"]);
    // Ten minutes ahead of second 10 is the most that is taken.
    let mut bench = Bench::new(|_| {});
    bench.page("a 1 610000\nb 1 610001\n", [2, 2, 1], &["610 a 1"]);
}

#[test]
fn a_bad_page_leaves_only_the_news() {
    let mut bench = Bench::new(|_| {});
    bench.page("a 1\n", [1, 1, 1], &["a 1"]);
    bench.bad_page(
        "a 2\nb 1\nc x\n",
        [2, 2, 0],
        "invalid value: \"x\": invalid syntax (line 3, column 3)",
        &["a stale"],
    );
    bench.bad_page(
        "a 2\nb{x=1} 1\n",
        [1, 1, 0],
        "expected label value, got \"1}\" (line 2, column 5)",
        &[],
    );
    bench.page("a 3\nb 1\n", [2, 2, 1], &["a 3", "b 1"]);
    bench.bad_page(
        "a{x=\"1\",x=\"2\"} 1\n",
        [1, 0, 0],
        "label name \"x\" is not unique: invalid sample",
        &["a stale", "b stale"],
    );
}

#[test]
fn hostile_bytes_are_refused() {
    let mut bench = Bench::new(|_| {});
    for page in [
        "\u{0}\u{1}\u{2}",
        "<html>",
        "a",
        "{}",
        "a{",
        "a 1 2 3",
        "a{b=\"\\",
        "\u{feff}a 1",
        "a 1e",
        "# TYPE a x\na{} {",
    ] {
        let time = bench.time();
        let row = Row {
            job: &bench.job,
            target: &bench.target,
            time,
        };
        let report = |_: &Counts, error: Option<&PageError>| Report {
            up: error.is_none(),
            ..Report::default()
        };
        let (rows, _, error) = bench.ingester.page(
            &bench.store,
            row,
            Body::text(page.as_bytes(), Format::Text),
            report,
        );
        let settled = bench.ingester.settle(rows);
        settled.expect("a ledger does not break by itself");
        assert!(error.is_some(), "{page:?}");
        assert_eq!(bench.lines(), ["up 0"]);
    }
}

#[test]
fn openmetrics_pages_must_be_whole() {
    let mut bench = Bench::new(|_| {});
    bench.page_as(Format::OpenMetrics, "a 1\n# EOF\n", [1, 1, 1], "", &["a 1"]);
    bench.page_as(
        Format::OpenMetrics,
        "a 1\n",
        [1, 1, 0],
        "data does not end with # EOF (line 2, column 1)",
        &["a stale"],
    );
}

/// A name in quotes is escaped in one way by one format and in another way by the other, so what is known of a text holds for one.
#[test]
fn the_format_may_change() {
    let mut bench = Bench::new(|_| {});
    bench.page("a 1\n# EOF\n", [1, 1, 1], &["a 1"]);
    let page = "a 2\nb 1\n# EOF\n";
    bench.page_as(Format::OpenMetrics, page, [2, 2, 2], "", &["a 2", "b 1"]);
    bench.page("b 2\n", [1, 1, 1], &["b 2", "a stale"]);
}

#[test]
fn exemplars_and_metadata_are_handed_on() {
    let mut bench = Bench::new(|_| {});
    let page = "# HELP a about a\n# TYPE a counter\na_total 1 # {t=\"x\"} 0.5\n# TYPE b_seconds gauge\n# UNIT b_seconds seconds\nb_seconds 2\n# EOF\n";
    let written = [
        "family a counter \"about a\" \"\"",
        "a_total 1 # {t=\"x\"} 0.5 10",
        "family b_seconds gauge \"\" \"seconds\"",
        "b_seconds 2",
    ];
    bench.page_as(Format::OpenMetrics, page, [2, 2, 2], "", &written);
    bench.page_as(
        Format::OpenMetrics,
        page,
        [2, 2, 0],
        "",
        &["a_total 1 # {t=\"x\"} 0.5 20", "b_seconds 2"],
    );
    let changed = page.replace("about a", "all about a");
    let written = [
        "family a counter \"all about a\" \"\"",
        "a_total 1 # {t=\"x\"} 0.5 30",
        "b_seconds 2",
    ];
    bench.page_as(Format::OpenMetrics, &changed, [2, 2, 0], "", &written);
}

#[test]
fn limits_fail_the_whole_page() {
    let mut bench = Bench::new(|job| job.limits.samples = 2);
    bench.page("a 1\nb 2\n", [2, 2, 2], &["a 1", "b 2"]);
    bench.page("a 1\nb 2\n", [2, 2, 0], &["a 1", "b 2"]);
    // All of the page is counted, so that one sees by how much.
    bench.bad_page(
        "a 1\nb 2\nc 3\nd 4\n",
        [4, 4, 0],
        "sample limit exceeded",
        &["a stale", "b stale"],
    );
    // What the rules drop does not count.
    let drop = rule("__name__", "c", Action::Drop);
    bench.job.metric_relabel_rules = vec![drop];
    bench.page("a 1\nb 2\nc 3\n", [3, 2, 0], &["a 1", "b 2"]);

    let mut bench = Bench::new(|job| job.limits.labels = 3);
    bench.page("a 1\n", [1, 1, 1], &["a 1"]);
    let message = "label_limit exceeded (metric: a, number of labels: 4, limit: 3)";
    bench.bad_page("a{x=\"1\"} 1\n", [1, 0, 0], message, &["a stale"]);

    let mut bench = Bench::new(|job| job.limits.label_name_bytes = 10);
    let message = "label_name_length_limit exceeded (metric: a, label name: xxxxxxxxxxx, length: 11, limit: 10)";
    bench.bad_page("a{xxxxxxxxxxx=\"1\"} 1\n", [1, 0, 0], message, &[]);

    let mut bench = Bench::new(|job| job.limits.label_value_bytes = 10);
    let value = "v".repeat(60);
    let shown = "v".repeat(50);
    let message = format!(
        "label_value_length_limit exceeded (metric: a, label name: x, value: \"{shown}\", length: 60, limit: 10)"
    );
    bench.bad_page(&format!("a{{x=\"{value}\"}} 1\n"), [1, 0, 0], &message, &[]);
}

#[test]
fn refusals_are_counted_and_the_rest_goes_on() {
    let mut bench = Bench::new(|_| {});
    bench.store.refuse("b", Refusal::OutOfOrder);
    bench.store.refuse("c", Refusal::Full);
    bench.page("a 1\nb 1\nc 1\nd 1\n", [4, 4, 2], &["a 1", "d 1"]);
    bench.page("a 2\nb 2\nc 2\nd 2\n", [4, 4, 0], &["a 2", "d 2"]);
}

#[test]
fn a_store_that_forgets_is_told_again() {
    let mut bench = Bench::new(|_| {});
    bench.page("a 1\nb 1\n", [2, 2, 2], &["a 1", "b 1"]);
    bench.store.forget_references();
    bench.page("a 2\nb 2\n", [2, 2, 0], &["a 2", "b 2"]);
    bench.page("a 3\n", [1, 1, 0], &["a 3", "b stale"]);
}

#[test]
fn a_broken_store_loses_the_row_and_nothing_else() {
    let mut bench = Bench::new(|_| {});
    bench.page("a 1\n", [1, 1, 1], &["a 1"]);
    bench.store.set_broken(true);
    let time = bench.time();
    let row = Row {
        job: &bench.job,
        target: &bench.target,
        time,
    };
    let (rows, ..) = bench.ingester.page(
        &bench.store,
        row,
        Body::text(b"a 2\nb 2\n", Format::Text),
        |_, _| Report::default(),
    );
    let broken = bench.ingester.settle(rows);
    assert_eq!(
        broken.expect_err("broken").to_string(),
        "storage is broken: the test says so"
    );
    bench.store.set_broken(false);
    bench.page("a 3\nb 3\n", [2, 2, 2], &["a 3", "b 3"]);
}

#[test]
fn the_report_has_its_extra_part_only_when_asked() {
    let mut bench = Bench::new(|_| {});
    let mut write = |extra: Option<ExtraReport>| {
        let time = bench.time();
        let row = Row {
            job: &bench.job,
            target: &bench.target,
            time,
        };
        let report = Report {
            up: true,
            duration_seconds: 0.25,
            extra,
            ..Report::default()
        };
        let rows = bench.ingester.nothing(&bench.store, row, &report);
        let settled = bench.ingester.settle(rows);
        settled.expect("a ledger does not break by itself");
        let lines = bench.store.take().into_iter();
        lines
            .map(|line| line.replace("{instance=\"i\", job=\"j\"} ", "="))
            .collect::<Vec<_>>()
    };
    let plain = [
        "10 up=1",
        "10 scrape_duration_seconds=0.25",
        "10 scrape_samples_scraped=0",
        "10 scrape_samples_post_metric_relabeling=0",
        "10 scrape_series_added=0",
    ];
    assert_eq!(write(None), plain);
    let extra = ExtraReport {
        timeout_seconds: 0.5,
        sample_limit: 7,
        body_size_bytes: -1,
    };
    let more = [
        "20 scrape_timeout_seconds=0.5",
        "20 scrape_sample_limit=7",
        "20 scrape_body_size_bytes=-1",
    ];
    assert_eq!(write(Some(extra))[5..], more);
    let ended = [
        "30 scrape_timeout_seconds=stale",
        "30 scrape_sample_limit=stale",
        "30 scrape_body_size_bytes=stale",
    ];
    assert_eq!(write(None)[5..], ended);
}

#[test]
fn a_target_that_goes_ends_everything() {
    let mut bench = Bench::new(|_| {});
    bench.page("a 1\n", [1, 1, 1], &["a 1"]);
    let time = bench.time();
    let row = Row {
        job: &bench.job,
        target: &bench.target,
        time,
    };
    let rows = bench.ingester.end(&bench.store, row);
    let settled = bench.ingester.settle(rows);
    settled.expect("a ledger does not break by itself");
    assert_eq!(bench.lines(), ["up stale", "a stale"]);
}

/// What Prometheus 2.42 stores and reports of this page; only that 3.x counts the repetition, and writes `le` as a float, is known from elsewhere.
#[test]
fn agrees_with_prometheus() {
    let page = "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\n\
        a{instance=\"\",job=\"q\",exported_job=\"r\"} 1\nb{instance=\"p\",z=\"\"} 2\n\
        dup 1\ndup 2\nold 3 1000\ne{x=\"1\"} 4\n";
    let check =
        |change: &dyn Fn(&mut JobOptions), counts: [u64; 3], error: &str, written: &[&str]| {
            let mut bench = Bench::new(change);
            bench.store.refuse("old", Refusal::TooOld);
            let family = ["family h histogram \"\" \"\""];
            let written = if error.is_empty() {
                [&family, written].concat()
            } else {
                Vec::new()
            };
            bench.page_as(Format::Text, page, counts, error, &written);
        };
    check(
        &|_| {},
        [8, 8, 6],
        "",
        &[
            "h_bucket{le=\"1.0\"} 1",
            "h_bucket{le=\"+Inf\"} 2",
            "a{exported_exported_job=\"q\", exported_job=\"r\"} 1",
            "b{exported_instance=\"p\"} 2",
            "dup 1",
            "e{x=\"1\"} 4",
        ],
    );
    check(
        &|job| job.honor_labels = true,
        [8, 8, 6],
        "",
        &[
            "h_bucket{le=\"1.0\"} 1",
            "h_bucket{le=\"+Inf\"} 2",
            "whole a{exported_job=\"r\", job=\"q\"} 1",
            "whole b{instance=\"p\", job=\"j\"} 2",
            "dup 1",
            "e{x=\"1\"} 4",
        ],
    );
    check(
        &|job| {
            let drop = rule("__name__", "e|dup", Action::Drop);
            job.metric_relabel_rules = vec![drop, rule("", "instance", Action::LabelDrop)];
        },
        [8, 5, 4],
        "",
        &[
            "whole h_bucket{job=\"j\", le=\"1.0\"} 1",
            "whole h_bucket{job=\"j\", le=\"+Inf\"} 2",
            "whole a{exported_exported_job=\"q\", exported_job=\"r\", job=\"j\"} 1",
            "whole b{exported_instance=\"p\", job=\"j\"} 2",
        ],
    );
    check(
        &|job| job.limits.samples = 3,
        [8, 8, 0],
        "sample limit exceeded",
        &[],
    );
    let message = "label_limit exceeded (metric: a, number of labels: 5, limit: 4)";
    check(&|job| job.limits.labels = 4, [3, 2, 0], message, &[]);
    let message = "label_value_length_limit exceeded (metric: h_bucket, label name: __name__, value: \"h_bucket\", length: 8, limit: 3)";
    check(
        &|job| job.limits.label_value_bytes = 3,
        [1, 0, 0],
        message,
        &[],
    );
}
