//! A job's options.

use std::path::PathBuf;

use scrape::options::{Discovery, Histograms, JobOptions, Limits, Protocol, TargetGroup};

use super::{http, relabel};
use crate::blocks::discovery::{FILE, STATIC};
use crate::section::{Item, Section};

pub(super) fn job(section: &Section) -> JobOptions {
    let fallback = section.text("fallback_scrape_protocol");
    let params = section.map("params").iter();
    JobOptions {
        name: section.text("job_name").to_owned(),
        interval_ms: section.duration_ms("scrape_interval"),
        timeout_ms: section.duration_ms("scrape_timeout"),
        scheme: section.text("scheme").to_owned(),
        metrics_path: section.text("metrics_path").to_owned(),
        params: params
            .map(|(name, item)| (name.clone(), texts(item)))
            .collect(),
        protocols: section
            .texts("scrape_protocols")
            .into_iter()
            .filter_map(Protocol::from_name)
            .collect(),
        fallback_protocol: Protocol::from_name(fallback),
        histograms: histograms(section),
        honor_labels: section.flag("honor_labels"),
        honor_timestamps: section.flag("honor_timestamps"),
        track_timestamps_staleness: section.flag("track_timestamps_staleness"),
        enable_compression: section.flag("enable_compression"),
        extra_metrics: section.flag("extra_scrape_metrics"),
        limits: limits(section),
        client: http::client(section),
        discoveries: discoveries(section),
        relabel_rules: relabel::rules(section, "relabel_configs"),
        metric_relabel_rules: relabel::rules(section, "metric_relabel_configs"),
    }
}

fn histograms(section: &Section) -> Histograms {
    let native = section.flag("scrape_native_histograms");
    let classic = section.flag("always_scrape_classic_histograms");
    match (native, classic) {
        (false, _) => Histograms::Classic,
        (true, false) => Histograms::Native,
        (true, true) => Histograms::Both,
    }
}

/// The strings of a list, as an element of a map.
fn texts(item: &Item) -> Vec<String> {
    match &item.value {
        crate::section::Value::List(items) => {
            items.iter().map(|item| item.text().to_owned()).collect()
        }
        _ => Vec::new(),
    }
}

/// A negative size limit limits nothing, as in Prometheus.
fn limits(section: &Section) -> Limits {
    Limits {
        body_size_bytes: u64::try_from(section.size_bytes("body_size_limit")).unwrap_or_default(),
        samples: section.unsigned("sample_limit"),
        labels: section.unsigned("label_limit"),
        label_name_bytes: section.unsigned("label_name_length_limit"),
        label_value_bytes: section.unsigned("label_value_length_limit"),
        targets: section.unsigned("target_limit"),
        keep_dropped_targets: section.unsigned("keep_dropped_targets"),
    }
}

/// The files' discoveries one by one; all static groups are one, as in Prometheus.
fn discoveries(section: &Section) -> Vec<Discovery> {
    let files = section.sections(FILE).map(|files| Discovery::Files {
        patterns: files
            .texts("files")
            .into_iter()
            .map(PathBuf::from)
            .collect(),
        refresh_interval_ms: files.duration_ms("refresh_interval"),
    });
    let groups: Vec<TargetGroup> = section.sections(STATIC).enumerate().map(group).collect();
    let fixed = (!groups.is_empty()).then_some(Discovery::Static(groups));
    files.chain(fixed).collect()
}

fn group((index, section): (usize, &Section)) -> TargetGroup {
    let labels = section.map("labels").iter();
    TargetGroup {
        source: index.to_string(),
        targets: section
            .texts("targets")
            .into_iter()
            .map(str::to_owned)
            .collect(),
        labels: labels
            .map(|(name, item)| (name.clone(), item.text().to_owned()))
            .collect(),
    }
}
