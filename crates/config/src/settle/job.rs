//! What a job inherits from `global`, and what of it must fit together.

use std::path::{Path, PathBuf};

use crate::blocks::scrape::{self, PROTOCOLS, PROTOCOLS_WITH_HISTOGRAMS};
use crate::label::NameScheme;
use crate::place::Place;
use crate::problem::Report;
use crate::section::{Item, Section, Value};

/// Settings that hold from `global` where the job has none or zero.
const INHERITED_UNLESS_ZERO: &[&str] = &[
    "body_size_limit",
    "sample_limit",
    "target_limit",
    "label_limit",
    "label_name_length_limit",
    "label_value_length_limit",
    "keep_dropped_targets",
    "scrape_failure_log_file",
];

/// Settings that hold from `global` where the job does not say, be it zero.
const INHERITED_UNLESS_WRITTEN: &[&str] = &[
    "scrape_native_histograms",
    "always_scrape_classic_histograms",
    "convert_classic_histograms_to_nhcb",
    "extra_scrape_metrics",
];

/// Fills in what holds for the job, and checks what must fit together. `global` is settled.
pub(super) fn settle(job: &mut Section, global: &Section, report: &mut Report) {
    settle_times(job, global, report);
    for key in INHERITED_UNLESS_ZERO {
        if !job.has(key)
            && let Some(value) = global.value(key)
        {
            job.set(key, value.clone());
        }
    }
    for key in INHERITED_UNLESS_WRITTEN {
        if !job.is_present(key)
            && let Some(value) = global.value(key)
        {
            job.set(key, value.clone());
        }
    }
    settle_protocols(job, global);
    let scheme = settle_names(job, global, report);
    super::check_rules(job, "relabel_configs", scheme, report);
    super::check_rules(job, "metric_relabel_configs", scheme, report);
}

/// An interval of zero is `global`'s; a timeout is cut to the interval unless it was written.
fn settle_times(job: &mut Section, global: &Section, report: &mut Report) {
    if job.duration_ms("scrape_interval") == 0 {
        let interval_ms = global.duration_ms("scrape_interval");
        job.set("scrape_interval", Value::DurationMs(interval_ms));
    }
    let interval_ms = job.duration_ms("scrape_interval");
    let timeout_ms = job.duration_ms("scrape_timeout");
    let times = ["scrape_interval", "scrape_timeout"];
    let are_known = !times
        .iter()
        .any(|key| report.has_error_in(&job.path_of(key)));
    if are_known && timeout_ms > interval_ms {
        scrape::timeout_too_long(job, interval_ms, report);
    }
    if timeout_ms == 0 {
        let timeout_ms = global.duration_ms("scrape_timeout").min(interval_ms);
        job.set("scrape_timeout", Value::DurationMs(timeout_ms));
    }
}

fn settle_protocols(job: &mut Section, global: &Section) {
    if job.is_present("scrape_protocols") {
        return;
    }
    let value = match global.value("scrape_protocols") {
        Some(value) => value.clone(),
        None => {
            let words = match job.flag("scrape_native_histograms") {
                true => PROTOCOLS_WITH_HISTOGRAMS,
                false => PROTOCOLS,
            };
            let place = job.place;
            let item = |word: &&str| Item {
                place,
                value: Value::Text((*word).to_owned()),
            };
            Value::List(words.iter().map(item).collect())
        }
    };
    job.set("scrape_protocols", value);
}

/// How targets are asked to write names when the file does not say.
pub(super) fn escaping_of(scheme: NameScheme) -> &'static str {
    match scheme {
        NameScheme::Utf8 => "allow-utf-8",
        NameScheme::Legacy => "underscores",
    }
}

/// A job with a scheme of its own does not inherit an escaping that may not fit it.
fn settle_names(job: &mut Section, global: &Section, report: &mut Report) -> NameScheme {
    warn_of_names(job, report);
    let own_scheme = job.has("metric_name_validation_scheme");
    if !own_scheme {
        let word = global.text("metric_name_validation_scheme").to_owned();
        job.set("metric_name_validation_scheme", Value::Text(word));
    }
    let scheme = NameScheme::of(job.text("metric_name_validation_scheme"));
    if !job.has("metric_name_escaping_scheme") {
        let word = match own_scheme {
            true => escaping_of(scheme),
            false => global.text("metric_name_escaping_scheme"),
        };
        job.set("metric_name_escaping_scheme", Value::Text(word.to_owned()));
    }
    if job.text("metric_name_escaping_scheme") == "allow-utf-8" && scheme == NameScheme::Legacy {
        let message = "utf8 metric names requested but validation scheme is not set to UTF8";
        report.error(
            job.place_of("metric_name_escaping_scheme"),
            &job.path,
            message,
        );
    }
    scheme
}

/// Names are taken and asked for in UTF-8, whatever else is written.
pub(super) fn warn_of_names(section: &Section, report: &mut Report) {
    let others = [
        ("metric_name_validation_scheme", "utf8"),
        ("metric_name_escaping_scheme", "allow-utf-8"),
    ];
    for (key, holds) in others {
        if section.has(key) && section.text(key) != holds {
            report.not_in_effect(section.place_of(key), section.path_of(key), key);
        }
    }
}

/// The names of jobs that are taken, and by whom.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<(String, PathBuf, Place)>);

impl Names {
    /// Takes the name of a job that is known to be fine.
    pub(super) fn remember(&mut self, job: &Section, file: &Path) {
        let name = job.text("job_name").to_owned();
        self.0
            .push((name, file.to_owned(), job.place_of("job_name")));
    }

    /// Takes the name of a job in `file`, unless it is taken.
    pub(super) fn take(&mut self, job: &Section, file: &Path, main: &Path, report: &mut Report) {
        let name = job.text("job_name");
        if name.is_empty() {
            return;
        }
        let Some((_, first, place)) = self.0.iter().find(|(taken, _, _)| taken == name) else {
            self.remember(job, file);
            return;
        };
        let mut message = format!("found multiple scrape configs with job name {name:?}");
        if file != main {
            let first = if first == main {
                "main config file".into()
            } else {
                first.display().to_string()
            };
            message = format!("{message}, first found in {first}");
        }
        report
            .error(job.place_of("job_name"), job.path_of("job_name"), message)
            .hint(format!("the first one is at {}:{place}", first.display()));
    }
}
