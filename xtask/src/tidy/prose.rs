//! Words: module documentation, trailing space, names that say nothing, tests that are switched off.

use super::{Problem, Source};

/// Names of files and folders that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &[
    "util", "utils", "common", "helper", "helpers", "manager", "misc", "mod",
];

/// Files whose names are somebody else's: programs import them.
const GIVEN_NAMES: &[&str] = &["python/src/ferula/utils.py"];

/// What may not stand in Rust, and what to do instead. Written so that this table does not find itself.
const BANNED: &[(&str, &str)] = &[
    (
        concat!("#[igno", "re"),
        "a test that doesn't run is no test",
    ),
    (concat!("#[should_", "panic"), "assert on the error instead"),
    (concat!("#[all", "ow("), "use #[expect(…, reason = …)]"),
    (concat!("thread::sl", "eep"), "wait for a condition"),
];

pub(super) fn check(sources: &[Source]) -> Vec<Problem> {
    sources.iter().flat_map(check_source).collect()
}

fn check_source(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let stem = source
        .path
        .rsplit('/')
        .next()
        .and_then(|name| name.split('.').next());
    let folders = source.path.split('/').rev().skip(1);
    if let Some(name) = folders.chain(stem).find(|name| EMPTY_NAMES.contains(name))
        && !GIVEN_NAMES.contains(&source.path.as_str())
    {
        problems.push(Problem::new(
            &source.path,
            format!("{name} says nothing: name the noun or verb"),
        ));
    }
    if source.is_rust() && !source.is_test() && !source.text.starts_with("//!") {
        problems.push(Problem::new(
            &source.path,
            "has no module documentation (//!)",
        ));
    }
    for (number, line) in source.text.lines().enumerate() {
        let place = format!("{}:{}", source.path, number + 1);
        // In a test's data a space may be what is tested.
        if line.ends_with(' ') && !source.path.ends_with(".md") && !source.is_test() {
            problems.push(Problem::new(&place, "space at the end of the line"));
        }
        if source.is_rust()
            && let Some((text, instead)) = BANNED.iter().find(|(text, _)| line.contains(text))
        {
            problems.push(Problem::new(&place, format!("{text}: {instead}")));
        }
    }
    let is_data = source.is_test() || source.path.ends_with(".svg");
    if !source.text.is_empty() && !source.text.ends_with('\n') && !is_data {
        problems.push(Problem::new(&source.path, "no newline at the end"));
    }
    problems
}
