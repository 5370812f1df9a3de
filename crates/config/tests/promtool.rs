//! The same verdict as promtool 2.42, where that version knows the keys.
//!
//! Each line is a setting of a job. What came after 2.42 (names in UTF-8, newer keys) is tested by Prometheus' own
//! cases instead. The oracle runs once for all lines; where it is not installed, the test says so and passes.

use std::path::Path;
use std::process::Command;

use config::{Context, MemoryFiles, load};
use documents::DOCUMENTS;

#[path = "promtool/documents.rs"]
mod documents;

/// Settings of a job, one per line; `\n` and `\t` in them are a new line and a tab.
const SETTINGS: &str = include_str!("promtool/settings.txt");

fn file(setting: &str) -> String {
    let setting = setting
        .replace("\\n", "\n")
        .replace("\\tscheme", "\tscheme");
    format!("scrape_configs:\n  - job_name: a\n    {setting}\n")
}

fn is_taken(text: &str) -> bool {
    let path = Path::new("f.yml");
    load(&MemoryFiles::new().with(path, text), path, &Context::bare()).is_ok()
}

/// The oracle's verdict on each file; `None` where it is not installed.
#[expect(
    clippy::disallowed_methods,
    reason = "a test hands files to another program"
)]
fn promtool(files: &[String]) -> Option<Vec<bool>> {
    let folder = tempfile::tempdir().expect("the folder for temporary files can be written");
    let mut command = Command::new("promtool");
    command
        .args(["check", "config", "--syntax-only"])
        .current_dir(folder.path());
    for (index, text) in files.iter().enumerate() {
        let name = format!("{index}.yml");
        std::fs::write(folder.path().join(&name), text).expect("so can files in it");
        command.arg(name);
    }
    let output = command.output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    if !text.contains("Checking ") {
        return None;
    }
    // Success is told per file by its name; the reasons of failures may come on another stream.
    let taken = |index| text.contains(&format!("SUCCESS: {index}.yml is valid"));
    Some((0..files.len()).map(taken).collect())
}

/// Compares the verdicts on files, of which each is called by what stands beside it.
#[expect(
    clippy::disallowed_macros,
    reason = "a missing oracle is told on stderr"
)]
fn check(names: &[&str], files: &[String], fewest: usize) {
    let Some(verdicts) = promtool(files) else {
        eprintln!("skipped: promtool is not installed");
        return;
    };
    let taken = verdicts.iter().filter(|taken| **taken).count();
    let refused = verdicts.len() - taken;
    assert!(
        taken >= fewest && refused >= fewest,
        "the oracle has no opinion: {taken}, {refused}"
    );
    let wrong: Vec<String> = names
        .iter()
        .zip(files.iter().zip(verdicts))
        .filter(|(_, (text, verdict))| is_taken(text) != *verdict)
        .map(|(name, (_, verdict))| format!("{name}: promtool says {verdict}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn same_verdict_on_settings() {
    let settings: Vec<&str> = SETTINGS.lines().filter(|line| !line.is_empty()).collect();
    let files: Vec<String> = settings.iter().map(|setting| file(setting)).collect();
    check(&settings, &files, 50);
}

#[test]
fn same_verdict_on_forms_of_yaml() {
    let files: Vec<String> = DOCUMENTS.iter().map(|text| (*text).to_owned()).collect();
    check(DOCUMENTS, &files, 20);
}

/// Discoveries with most of their keys. (Not Amazon's: without a region promtool asks the network.)
const DISCOVERIES: &str = include_str!("promtool/discoveries.yml");

/// What a setting is changed to.
const VALUES: [&str; 40] = [
    "~",
    "\"\"",
    "a",
    "1",
    "-1",
    "0",
    "1.5",
    "true",
    "\"true\"",
    "no",
    "[]",
    "{}",
    "[a]",
    "{a: b}",
    "[~]",
    "[1]",
    "5s",
    "0s",
    "5",
    "-5s",
    "http://x",
    "x/y",
    "\"a: b\"",
    "(",
    "9999999999",
    "1e3",
    "null",
    "2020-01-01",
    "!!str 5",
    "&q x",
    "*nope",
    "[[a]]",
    "[{}]",
    "é",
    "SRV",
    "robot",
    "cn",
    "SDK",
    "://a",
    "unix://x",
];

const MUTATED_FILES: u64 = 300;

/// `DISCOVERIES` with one or two lines changed, as `seed` has it: another value, another key, no line, the line
/// twice, or another indent.
fn mutated(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut draw = |below: usize| {
        // Marsaglia's xorshift: which numbers come matters little, that they are the same in each run does.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("it is below a usize")
    };
    let mut lines: Vec<String> = DISCOVERIES.lines().map(str::to_owned).collect();
    for _ in 0..1 + draw(2) {
        let index = draw(lines.len());
        let line = lines[index].clone();
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        match draw(8) {
            0 => drop(lines.remove(index)),
            1 => lines.insert(index, line),
            2 => lines[index] = format!(" {line}"),
            3 => {
                let indent = &key[..key.len() - key.trim_start_matches([' ', '-']).len()];
                lines[index] = format!("{indent}unknown:{value}");
            }
            _ => lines[index] = format!("{key}: {}", VALUES[draw(VALUES.len())]),
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn same_verdict_on_changed_discoveries() {
    let files: Vec<String> = (1..=MUTATED_FILES).map(mutated).collect();
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    check(&names, &files, 30);
}
