//! From settled sections to the options that the agents' crates own.
//!
//! Nothing is refused here: what could be wrong was found before.

mod http;
mod job;
mod relabel;

use std::path::PathBuf;

use crate::load::Job;
use crate::options::{Config, GlobalOptions};
use crate::section::Section;

/// Resolves a settled file and the jobs of further files.
pub(crate) fn config(top: Section, included: &[Job]) -> Config {
    let own = top.sections("scrape_configs");
    let jobs = own
        .chain(included.iter().map(|job| &job.section))
        .map(job::job)
        .collect();
    let global = global(top.section("global").expect("global has a preset"));
    let rule_files = top
        .texts("rule_files")
        .into_iter()
        .map(PathBuf::from)
        .collect();
    Config {
        global,
        jobs,
        rule_files,
        printed: top,
    }
}

fn global(section: &Section) -> GlobalOptions {
    let label =
        |(name, item): &(String, crate::section::Item)| (name.clone(), item.text().to_owned());
    GlobalOptions {
        scrape_interval_ms: section.duration_ms("scrape_interval"),
        scrape_timeout_ms: section.duration_ms("scrape_timeout"),
        evaluation_interval_ms: section.duration_ms("evaluation_interval"),
        rule_query_offset_ms: section.duration_ms("rule_query_offset"),
        external_labels: section.map("external_labels").iter().map(label).collect(),
    }
}

#[cfg(test)]
mod tests;
