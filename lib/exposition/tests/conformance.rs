//! The public cases of the field: pages with a verdict, run from where they lie.

use std::path::{Path, PathBuf};

use ferula_exposition::{Entries, Format, check};

/// A folder beside the repository, or `None`, said on stderr, where it isn't there.
#[expect(clippy::disallowed_macros, reason = "a test that can't run says so")]
fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped, since there is no {}", path.display());
    None
}

#[expect(clippy::disallowed_methods, reason = "a test reads its cases itself")]
fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a readable case")
}

/// The paths in a folder, in order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = folder
        .read_dir()
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    paths.sort();
    paths
}

/// `test.json` is a flat object; only one of its keys matters here.
fn should_parse(test: &str) -> bool {
    let value = test.split("\"shouldParse\":").nth(1).expect("a verdict");
    value.trim_start().starts_with("true")
}

#[test]
fn openmetrics_cases_get_their_verdict() {
    let Some(folder) = shared("cases/openmetrics") else {
        return;
    };
    let mut wrong = Vec::new();
    let cases = entries(&folder);
    for case in &cases {
        let test = String::from_utf8(read(&case.join("test.json"))).expect("text");
        let page = read(&case.join("metrics"));
        let verdict = check(&page, Format::OpenMetrics);
        if verdict.is_ok() != should_parse(&test) {
            let page = String::from_utf8_lossy(&page).into_owned();
            wrong.push(format!("{}: {verdict:?}\n{page}", case.display()));
        }
    }
    assert!(cases.len() > 100, "the folder holds {} cases", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn large_expositions_are_read_and_keep_the_rules() {
    let Some(folder) = shared("cases/expositions") else {
        return;
    };
    for path in entries(&folder) {
        let name = path.to_string_lossy().into_owned();
        let format = if name.ends_with(".om.txt") {
            Format::OpenMetrics
        } else {
            Format::Text
        };
        assert_readable(&path, format);
        let checked = check(&read(&path), format);
        assert!(checked.is_ok(), "{name}: {checked:?}");
    }
}

#[test]
fn pages_of_real_exporters_are_read() {
    let Some(folder) = shared("samples") else {
        return;
    };
    let mut pages = 0;
    for path in entries(&folder) {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let page = name.ends_with(".txt")
            && (read(&path).starts_with(b"# HELP ") || read(&path).starts_with(b"# TYPE "));
        if page {
            assert_readable(&path, Format::Text);
            let checked = check(&read(&path), Format::Text);
            assert!(checked.is_ok(), "{name}: {checked:?}");
            pages += 1;
        }
    }
    assert!(pages >= 8, "found {pages} pages");
}

/// Reads everything that a scraper may read of a page.
fn assert_readable(path: &Path, format: Format) {
    let page = read(path);
    let mut entries = Entries::new(&page, format);
    let mut samples = 0;
    while let Some(entry) = entries.next() {
        let entry = entry.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if let ferula_exposition::Entry::Sample(sample) = entry {
            samples += 1;
            for label in sample.series.labels() {
                if let Err(problem) = label {
                    panic!("{}: {}", path.display(), entries.locate(problem));
                }
            }
        }
    }
    assert!(samples > 0, "{} has no samples", path.display());
}
