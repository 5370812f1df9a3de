//! What was measured, as Markdown: on standard output while it runs, and at the end in `bench/results`.

use std::fmt::Write as _;
use std::path::Path;

/// The text of a run.
#[derive(Default)]
pub(crate) struct Report {
    text: String,
}

/// A table of text.
pub(crate) struct Table {
    lines: Vec<String>,
}

impl Report {
    /// Begins a report with a line on where and when it was made.
    pub(crate) fn new(what: &str) -> Self {
        let mut report = Self::default();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or_default();
        report.line(&format!(
            "# {what}\n\nSeconds since 1970 when it began: {}; {cores} cores, load average {load} before.",
            now() as u64
        ));
        report
    }

    pub(crate) fn title(&mut self, title: &str) {
        self.line(&format!("\n## {title}\n"));
    }

    pub(crate) fn table(&mut self, table: &Table) {
        self.line(&table.lines.join("\n"));
    }

    pub(crate) fn line(&mut self, line: &str) {
        println!("{line}");
        let _ = writeln!(self.text, "{line}");
    }

    /// Writes it to `bench/results/<name>.md`.
    pub(crate) fn save(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
        let path = folder.join(format!("{name}.md"));
        let saved =
            std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, &self.text));
        match saved {
            Ok(()) => eprintln!("written: {}", path.display()),
            Err(error) => eprintln!("can't write {}: {error}", path.display()),
        }
    }
}

impl Table {
    /// The first column is text, the others are numbers.
    pub(crate) fn new(columns: &[&str]) -> Self {
        let rules = std::iter::once("---").chain(columns[1..].iter().map(|_| "---:"));
        Self {
            lines: vec![
                format!("| {} |", columns.join(" | ")),
                format!("| {} |", rules.collect::<Vec<_>>().join(" | ")),
            ],
        }
    }

    pub(crate) fn row(&mut self, cells: &[String]) {
        self.lines.push(format!("| {} |", cells.join(" | ")));
    }
}

/// How many times `other` a figure is.
pub(crate) fn ratio(own: f64, other: f64) -> String {
    let ratio = own / other;
    if ratio.is_nan() {
        "".to_owned()
    } else {
        format!("{ratio:.2}")
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.expect("a clock after 1970").as_secs_f64()
}
