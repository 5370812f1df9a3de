//! From settled sections to the options that the agents' crates own.
//!
//! Nothing is refused here: what could be wrong was found before.

mod http;
mod job;
mod relabel;

use std::path::PathBuf;

use crate::load::Job;
use crate::options::{Config, GlobalOptions, StorageOptions};
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
        storage: top.section("storage").map(storage).unwrap_or_default(),
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
        query_log_file: section
            .has("query_log_file")
            .then(|| PathBuf::from(section.text("query_log_file"))),
        external_labels: section.map("external_labels").iter().map(label).collect(),
    }
}

fn storage(section: &Section) -> StorageOptions {
    let mut options = StorageOptions::default();
    if let Some(tsdb) = section.section("tsdb") {
        let late = "out_of_order_time_window";
        options.late_window_ms = tsdb.is_present(late).then(|| tsdb.duration_ms(late).max(0));
        // Zero stands for "not said", as in Prometheus.
        let retention = tsdb.section("retention");
        options.retention_ms = retention
            .filter(|retention| retention.has("time"))
            .map(|retention| retention.duration_ms("time"));
        options.retention_bytes = retention
            .map(|retention| retention.size_bytes("size"))
            .and_then(|bytes| u64::try_from(bytes).ok())
            .filter(|bytes| *bytes > 0);
    }
    if let Some(exemplars) = section.section("exemplars") {
        let most = usize::try_from(exemplars.whole("max_exemplars")).unwrap_or(0);
        options.exemplars_max = exemplars.is_present("max_exemplars").then_some(most);
    }
    options
}

#[cfg(test)]
mod tests;
