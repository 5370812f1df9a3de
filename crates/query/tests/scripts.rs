//! Runs our own scripts, as Ferula answers when no feature is enabled: names are removed at once.

#[test]
fn our_scripts_pass() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scripts");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of scripts") {
        let path = entry.expect("an entry of the folder").path();
        #[expect(clippy::disallowed_methods, reason = "a test reads its cases")]
        let text = std::fs::read_to_string(&path).expect("a script");
        let outcomes = query::script::run(&text, false)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for outcome in outcomes {
            let (line, query) = (outcome.line, outcome.query);
            if let Some(failure) = outcome.failure {
                panic!("{}:{line}: {query}: {failure}", path.display());
            }
            count += 1;
        }
    }
    assert!(count > 0, "no case was run");
}
