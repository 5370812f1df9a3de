//! The host, under node_exporter's names.
//!
//! Dashboards and alerts of ten years ask for `node_cpu_seconds_total` and some hundred others, so names, labels,
//! help and kinds here are node_exporter's (of 1.12, whose names are those of 1.5 and some more). Values are
//! the kernel's, read anew for each page.
//!
//! ```text
//!  page --> part after part --> files under Roots --> families
//!                 |
//!                 '--> node_scrape_collector_success, node_scrape_collector_duration_seconds
//! ```
//!
//! # Invariants
//!
//! * A part that fails, fails alone: its success is 0 and the page goes on.
//! * What the kernel writes is input: nothing in it can panic. A line that makes no sense is passed over where lines are
//!   independent, and fails the part where they are not.
//! * Nothing is kept between pages but which mounts hang.

use std::path::PathBuf;
use std::sync::Arc;

use ferula::{Collector, Description, Page, Selection, Style, encode};
use platform::Clock;

mod filters;
mod host;
mod parts;
mod table;

pub use filters::Filters;
pub use host::Roots;
pub use parts::part_names;

use host::Host;
use parts::{PARTS, Part};

/// Why a collector could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A filter is no regular expression.
    #[error("invalid regular expression for --collector.{flag}: {pattern}: {reason}")]
    Filter {
        /// The flag's name after `--collector.`.
        flag: &'static str,
        /// The expression as given.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no such part. The words are node_exporter's.
    #[error("missing collector: {name}")]
    Missing {
        /// The name as given.
        name: String,
    },
}

/// What to show of the host.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the host's files are.
    pub roots: Roots,
    /// What is left out within parts.
    pub filters: Filters,
    /// Folders of text files, which may be globs: `--collector.textfile.directory`.
    pub textfile_directories: Vec<PathBuf>,
    /// The parts that are shown, by name; see [`part_names`].
    pub parts: Vec<String>,
}

impl Options {
    /// This host, with the parts and filters that are usual.
    #[must_use]
    pub fn of_this_host() -> Self {
        let parts = PARTS
            .iter()
            .filter(|part| part.usual)
            .map(|part| part.name.to_owned());
        Self {
            roots: Roots::of_this_host(),
            filters: Filters::usual(),
            textfile_directories: Vec::new(),
            parts: parts.collect(),
        }
    }
}

/// Shows the host: see the [module](self).
#[derive(Clone)]
pub struct NodeCollector {
    host: Arc<Host>,
    clock: Arc<dyn Clock>,
    parts: Arc<[&'static Part]>,
}

impl NodeCollector {
    /// A collector that shows what `options` say.
    ///
    /// # Errors
    /// When a filter is no regular expression, or a part does not exist.
    pub fn new(options: &Options, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let host = Host::new(options, Arc::clone(&clock))?;
        let parts = find_parts(&options.parts)?;
        Ok(Self {
            host: Arc::new(host),
            clock,
            parts,
        })
    }

    /// The same with these parts only, as `collect[]` of a request asks for. A part that is not shown anyway
    /// is missing.
    ///
    /// # Errors
    /// When a part does not exist or is not shown.
    pub fn only<S: AsRef<str>>(&self, names: &[S]) -> Result<Self, Error> {
        let parts = find_parts(names)?;
        let hidden = |part: &&&Part| !self.parts.iter().any(|shown| shown.name == part.name);
        if let Some(part) = parts.iter().find(hidden) {
            return Err(Error::Missing {
                name: part.name.to_owned(),
            });
        }
        Ok(Self {
            parts,
            ..self.clone()
        })
    }

    /// Appends one page to `out`: the families that `selection` wants, in `style`.
    pub fn render(&self, selection: &Selection, style: Style, out: &mut Vec<u8>) {
        encode(self, selection, style, out);
    }
}

impl std::fmt::Debug for NodeCollector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = self.parts.iter().map(|part| part.name);
        f.debug_tuple("NodeCollector")
            .field(&parts.collect::<Vec<_>>())
            .finish()
    }
}

impl Collector for NodeCollector {
    // Families are named after what the kernel has, so there is nothing to describe beforehand.

    fn collect(&self, page: &mut Page<'_>) {
        let mut outcomes = Vec::with_capacity(self.parts.len());
        for part in &*self.parts {
            let started_ns = self.clock.monotonic_ns();
            let outcome = (part.collect)(&self.host, page);
            let took_ns = self.clock.monotonic_ns().saturating_sub(started_ns);
            if let Err(error) = &outcome {
                tracing::debug!(part = part.name, %error, "collector failed");
            }
            outcomes.push((part.name, took_ns as f64 / 1e9, outcome.is_ok()));
        }
        let help = "node_exporter: Duration of a collector scrape.";
        let mut points = page.family(Description::gauge(
            "node_scrape_collector_duration_seconds",
            help,
        ));
        for &(name, seconds, _) in &outcomes {
            points.value(&[("collector", name)], seconds);
        }
        drop(points);
        let help = "node_exporter: Whether a collector succeeded.";
        let mut points = page.family(Description::gauge("node_scrape_collector_success", help));
        for &(name, _, succeeded) in &outcomes {
            points.value(&[("collector", name)], f64::from(u8::from(succeeded)));
        }
        drop(points);
        build_info(page);
    }
}

/// Dashboards ask which version shows the host: ours does.
fn build_info(page: &mut Page<'_>) {
    let help = "A metric with a constant '1' value labeled by version, revision, branch, goversion from which \
        node_exporter was built, and the goos and goarch for the build.";
    // The words of Go for what there is elsewhere too.
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let labels = [
        ("branch", ""),
        ("goarch", architecture),
        ("goos", std::env::consts::OS),
        ("goversion", ""),
        ("revision", ""),
        ("version", env!("CARGO_PKG_VERSION")),
    ];
    page.family(Description::gauge("node_exporter_build_info", help))
        .value(&labels, 1.0);
}

/// The parts of these names, in the order of the page.
fn find_parts<S: AsRef<str>>(names: &[S]) -> Result<Arc<[&'static Part]>, Error> {
    for name in names {
        if !PARTS.iter().any(|part| part.name == name.as_ref()) {
            return Err(Error::Missing {
                name: name.as_ref().to_owned(),
            });
        }
    }
    let wanted = |part: &&Part| names.iter().any(|name| name.as_ref() == part.name);
    Ok(PARTS.iter().filter(wanted).collect())
}
