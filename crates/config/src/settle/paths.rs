//! Where paths lead that are written relative to the file they stand in.

use std::path::{Component, Path, PathBuf};

use crate::files::FileSource;
use crate::load::Job;
use crate::problem::Report;
use crate::schema::Kind;
use crate::section::{Item, Section, Value};

/// Puts `folder` before every relative path in the section and in what is below it.
pub(super) fn join(section: &mut Section, folder: &Path) {
    for setting in section.settings_mut() {
        join_value(&mut setting.item, &setting.key.kind, folder);
    }
}

fn join_value(item: &mut Item, kind: &Kind, folder: &Path) {
    match (&mut item.value, kind) {
        (Value::Text(text), Kind::Path) => *text = joined(text, folder),
        (Value::Section(section), _) => join(section, folder),
        (Value::List(items), Kind::List(kind)) => {
            for item in items {
                join_value(item, kind, folder);
            }
        }
        (Value::Map(entries), Kind::Map(kind)) => {
            for (_, item) in entries {
                join_value(item, kind, folder);
            }
        }
        _ => {}
    }
}

/// As Go's `filepath.Join` does it: the text is cleaned of `.` and `..` too.
fn joined(text: &str, folder: &Path) -> String {
    let path = Path::new(text);
    if text.is_empty() || path.is_absolute() {
        return text.to_owned();
    }
    let mut clean = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match clean.components().next_back() {
                Some(Component::Normal(_)) => {
                    clean.pop();
                }
                Some(Component::RootDir) => {}
                _ => clean.push(".."),
            },
            other => clean.push(other),
        }
    }
    if clean.as_os_str().is_empty() {
        return ".".to_owned();
    }
    clean.to_string_lossy().into_owned()
}

/// Reports files with secrets and certificates that are not there.
pub(crate) fn named_files(
    files: &dyn FileSource,
    main: &Path,
    top: &Section,
    jobs: &[Job],
    report: &mut Report,
) {
    report.turn_to(main);
    find_missing(files, top, report);
    for Job { file, section } in jobs {
        report.turn_to(file);
        find_missing(files, section, report);
    }
}

fn find_missing(files: &dyn FileSource, section: &Section, report: &mut Report) {
    for setting in section.settings() {
        // Logs are written, not read; globs may match nothing.
        let is_log = setting.key.name.ends_with("_log_file");
        let is_glob = matches!(setting.key.kind, Kind::List(Kind::Path));
        match &setting.item.value {
            Value::Text(text)
                if matches!(setting.key.kind, Kind::Path)
                    && !is_log
                    && !text.is_empty()
                    && !files.exists(Path::new(text)) =>
            {
                let path = section.path_of(setting.key.name);
                let message = format!("error checking file {text:?}: no such file");
                report.error(setting.item.place, path, message);
            }
            Value::Section(section) => find_missing(files, section, report),
            Value::List(items) if !is_glob => {
                for item in items {
                    if let Value::Section(section) = &item.value {
                        find_missing(files, section, report);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::joined;

    #[test]
    fn joins_and_cleans() {
        let check = |folder, text, expected| assert_eq!(joined(text, Path::new(folder)), expected);
        check("/etc/prom", "a.yml", "/etc/prom/a.yml");
        check("/etc/prom", "./rules/*.yml", "/etc/prom/rules/*.yml");
        check("/etc/prom", "../a", "/etc/a");
        check("/etc/prom", "/a/b", "/a/b");
        check("/etc/prom", "", "");
        check("", "a/b", "a/b");
        check("", "../a", "../a");
        check(".", "a", "a");
        check("conf", "a", "conf/a");
    }
}
