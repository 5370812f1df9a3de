//! Processes are played by attachments: locks belong to descriptions of the file, of which each attachment has its own.
#![expect(clippy::disallowed_methods, reason = "tests damage files")]

use std::path::{Path, PathBuf};

use super::*;
use crate::gauge::{Merge, MergeBy};
use crate::{Counter, Error, Family, Format, Gauge, Histogram, Info, Registry, Selection, Style};

/// A file that is removed at the end of the test.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new(name: &str) -> Self {
        let name = format!("ferula-{name}-{}.segment", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _absent = std::fs::remove_file(&path);
        Self(path)
    }

    /// Attaches a process that calls itself `pid`.
    pub(super) fn process(&self, pid: u32) -> Segment {
        process(&self.0, pid)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _absent = std::fs::remove_file(&self.0);
    }
}

fn process(path: &Path, pid: u32) -> Segment {
    let options = SegmentOptions {
        pid: Some(pid),
        bytes_max: 1 << 20,
    };
    Segment::attach_with(path, options).expect("a file of our own")
}

pub(super) fn page(collector: &dyn crate::Collector) -> Vec<String> {
    let mut page = Vec::new();
    let style = Style::new(Format::OpenMetrics);
    crate::encode(collector, &Selection::all(), style, &mut page);
    let text = String::from_utf8(page).expect("text");
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples.map(str::to_owned).collect()
}

fn requests(segment: &Segment) -> Result<Family<Counter>, Error> {
    let requests = Counter::builder("requests", "Requests.").labels(["code"]);
    requests.register(&Registry::shared(segment))
}

pub(super) fn gauge(segment: &Segment, by: MergeBy, live: bool) -> Result<Family<Gauge>, Error> {
    let gauge = Gauge::builder("level", "Level.").merge(Merge { by, live });
    gauge.labels(["name"]).build_shared(segment)
}

#[test]
fn processes_count_together() -> Result<(), Error> {
    let scratch = Scratch::new("together");
    let (one, two) = (scratch.process(1), scratch.process(2));
    let (first, second) = (requests(&one)?, requests(&two)?);
    first.with(&["200"]).inc();
    second.with(&["200"]).inc_by(2);
    second.with(&["500"]).add(0.5);
    let expected = [
        r#"requests_total{code="200"} 3.0"#,
        r#"requests_total{code="500"} 0.5"#,
    ];
    assert_eq!(page(&one), expected);
    assert_eq!(page(&two), expected);
    assert_eq!(page(&first), expected, "a family shows what others have");
    assert_eq!(one.pids(), [1, 2]);
    drop((one, first));
    assert_eq!(two.pids(), [2]);
    assert_eq!(page(&two), expected, "what is counted stays counted");
    Ok(())
}

#[test]
fn every_kind_is_shared() -> Result<(), Error> {
    let scratch = Scratch::new("kinds");
    let (one, two) = (scratch.process(1), scratch.process(2));
    let registry = Registry::shared(&one);
    let sizes = Histogram::builder("size", "").buckets(crate::Buckets::new(&[1.0])?);
    let sizes = sizes.register(&registry)?;
    let exemplar = crate::Exemplar {
        labels: &[("trace_id", "abc")],
        value: 2.0,
        timestamp_ms: None,
    };
    sizes.observe_with(2.0, &exemplar);
    let info = Info::builder("build", "").register(&registry)?;
    info.set(&[("version", "1"), ("commit", "a\"b")])?;
    info.set(&[("version", "2")])?;
    let door = crate::StateSet::builder("door", "", &["open", "shut"]).register(&registry)?;
    assert!(door.set("shut"));
    let pause = crate::Summary::builder("pause", "").register(&registry)?;
    pause.observe(1.5);
    let expected = [
        r#"size_bucket{le="1.0"} 0"#,
        r#"size_bucket{le="+Inf"} 1 # {trace_id="abc"} 2.0"#,
        "size_sum 2.0",
        "size_count 1",
        r#"build_info{version="2"} 1"#,
        r#"door{door="open"} 0"#,
        r#"door{door="shut"} 1"#,
        "pause_sum 1.5",
        "pause_count 1",
    ];
    assert_eq!(page(&two), expected);
    // A process that has none of the families shows them at the end of its registry's page.
    assert_eq!(page(&Registry::shared(&two)), expected);
    Ok(())
}

/// Processes observe into the same slices, so that what is shown is of all that they saw.
#[test]
fn quantiles_are_those_of_all_processes() -> Result<(), Error> {
    let scratch = Scratch::new("quantiles");
    let (one, two) = (scratch.process(1), scratch.process(2));
    let pause = |segment: &Segment| -> Result<crate::Summary, Error> {
        let window = std::time::Duration::from_secs(3600);
        let quantiles = crate::Quantiles::new(&[0.5, 1.0], window)?;
        let pause = crate::Summary::builder("pause", "").quantiles(quantiles);
        pause.register(&Registry::shared(segment))
    };
    let (first, second) = (pause(&one)?, pause(&two)?);
    for _ in 0..3 {
        first.observe(1.0);
    }
    second.observe(100.0);
    drop((one, first));
    let shown = page(&Registry::shared(&two));
    let values = shown.iter().map(|line| {
        let (name, value) = line.split_once(' ').unwrap_or_default();
        (name, value.parse::<f64>().unwrap_or(f64::NAN))
    });
    let expected = [
        (r#"pause{quantile="0.5"}"#, 1.0),
        (r#"pause{quantile="1.0"}"#, 100.0),
        ("pause_sum", 103.0),
        ("pause_count", 4.0),
    ];
    for (shown, expected) in values.zip(expected) {
        assert_eq!(shown.0, expected.0);
        let error = (shown.1 - expected.1).abs() / expected.1;
        assert!(error < 0.025, "{shown:?}");
    }
    Ok(())
}

/// What another version has left is begun anew like anything else, but not while somebody counts in it.
#[test]
fn another_version_is_refused_while_it_is_in_use() {
    let scratch = Scratch::new("version");
    let old = scratch.process(1);
    let version = old.mapping().word(AT_VERSION).expect("a header");
    version.store(1, Relaxed);
    let refused = Segment::attach(&scratch.0)
        .expect_err("another version")
        .to_string();
    let path = scratch.0.display();
    let expected =
        format!("the segment {path} is in use by a program with another version of the format: 1");
    assert_eq!(refused, expected);
    drop(old);
    let new = scratch.process(2);
    assert_eq!(new.mapping().word(AT_VERSION).map(count), Some(VERSION));
}

#[test]
fn removed_series_leave_every_process() -> Result<(), Error> {
    let scratch = Scratch::new("removed");
    let (one, two) = (scratch.process(1), scratch.process(2));
    let (first, second) = (requests(&one)?, requests(&two)?);
    let held = first.handle(&["200"]);
    held.inc();
    second.with(&["500"]).inc();
    assert!(second.remove(&["200"]), "though this process never used it");
    assert!(!second.remove(&["200"]));
    held.inc();
    assert_eq!(page(&one), [r#"requests_total{code="500"} 1.0"#]);
    first.with(&["200"]).inc();
    second.with(&["200"]).inc();
    let born_again = [
        r#"requests_total{code="500"} 1.0"#,
        r#"requests_total{code="200"} 2.0"#,
    ];
    assert_eq!(page(&one), born_again);
    first.clear();
    assert!(page(&two).is_empty());
    Ok(())
}

/// Two processes set 3 and 5, the second later; the first ends, and then the second.
#[test]
fn gauges_are_merged_by_their_mode() -> Result<(), Error> {
    let check = |by, live, both: &[&str], second: &[&str], neither: &[&str]| -> Result<(), Error> {
        let scratch = Scratch::new(&format!("gauge-{by:?}-{live}"));
        let look = scratch.process(9);
        let (one, two) = (scratch.process(1), scratch.process(2));
        gauge(&one, by, live)?.with(&["a"]).set(3.0);
        gauge(&two, by, live)?.with(&["a"]).set(5.0);
        let values = |expected: &[&str]| {
            // Twice, since looking folds.
            for _ in 0..2 {
                let page = page(&look);
                let values = page.iter().map(|line| {
                    let line = line.trim_start_matches("level{name=\"a\"");
                    line.trim_start_matches(',').replace("\"", "")
                });
                assert_eq!(values.collect::<Vec<_>>(), expected, "{by:?} {live}");
            }
        };
        values(both);
        drop(one);
        values(second);
        drop(two);
        values(neither);
        Ok(())
    };
    let all = ["pid=1} 3.0", "pid=2} 5.0"];
    check(MergeBy::All, false, &all, &all, &all)?;
    check(MergeBy::All, true, &all, &all[1..], &[])?;
    check(MergeBy::Sum, false, &["} 8.0"], &["} 8.0"], &["} 8.0"])?;
    check(MergeBy::Sum, true, &["} 8.0"], &["} 5.0"], &[])?;
    check(MergeBy::Min, false, &["} 3.0"], &["} 3.0"], &["} 3.0"])?;
    check(MergeBy::Min, true, &["} 3.0"], &["} 5.0"], &[])?;
    check(MergeBy::Max, false, &["} 5.0"], &["} 5.0"], &["} 5.0"])?;
    check(
        MergeBy::MostRecent,
        false,
        &["} 5.0"],
        &["} 5.0"],
        &["} 5.0"],
    )?;
    check(MergeBy::MostRecent, true, &["} 5.0"], &["} 5.0"], &[])
}

#[test]
fn processes_that_come_and_go_leave_nothing_but_their_share() -> Result<(), Error> {
    let scratch = Scratch::new("many");
    let stay = scratch.process(1);
    let mut used = Vec::new();
    for pid in 2..700 {
        let process = scratch.process(pid);
        gauge(&process, MergeBy::Sum, false)?.with(&["a"]).set(1.0);
        gauge(&process, MergeBy::All, false)?.with(&["a"]).set(1.0);
        used.push(stay.mapping().used());
    }
    // More processes than the table has slots; after as many as are kept one by one the file doesn't grow.
    assert_eq!(used[100], used[697]);
    let page = page(&stay);
    assert!(
        page.contains(&r#"level{name="a"} 698.0"#.to_owned()),
        "{page:?}"
    );
    assert!(page.len() <= 66, "{}", page.len());
    Ok(())
}

#[test]
fn whoever_comes_first_begins_anew() -> Result<(), Error> {
    let scratch = Scratch::new("anew");
    let one = scratch.process(1);
    requests(&one)?.with(&["200"]).inc();
    assert_eq!(one.generation(), 1);
    drop(one);
    let two = scratch.process(2);
    assert_eq!(two.generation(), 2);
    assert!(page(&two).is_empty());
    Ok(())
}

#[test]
fn a_file_of_others_is_left_alone() {
    let scratch = Scratch::new("foreign");
    std::fs::write(&scratch.0, "my diary").expect("a file");
    let refused = Segment::attach(&scratch.0).expect_err("no segment");
    assert!(matches!(refused, SegmentError::Foreign { .. }), "{refused}");
    assert_eq!(std::fs::read(&scratch.0).expect("still there"), b"my diary");
    let nowhere = Segment::attach("/nonexistent/folder/file").expect_err("no folder");
    assert!(
        nowhere
            .to_string()
            .starts_with("cannot attach to the segment /nonexistent")
    );
}

#[test]
fn a_full_segment_counts_on_the_heap() -> Result<(), Error> {
    let scratch = Scratch::new("full");
    let segment = scratch.process(1);
    let family = Counter::builder("wide", "")
        .labels(["n"])
        .series_max(100_000);
    let family = family.register(&Registry::shared(&segment))?;
    for number in 0..10_000 {
        family.with(&[&number.to_string()]).inc();
    }
    let (_, refused) = segment.troubles();
    assert!(refused > 0, "a megabyte is not enough");
    assert_eq!(page(&family).len(), 10_000, "this process shows them all");
    let shared = page(&segment).len();
    assert_eq!(
        shared as u64 + refused,
        10_000,
        "others see those for which there was room"
    );
    Ok(())
}

/// Random words, all over the file, while it is in use: whatever they hit, pages are shown and updates are made.
#[test]
fn damage_costs_what_it_hits() -> Result<(), Error> {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let mut shown = 0;
    for round in 0..150 {
        let scratch = Scratch::new(&format!("damage-{round}"));
        let one = scratch.process(1);
        let family = requests(&one)?;
        for code in 0..40 {
            family.with(&[&code.to_string()]).inc();
        }
        let level = gauge(&one, MergeBy::Sum, false)?;
        level.with(&["a"]).set(1.0);
        Info::builder("i", "")
            .register(&Registry::shared(&one))?
            .set(&[("a", "b")])?;
        let used = one.mapping().used() as u64;
        for _ in 0..1 + round % 20 {
            let at = (next() % used) as usize;
            let word = one.mapping().word(at).expect("within the file");
            let damaged = match next() % 3 {
                0 => next(),
                1 => 0,
                _ => word.load(Relaxed) ^ 1 << (next() % 64),
            };
            // The header's magic is what says that it is a segment at all.
            if at > AT_VERSION {
                word.store(damaged, Relaxed);
            }
        }
        let two = scratch.process(2);
        shown += page(&two).len();
        level.with(&["b"]).inc();
        gauge(&two, MergeBy::Sum, false)?.with(&["a"]).inc();
        requests(&two)?.with(&["new"]).inc();
        family.with(&["1"]).inc();
        drop(one);
        let _any = page(&two);
    }
    assert!(shown > 150 * 30, "most records are none the worse: {shown}");
    Ok(())
}

#[test]
fn a_process_bears_its_number_if_it_has_no_name() {
    let scratch = Scratch::new("named");
    let segment = Segment::attach(&scratch.0).expect("a file of our own");
    assert_eq!(segment.pids(), [std::process::id()]);
}
