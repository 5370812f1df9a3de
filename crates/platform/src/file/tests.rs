use tempfile::TempDir;

use super::*;

/// A folder of its own for each test, which goes with it.
fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

#[test]
fn errors_name_the_path() {
    let check = |result: Result<Vec<u8>, FileError>, message: &str| {
        assert_eq!(result.expect_err("no such file").to_string(), message);
    };
    check(
        read(Path::new("/no/such/file")),
        "open /no/such/file: no such file or directory",
    );
    check(read(Path::new("/")), "read /: is a directory");
}

#[test]
fn text_must_be_utf8() {
    let folder = folder();
    let path = folder.path().join("a");
    replace(&path, b"ab\xff").expect("written");
    let message = format!("read {}: not valid UTF-8 at byte 2", path.display());
    assert_eq!(read_text(&path).expect_err("not text").to_string(), message);
}

#[test]
fn replacing_leaves_no_other_file_behind() {
    let folder = folder();
    let path = folder.path().join("state.json");
    replace(&path, b"old").expect("written");
    let before = stamp(&path).expect("a stamp");
    replace(&path, b"newer").expect("written again");
    assert_eq!(read_text(&path).expect("read"), "newer");
    assert_ne!(stamp(&path).expect("a stamp"), before);
    assert_eq!(matching(&folder.path().join("*")).expect("a glob"), [path]);
}

#[test]
fn globs_are_sorted() {
    let scratch = folder();
    let folder = scratch.path();
    for name in ["b.json", "a.json", "c.yml"] {
        replace(&folder.join(name), b"[]").expect("written");
    }
    let found = matching(&folder.join("*.json")).expect("a glob");
    assert_eq!(found, [folder.join("a.json"), folder.join("b.json")]);
    assert!(matching(&folder.join("none*")).expect("a glob").is_empty());
    assert!(matching(Path::new("/a[")).is_err());
}
