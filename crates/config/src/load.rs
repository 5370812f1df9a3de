//! From a path to a configuration, or to all that is wrong with it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::blocks::top::{SCRAPE_FILE, TOP};
use crate::files::FileSource;
use crate::options::Config;
use crate::place::Place;
use crate::problem::{Problem, Problems, Report};
use crate::raw::{self, Node};
use crate::schema::{Block, preset_section, read_section};
use crate::section::Section;
use crate::{resolve, settle};

/// What a file is read within.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The environment, for variables in `external_labels`.
    pub environment: &'c dyn Fn(&str) -> Option<String>,
    /// Whether the server only scrapes and forwards: then rules, alerting and remote reading are refused.
    pub agent: bool,
    /// Whether files that are named (certificates, secrets) must be there. For `check config`.
    pub check_files: bool,
}

impl Context<'_> {
    /// No environment, a full server, and nothing looked at but configuration files.
    #[must_use]
    pub fn bare() -> Context<'static> {
        Context {
            environment: &|_| None,
            agent: false,
            check_files: false,
        }
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("agent", &self.agent)
            .field("check_files", &self.check_files)
            .finish_non_exhaustive()
    }
}

/// A file that was taken.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it amounts to.
    pub config: Config,
    /// What the user should know all the same.
    pub warnings: Vec<Problem>,
}

/// Reads, checks and resolves the file at `path`, and the files that its `scrape_config_files` names.
///
/// # Errors
///
/// Everything that is wrong with them, at once.
pub fn load(
    files: &dyn FileSource,
    path: &Path,
    context: &Context<'_>,
) -> Result<Loaded, Problems> {
    let mut report = Report::new(path);
    let config = read(files, path, context, &mut report);
    let refused = report.has_errors();
    let problems = report.into_problems();
    match config {
        Some(config) if !refused => Ok(Loaded {
            config,
            warnings: problems,
        }),
        _ => Err(Problems(problems)),
    }
}

/// A job and the file that it stands in.
pub(crate) struct Job {
    pub(crate) file: PathBuf,
    pub(crate) section: Section,
}

fn read(
    files: &dyn FileSource,
    path: &Path,
    context: &Context<'_>,
    report: &mut Report,
) -> Option<Config> {
    let mut top = read_file(files, path, &TOP, report)?;
    settle::top(&mut top, path, context, report);
    let mut jobs = included_jobs(files, path, &top, report);
    report.turn_to(path);
    settle::included(&top, path, &mut jobs, report);
    if context.check_files {
        settle::named_files(files, path, &top, &jobs, report);
    }
    report.turn_to(path);
    if report.has_errors() {
        return None;
    }
    Some(resolve::config(top, &jobs))
}

/// Reads a file with the block of its top.
fn read_file(
    files: &dyn FileSource,
    path: &Path,
    block: &'static Block,
    report: &mut Report,
) -> Option<Section> {
    let text = match files.read(path) {
        Ok(text) => text,
        Err(error) => {
            report.error(Place::START, "", format!("cannot {error}"));
            return None;
        }
    };
    let errors_before = report.error_count();
    let root: Option<Rc<Node>> = raw::build(&text, report);
    match root {
        Some(node) => Some(read_section(&node, block, String::new(), report)),
        None if report.error_count() > errors_before => None,
        // An empty file says nothing, which is allowed.
        None => Some(preset_section(block, String::new(), Place::START)),
    }
}

/// The jobs of the files that `scrape_config_files` names.
fn included_jobs(
    files: &dyn FileSource,
    main: &Path,
    top: &Section,
    report: &mut Report,
) -> Vec<Job> {
    let mut jobs = Vec::new();
    for pattern in top.list("scrape_config_files") {
        report.turn_to(main);
        let paths = match files.matching(Path::new(pattern.text())) {
            Ok(paths) => paths,
            Err(error) => {
                let message = format!(
                    "error retrieving scrape config files for {:?}: {error}",
                    pattern.text()
                );
                report.error(pattern.place, "scrape_config_files", message);
                continue;
            }
        };
        for path in paths {
            report.turn_to(&path);
            let Some(section) = read_file(files, &path, &SCRAPE_FILE, report) else {
                continue;
            };
            let sections = section.sections("scrape_configs").cloned();
            jobs.extend(sections.map(|section| Job {
                file: path.clone(),
                section,
            }));
        }
    }
    jobs
}
