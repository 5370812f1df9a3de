//! Lines in, a file out.

use std::fs;

use tempfile::TempDir;

use super::*;

/// A folder of a test's own, which goes with it.
fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn log() -> QueryLogFile {
    QueryLogFile::new(&Registry::new()).expect("an empty registry")
}

#[expect(clippy::disallowed_methods, reason = "a test reads what was written")]
fn check(path: &Path, expected: &str) {
    let text = fs::read_to_string(path).expect("a file");
    assert_eq!(text, expected, "{}", path.display());
}

#[test]
fn lines_are_added_to_what_is_there() {
    let folder = folder();
    let path = folder.path().join("log");
    for line in [b"a\n", b"b\n"] {
        let log = log();
        assert!(!log.is_on());
        log.open(Some(&path)).expect("a file");
        assert!(log.is_on());
        log.write(line);
    }
    check(&path, "a\nb\n");
}

#[expect(clippy::disallowed_methods, reason = "as whoever rotates it does")]
#[test]
fn a_file_that_was_moved_is_left_with_the_next_opening() {
    let folder = folder();
    let (path, moved) = (folder.path().join("log"), folder.path().join("log.1"));
    let log = log();
    log.open(Some(&path)).expect("a file");
    log.write(b"before\n");
    fs::rename(&path, &moved).expect("a folder that works");
    log.write(b"meanwhile\n");
    log.open(Some(&path)).expect("a file");
    log.write(b"after\n");
    check(&moved, "before\nmeanwhile\n");
    check(&path, "after\n");
}

#[test]
fn without_a_path_nothing_is_written() {
    let folder = folder();
    let path = folder.path().join("log");
    let log = log();
    log.open(Some(&path)).expect("a file");
    assert_eq!(log.enabled.get(), 1.0);
    log.open(None).expect("nothing to open");
    assert_eq!(log.enabled.get(), 0.0);
    log.write(b"lost\n");
    assert!(!log.is_on());
    check(&path, "");
}

#[test]
fn a_path_that_cannot_be_opened_changes_nothing() {
    let folder = folder();
    let path = folder.path().join("log");
    let log = log();
    log.open(Some(&path)).expect("a file");
    let nowhere = folder.path().join("missing/log");
    let error = log
        .open(Some(&nowhere))
        .expect_err("there is no such folder");
    let shown = nowhere.display().to_string();
    assert!(
        error.starts_with(&format!("query_log_file: {shown}: ")),
        "{error}"
    );
    log.write(b"still here\n");
    check(&path, "still here\n");
}

/// On Linux there is a file that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_line_that_cannot_be_written_is_counted() {
    let log = log();
    log.open(Some(Path::new("/dev/full"))).expect("a device");
    log.write(b"a\n");
    log.write(b"b\n");
    assert_eq!(log.failures.get(), 2.0);
    assert!(log.state().is_failing && log.is_on());
    let folder = folder();
    let path = folder.path().join("log");
    log.open(Some(&path)).expect("a file");
    log.write(b"c\n");
    assert!(!log.state().is_failing);
    check(&path, "c\n");
}
