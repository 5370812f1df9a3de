//! A process that is killed while it folds: whoever comes next takes the step again, and nothing counts twice.

use super::*;
use crate::node::{HEAD_WORDS, Sealed};
use crate::segment::{Segment, SegmentOptions};
use crate::{Error, Family, Gauge, Selection, Style};

/// How far the one that was killed had got.
#[derive(Clone, Copy, Debug)]
enum Killed {
    AfterTheNote,
    BetweenTheStores,
    BeforeTheNoteWasCleared,
}

fn gauge(segment: &Segment) -> Result<Family<Gauge>, Error> {
    let merge = Merge {
        by: MergeBy::Sum,
        live: false,
    };
    let gauge = Gauge::builder("level", "").merge(merge);
    gauge.labels(["name"]).build_shared(segment)
}

fn check(killed: Killed) -> Result<(), Error> {
    let name = format!("ferula-fold-{killed:?}-{}.segment", std::process::id());
    let path = std::env::temp_dir().join(name);
    let attach = |pid| {
        let options = SegmentOptions {
            pid: Some(pid),
            ..SegmentOptions::default()
        };
        Segment::attach_with(&path, options).expect("a file of our own")
    };
    let (look, gone) = (attach(1), attach(2));
    let level = gauge(&look)?;
    level.with(&["a"]).set(1.0);
    gauge(&gone)?.with(&["a"]).set(3.0);
    drop(gone);

    let mapping = look.mapping();
    let series = mapping.place(level.handle(&["a"]).handle().words()) + HEAD_WORDS;
    let gate = crate::fork::pass();
    mapping.changing(|changing| {
        let cell = gauge::list(mapping, series).find(|cell| cell.pid == Some(2));
        let cell = cell.expect("the gone one's value");
        let step = Step {
            series,
            cell: cell.at,
            value: 3.0,
            time: 0.0,
            count: 1,
            kept_pid: 0,
        };
        note(changing, &step);
        let own = mapping.words(series, GAUGE_CELLS).expect("the series");
        match killed {
            Killed::AfterTheNote => {}
            Killed::BetweenTheStores => {
                own[CHANGES].store(1, Relaxed);
                own[FOLDED_VALUE].store(3.0_f64.to_bits(), Relaxed);
            }
            Killed::BeforeTheNoteWasCleared => {
                redo(changing);
                note(changing, &step);
            }
        }
    });
    drop(gate);

    for _ in 0..2 {
        let mut page = Vec::new();
        let style = Style::new(crate::Format::Text);
        crate::encode(&look, &Selection::all(), style, &mut page);
        let page = String::from_utf8_lossy(&page);
        assert!(
            page.ends_with("level{name=\"a\"} 4\n"),
            "{killed:?}: {page}"
        );
    }
    remove(&path);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a test's own file")]
fn remove(path: &std::path::Path) {
    let _absent = std::fs::remove_file(path);
}

#[test]
fn a_step_that_was_noted_is_taken_once() -> Result<(), Error> {
    check(Killed::AfterTheNote)?;
    check(Killed::BetweenTheStores)?;
    check(Killed::BeforeTheNoteWasCleared)
}
