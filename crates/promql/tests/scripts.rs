//! Every query of the public test scripts of Prometheus 3.14 parses with all features on, and every series line
//! reads; only queries that the scripts expect to fail may be refused.

use std::path::PathBuf;

use promql::series_notation::parse_line;
use promql::{Features, parse};

/// A query of a script, and whether the script expects it to fail.
struct Case {
    place: String,
    query: String,
    may_fail: bool,
}

fn scripts() -> Option<Vec<(String, String)>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/promqltest");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        #[expect(clippy::disallowed_macros, reason = "who runs the tests should know")]
        {
            eprintln!("skipped: there are no scripts in {}", folder.display());
        }
        return None;
    };
    let mut scripts: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            #[expect(clippy::disallowed_methods, reason = "a test may read its cases")]
            let text = std::fs::read_to_string(&path).expect("scripts are text");
            (name, text)
        })
        .collect();
    scripts.sort();
    Some(scripts)
}

/// The queries of a script: what follows the times on an `eval` line, with the `expect` lines behind it.
fn cases(name: &str, script: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (number, line) in script.lines().enumerate() {
        let line = line.trim();
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or("");
        if first.starts_with("eval") {
            let skipped = match words.next() {
                // eval instant at <time> <query>
                Some("instant") => 4,
                // eval range from <time> to <time> step <time> <query>
                _ => 8,
            };
            cases.push(Case {
                place: format!("{name}:{}", number + 1),
                query: after_words(line, skipped).to_owned(),
                may_fail: first == "eval_fail",
            });
        } else if line.starts_with("expect fail")
            && let Some(case) = cases.last_mut()
        {
            case.may_fail = true;
        }
    }
    cases
}

fn after_words(line: &str, count: usize) -> &str {
    let mut rest = line;
    for _ in 0..count {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        rest = rest[end..].trim_start();
    }
    rest
}

#[test]
fn every_query_parses() {
    let Some(scripts) = scripts() else { return };
    let cases: Vec<_> = scripts
        .iter()
        .flat_map(|(name, text)| cases(name, text))
        .collect();
    assert!(
        cases.len() > 1000,
        "only {} queries were found",
        cases.len()
    );
    let refused: Vec<_> = cases
        .iter()
        .filter(|case| !case.may_fail)
        .filter_map(|case| {
            let error = parse(&case.query, &Features::ALL).err()?;
            Some(format!("{}: {}\n    {error}", case.place, case.query))
        })
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// The lines below `load` and `eval` that are series: all that begin with neither a keyword nor a number.
fn series_lines(script: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut inside = false;
    for line in script.lines().map(str::trim) {
        let word = line.split_whitespace().next().unwrap_or("");
        match word {
            "" => inside = false,
            _ if line.starts_with('#') => inside = false,
            "load" | "load_with_nhcb" => inside = true,
            _ if word.starts_with("eval") => inside = true,
            "clear" | "expect" => {}
            _ if !inside || line.parse::<f64>().is_ok() => {}
            _ => lines.push(line),
        }
    }
    lines
}

#[test]
fn every_series_reads() {
    let Some(scripts) = scripts() else { return };
    let mut count = 0;
    let mut refused = Vec::new();
    for (name, script) in &scripts {
        for line in series_lines(script) {
            count += 1;
            if let Err(error) = parse_line(line) {
                refused.push(format!("{name}: {line}\n    {error}"));
            }
        }
    }
    assert!(count > 2000, "only {count} series were found");
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// Cuts short and leaves out, character by character: the parser must answer, whatever it answers.
#[test]
fn damaged_queries_are_errors_at_worst() {
    /// Every so many queries; all of them take too long without optimization.
    const STRIDE: usize = 7;
    let Some(scripts) = scripts() else { return };
    let cases: Vec<_> = scripts
        .iter()
        .flat_map(|(name, text)| cases(name, text))
        .collect();
    for case in cases.iter().step_by(STRIDE) {
        let query = &case.query;
        for (at, c) in query.char_indices() {
            let without = [&query[..at], &query[at + c.len_utf8()..]].concat();
            for damaged in [&query[..at], &without] {
                if let Err(error) = parse(damaged, &Features::ALL) {
                    assert!(error.span.end <= damaged.len(), "{damaged}: {error}");
                }
            }
        }
    }
}
