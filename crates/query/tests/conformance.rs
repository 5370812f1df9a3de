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

/// The same as a server answers when all that is experimental is on but this: names are removed at once.
const NAMES_AT_ONCE: Setting = Setting {
    delayed_name_removal: false,
    ..Setting::EVERYTHING
};

/// The suite expects names to go at the end, so these cases differ when they go at once: an annotation has no name to tell, series of two metrics
/// are one, a name that a function took off can't be matched any more.
const DIFFERENT_AT_ONCE: &[(&str, usize)] = &[
    ("histograms.test", 9),
    ("name_label_dropping.test", 8),
    ("native_histograms.test", 13),
    ("type_and_unit.test", 2),
];

#[test]
fn removing_names_at_once_changes_names_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/promqltest");
    if !folder.is_dir() {
        let _ = writeln!(
            std::io::stderr(),
            "skipped: {} is missing",
            folder.display()
        );
        return;
    }
    let mut different = Vec::new();
    for (file, _) in PASSING {
        let outcomes = run(&folder.join(file), NAMES_AT_ONCE);
        let differs = |one: &&query::script::Outcome| one.failure.is_some();
        let count = outcomes.iter().filter(differs).count();
        if count > 0 {
            different.push((*file, count));
        }
    }
    assert_eq!(different, DIFFERENT_AT_ONCE);
}

#[test]
fn as_many_cases_pass_as_ever() {
    check(Setting::EVERYTHING);
}

#[test]
fn as_many_cases_pass_on_several_threads() {
    check(Setting {
        threads: 3,
        ..Setting::EVERYTHING
    });
}

fn check(setting: Setting) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/promqltest");
    let mut log = std::io::stderr().lock();
    if !folder.is_dir() {
        let _ = writeln!(log, "skipped: {} is missing", folder.display());
        return;
    }
    let mut worse = Vec::new();
    let mut total = [0, 0];
    for (file, passing) in PASSING {
        let outcomes = run(&folder.join(file), setting);
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
fn run(path: &Path, setting: Setting) -> Vec<query::script::Outcome> {
    let text = std::fs::read_to_string(path).expect("a script");
    query::script::run(&text, setting).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
