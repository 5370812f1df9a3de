//! Sizes of files and functions, with a list of debts that only shrinks. Functions of tests are tables more often than not, and
//! not measured.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Problem, Source, functions};
use crate::shell::root;

/// Lines of a file. Tables and generated code may be longer, and say so in their head.
const FILE_LINES_MAX: usize = 700;
/// Lines of a function.
const FUNCTION_LINES_MAX: usize = 70;
/// A file whose head has these words is a table or was generated: its length is no debt.
const TABLE_MARK: &str = "tidy: table";
/// How far down the mark may stand.
const HEAD_LINES: usize = 30;

/// Debts by what is too long: `path` or `path function`.
type Debts = BTreeMap<String, usize>;

pub(super) fn check(sources: &[Source]) -> Result<Vec<Problem>, String> {
    let known = read()?;
    let found = measure(sources);
    let mut problems = Vec::new();
    for (place, lines) in &found {
        match known.get(place) {
            Some(debt) if lines <= debt => {}
            debt => problems.push(Problem::new(place, too_long(*lines, debt.copied()))),
        }
    }
    for (place, debt) in &known {
        if found.get(place) != Some(debt) && found.get(place).is_none_or(|lines| lines < debt) {
            let what = "the debt has become smaller: record it with `cargo xtask tidy --bless`";
            problems.push(Problem::new(place, what));
        }
    }
    Ok(problems)
}

/// Writes down debts that have become smaller; never larger ones.
pub(super) fn bless(sources: &[Source]) -> Result<(), String> {
    let known = read()?;
    let found = measure(sources);
    let mut text = HEAD.to_owned();
    for (place, lines) in found {
        let Some(debt) = known.get(&place) else {
            continue;
        };
        let _ = writeln!(text, "{} {place}", lines.min(*debt));
    }
    let path = root().join(PATH);
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

const PATH: &str = "xtask/debts.txt";

const HEAD: &str = "\
# What is longer than it should be: lines, file, and function. The list only shrinks.
";

fn too_long(lines: usize, debt: Option<usize>) -> String {
    match debt {
        Some(debt) => format!("has grown from {debt} to {lines} lines; it should shrink"),
        None => format!(
            "has {lines} lines; a file may have {FILE_LINES_MAX}, a function {FUNCTION_LINES_MAX}"
        ),
    }
}

fn measure(sources: &[Source]) -> Debts {
    let mut found = Debts::new();
    for source in sources
        .iter()
        .filter(|source| source.is_rust() || source.is_typescript())
    {
        let is_table = source
            .text
            .lines()
            .take(HEAD_LINES)
            .any(|line| line.contains(TABLE_MARK));
        if source.lines() > FILE_LINES_MAX && !is_table {
            found.insert(source.path.clone(), source.lines());
        }
        if !source.is_rust() || is_table || source.is_test() {
            continue;
        }
        for function in functions::find(&source.text) {
            if function.lines > FUNCTION_LINES_MAX {
                found.insert(format!("{} {}", source.path, function.name), function.lines);
            }
        }
    }
    found
}

fn read() -> Result<Debts, String> {
    let path = root().join(PATH);
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let parse = |line: &str| {
        let (lines, place) = line.split_once(' ')?;
        Some((place.to_owned(), lines.parse().ok()?))
    };
    lines
        .map(|line| parse(line).ok_or_else(|| format!("{PATH}: not a debt: {line}")))
        .collect()
}
