//! Runs the scripts that Prometheus 3.14 is tested with, with names removed at the end of a query as its own runner does.
//!
//! Each file has a number of cases that must pass. It may only grow: a change that lowers one breaks something.

use std::io::Write;
use std::path::Path;

use query::script::Setting;

/// Cases that pass, per file.
const PASSING: &[(&str, usize)] = &[
    ("aggregators.test", 136),
    ("at_modifier.test", 71),
    ("collision.test", 1),
    ("duration_expression.test", 44),
    ("extended_vectors.test", 103),
    ("fill-modifier.test", 37),
    ("functions.test", 263),
    ("histograms.test", 182),
    ("info.test", 37),
    ("limit.test", 37),
    ("literals.test", 25),
    ("name_label_dropping.test", 30),
    ("native_histograms.test", 267),
    ("operators.test", 115),
    ("range_queries.test", 16),
    ("selectors.test", 9),
    ("staleness.test", 17),
    ("start_timestamps.test", 23),
    ("subquery.test", 11),
    ("trig_functions.test", 1),
    ("type_and_unit.test", 29),
];

#[test]
fn as_many_cases_pass_as_ever() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/promqltest");
    let mut log = std::io::stderr().lock();
    if !folder.is_dir() {
        let _ = writeln!(log, "skipped: {} is missing", folder.display());
        return;
    }
    let mut worse = Vec::new();
    let mut total = [0, 0];
    for (file, passing) in PASSING {
        let outcomes = run(&folder.join(file));
        let passed = outcomes
            .iter()
            .filter(|outcome| outcome.failure.is_none())
            .count();
        let _ = writeln!(log, "{file}: {passed}/{}", outcomes.len());
        total = [total[0] + passed, total[1] + outcomes.len()];
        if passed < *passing {
            worse.push(format!("{file}: {passed} pass, not {passing}"));
        }
    }
    let _ = writeln!(log, "all: {}/{}", total[0], total[1]);
    assert!(worse.is_empty(), "{worse:?}");
}

#[expect(clippy::disallowed_methods, reason = "a test reads its cases")]
fn run(path: &Path) -> Vec<query::script::Outcome> {
    let text = std::fs::read_to_string(path).expect("a script");
    query::script::run(&text, Setting::EVERYTHING)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
