//! Runs our own scripts: those in `tests/scripts` as a server answers when no feature is enabled, those in `tests/scripts/experimental` with
//! all experimental parts of the language and start times, and names removed at once; those in `tests/scripts/names_at_the_end` with all of that, and names
//! removed at the end of a query.

use promql::Features;
use query::script::Setting;

const EXPERIMENTAL: Setting = Setting {
    features: Features::ALL,
    start_timestamps: true,
    ..Setting::DEFAULT
};

#[test]
fn our_scripts_pass() {
    check("", Setting::DEFAULT);
}

#[test]
fn our_scripts_of_experimental_parts_pass() {
    check("/experimental", EXPERIMENTAL);
}

#[test]
fn our_scripts_pass_on_several_threads() {
    let threads = 3;
    check(
        "",
        Setting {
            threads,
            ..Setting::DEFAULT
        },
    );
    check(
        "/experimental",
        Setting {
            threads,
            ..EXPERIMENTAL
        },
    );
}

#[test]
fn our_scripts_of_names_at_the_end_pass() {
    check("/names_at_the_end", Setting::EVERYTHING);
}

fn check(folder: &str, setting: Setting) {
    let folder = format!("{}/tests/scripts{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of scripts") {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() {
            continue;
        }
        #[expect(clippy::disallowed_methods, reason = "a test reads its cases")]
        let text = std::fs::read_to_string(&path).expect("a script");
        let outcomes = query::script::run(&text, setting)
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
