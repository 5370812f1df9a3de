use std::path::Path;

use tempfile::TempDir;

use super::*;

fn shown(groups: &[TargetGroup]) -> String {
    let group = |group: &TargetGroup| {
        let labels: Vec<_> = group
            .labels
            .iter()
            .filter(|(name, _)| name != FILEPATH)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{} [{}]", group.targets.join(","), labels.join(","))
    };
    groups.iter().map(group).collect::<Vec<_>>().join("; ")
}

/// The same list in both languages.
fn check(json: &str, yaml: &str, expected: &str) {
    let show = |parsed: Result<Vec<TargetGroup>, String>| match parsed {
        Ok(groups) => shown(&groups),
        Err(reason) => format!("error {reason}"),
    };
    assert_eq!(show(groups::of_json(json)), expected);
    assert_eq!(show(groups::of_yaml(yaml)), expected);
}

#[test]
fn reads_lists_of_groups() {
    check("[]", "", "");
    check("null", "# nothing yet\n", "");
    check(
        r#"[{"targets":["a:1","b:2"],"labels":{"env":"test","v":"1.0"}},{"targets":["c"]}]"#,
        "- targets: [a:1, 'b:2']\n  labels: {env: test, v: 1.0}\n- targets:\n  - c\n",
        "a:1,b:2 [env=test,v=1.0]; c []",
    );
    check(
        r#"[{"targets":["a"],"label":{}}]"#,
        "- targets: [a]\n  label: {}\n",
        "error group 0: unknown field: label",
    );
    check(
        r#"[{"targets":["a"]},{"targets":"a"}]"#,
        "- targets: [a]\n- targets: a\n",
        "error group 1: targets must be a list",
    );
    check(
        r#"{"targets":["a"]}"#,
        "targets: [a]",
        "error expected a list of groups with targets and labels",
    );
    check(
        r#"[{"targets":["a"],"labels":{"x":["y"]}}]"#,
        "- targets: [a]\n  labels: {x: [y]}\n",
        "error group 0: the value of label x must be text",
    );
}

#[test]
fn reads_yaml_as_people_write_it() {
    let check = |yaml: &str, expected: &str| match groups::of_yaml(yaml) {
        Ok(groups) => assert_eq!(shown(&groups), expected, "{yaml}"),
        Err(reason) => panic!("{yaml}: {reason}"),
    };
    check("- targets: [\n    a:1,\n    b:2\n  ]\n", "a:1,b:2 []");
    check("- targets: [\n    a:1\n]\n", "a:1 []");
    check(
        "- targets: [a]\n  labels: &l {x: y}\n- targets: [b]\n  labels: *l\n",
        "a [x=y]; b [x=y]",
    );
    check("---\n- targets: [a]\n", "a []");
}

#[test]
fn hostile_lists_are_errors() {
    let deep = format!("- targets: {}{}", "[".repeat(100), "]".repeat(100));
    assert!(groups::of_yaml(&deep).is_err());
    let laughs = (1..12).map(|n| {
        let aliases = vec![format!("*a{}", n - 1); 10].join(", ");
        format!("- &a{n} [{aliases}]\n")
    });
    let laughs = format!("- &a0 [x]\n{}", laughs.collect::<String>());
    assert!(groups::of_yaml(&laughs).is_err());

    assert!(groups::of_json("[{").is_err());
    assert!(groups::of_json(r#"[{"targets":[1]}]"#).is_err());
    assert!(groups::of_yaml("- targets: [a\n").is_err());
    assert!(groups::of_yaml("\t- x").is_err());
    assert!(groups::of_yaml("- targets: [a]\n  targets: [b]\n").is_err());
}

/// A folder of its own for each test, which goes with it.
fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

fn write(path: &Path, text: &str) {
    file::replace(path, text.as_bytes()).expect("written");
}

#[test]
fn files_come_change_break_and_go() {
    let folder = folder();
    let (a, b) = (folder.path().join("a.json"), folder.path().join("b.yml"));
    write(&a, r#"[{"targets":["a"]}]"#);
    let mut sources = Sources::new(vec![Discovery::Files {
        patterns: vec![folder.path().join("*.json"), folder.path().join("*.yml")],
        refresh_interval_ms: 300_000,
    }]);
    let mut look = |now_ms: i64, changed: bool, errors: &[&str], groups: &str| {
        let look = sources.look(now_ms);
        let messages: Vec<String> = look.errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            (look.changed, messages),
            (
                changed,
                errors.iter().map(|text| (*text).to_owned()).collect()
            )
        );
        assert_eq!(
            shown(&sources.groups().cloned().collect::<Vec<_>>()),
            groups
        );
    };
    look(0, true, &[], "a []");
    look(5_000, false, &[], "a []");
    write(&b, "- targets: [b]\n");
    look(10_000, true, &[], "a []; b []");
    write(&a, r#"[{"targets":["changed"]}]"#);
    look(15_000, true, &[], "changed []; b []");
    // A bad file keeps what it had, and is complained about once until it is read anew.
    write(&a, "[nonsense");
    let complaint = format!("{}: expected ident at line 1 column 3", a.display());
    look(20_000, false, &[&complaint], "changed []; b []");
    look(25_000, false, &[], "changed []; b []");
    look(300_000, false, &[&complaint], "changed []; b []");
    write(&a, "[]");
    look(305_000, true, &[], "b []");
    std::fs::remove_dir_all(folder.path()).expect("removed");
    look(310_000, true, &[], "");
}

#[test]
fn other_sources_keep_what_is_known_of_a_bad_file() {
    let folder = folder();
    let path = folder.path().join("a.json");
    let files = |patterns: Vec<PathBuf>| {
        vec![Discovery::Files {
            patterns,
            refresh_interval_ms: 300_000,
        }]
    };
    write(&path, r#"[{"targets":["a"]}]"#);
    let mut sources = Sources::new(files(vec![path.clone()]));
    assert!(sources.look(0).changed);
    write(&path, "[");
    sources.change(files(vec![path, folder.path().join("*.yml")]));
    assert_eq!(sources.look(5_000).errors.len(), 1);
    let groups: Vec<TargetGroup> = sources.groups().cloned().collect();
    assert_eq!(shown(&groups), "a []");
    sources.change(Vec::new());
    assert!(sources.look(10_000).changed);
    assert_eq!(sources.groups().count(), 0);
}

#[test]
fn groups_say_where_they_are_from() {
    let folder = folder();
    let path = folder.path().join("a.json");
    write(
        &path,
        r#"[{"targets":["a"]},{"targets":["b"],"labels":{"__meta_filepath":"lie"}}]"#,
    );
    let mut sources = Sources::new(vec![Discovery::Files {
        patterns: vec![path.clone()],
        refresh_interval_ms: 300_000,
    }]);
    assert!(sources.look(0).errors.is_empty());
    let path = path.display().to_string();
    for (index, group) in sources.groups().enumerate() {
        assert_eq!(group.source, format!("{path}:{index}"));
        assert_eq!(group.labels, [(FILEPATH.to_owned(), path.clone())]);
    }
}
