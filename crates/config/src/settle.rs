//! What one section cannot know by itself: what jobs inherit, which names are taken, where relative paths lead.
//!
//! After settling, a section says what holds; printing and resolving only look.

mod bearer;
mod job;
mod paths;

use std::path::Path;

pub(crate) use paths::named_files;

use crate::blocks::global::{EVALUATION_INTERVAL_MS, SCRAPE_INTERVAL_MS, SCRAPE_TIMEOUT_MS};
use crate::blocks::{otlp, relabel};
use crate::environment::expand;
use crate::label::NameScheme;
use crate::load::{Context, Job};
use crate::place::Place;
use crate::problem::Report;
use crate::section::{Section, Value};

/// Settles the main file.
pub(crate) fn top(top: &mut Section, path: &Path, context: &Context<'_>, report: &mut Report) {
    for key in ["rule_files", "scrape_config_files"] {
        check_globs(top, key, report);
    }
    if context.agent {
        check_agent(top, report);
    }
    paths::join(top, path.parent().unwrap_or(Path::new("")));
    bearer::rename(top);
    if let Some(global) = top.section_mut("global") {
        settle_global(global, context, report);
    }
    let Some(global) = top.section("global").cloned() else {
        return;
    };
    let mut names = job::Names::default();
    for section in top.sections_mut("scrape_configs") {
        job::settle(section, &global, report);
        names.take(section, path, path, report);
    }
    let scheme = NameScheme::of(global.text("metric_name_validation_scheme"));
    if let Some(otlp) = top.section("otlp") {
        otlp::check_names(otlp, scheme == NameScheme::Utf8, report);
    }
    check_remotes(top, scheme, report);
    check_alerting(top, scheme, report);
}

/// Settles the jobs of further files.
pub(crate) fn included(top: &Section, main: &Path, jobs: &mut [Job], report: &mut Report) {
    let Some(global) = top.section("global") else {
        return;
    };
    let mut names = job::Names::default();
    for section in top.sections("scrape_configs") {
        names.remember(section, main);
    }
    for Job { file, section } in jobs {
        report.turn_to(file);
        paths::join(section, file.parent().unwrap_or(Path::new("")));
        bearer::rename(section);
        job::settle(section, global, report);
        names.take(section, file, main, report);
    }
}

/// Two remotes may not have one name; those without a name get one of their own.
fn check_remotes(top: &Section, scheme: NameScheme, report: &mut Report) {
    for (key, kind) in [("remote_write", "write"), ("remote_read", "read")] {
        let mut names: Vec<&str> = Vec::new();
        for remote in top.sections(key) {
            let name = remote.text("name");
            if !name.is_empty() && names.contains(&name) {
                let message =
                    format!("found multiple remote {kind} configs with job name {name:?}");
                report.error(remote.place_of("name"), remote.path_of("name"), message);
            }
            names.push(name);
            if key == "remote_write" {
                check_rules(remote, "write_relabel_configs", scheme, report);
            }
        }
    }
}

fn check_alerting(top: &Section, scheme: NameScheme, report: &mut Report) {
    let Some(alerting) = top.section("alerting") else {
        return;
    };
    check_rules(alerting, "alert_relabel_configs", scheme, report);
    for alertmanager in alerting.sections("alertmanagers") {
        check_rules(alertmanager, "relabel_configs", scheme, report);
        check_rules(alertmanager, "alert_relabel_configs", scheme, report);
    }
}

fn check_rules(section: &Section, key: &str, scheme: NameScheme, report: &mut Report) {
    for rule in section.sections(key) {
        // Of a rule with holes nothing more can be said.
        if !report.has_error_in(&rule.path) {
            relabel::check(rule, scheme, report);
        }
    }
}

/// `*` may stand in the last part of a path only, and what stands there must be a pattern.
fn check_globs(top: &Section, key: &str, report: &mut Report) {
    let what = if key == "rule_files" {
        "rule file"
    } else {
        "scrape config file"
    };
    for item in top.list(key) {
        let text = item.text();
        let star_is_late = text
            .split_once('*')
            .is_none_or(|(_, after)| !after.contains('/') && !after.contains('*'));
        let mut refuse = |message: String, hint: &str| {
            report
                .error(item.place, top.path_of(key), message)
                .hint(hint);
        };
        if !star_is_late {
            let hint = "* may stand once, in the last part of the path";
            refuse(format!("invalid {what} path {text:?}"), hint);
        } else if let Err(error) = glob::Pattern::new(text) {
            refuse(
                format!("invalid {what} path {text:?}: syntax error in pattern"),
                error.msg,
            );
        }
    }
}

fn check_agent(top: &Section, report: &mut Report) {
    for key in ["alerting", "rule_files", "remote_read"] {
        if top.has(key) {
            let message = format!("field {key} is not allowed in agent mode");
            report.error(top.place_of(key), key, message);
        }
    }
}

fn settle_global(global: &mut Section, context: &Context<'_>, report: &mut Report) {
    if global.duration_ms("scrape_interval") == 0 {
        global.set("scrape_interval", Value::DurationMs(SCRAPE_INTERVAL_MS));
    }
    if global.duration_ms("scrape_timeout") == 0 {
        let timeout_ms = SCRAPE_TIMEOUT_MS.min(global.duration_ms("scrape_interval"));
        global.set("scrape_timeout", Value::DurationMs(timeout_ms));
    }
    if global.duration_ms("evaluation_interval") == 0 {
        global.set(
            "evaluation_interval",
            Value::DurationMs(EVALUATION_INTERVAL_MS),
        );
    }
    job::warn_of_names(global, report);
    if !global.has("metric_name_validation_scheme") {
        global.set(
            "metric_name_validation_scheme",
            Value::Text("utf8".to_owned()),
        );
    }
    let scheme = NameScheme::of(global.text("metric_name_validation_scheme"));
    if !global.has("metric_name_escaping_scheme") {
        let escaping = job::escaping_of(scheme).to_owned();
        global.set("metric_name_escaping_scheme", Value::Text(escaping));
    }
    settle_external_labels(global, scheme, context, report);
}

/// Checks names and puts in what the environment has.
fn settle_external_labels(
    global: &mut Section,
    scheme: NameScheme,
    context: &Context<'_>,
    report: &mut Report,
) {
    let path = global.path_of("external_labels");
    let mut labels = global.map("external_labels").to_vec();
    for (name, item) in &mut labels {
        if !scheme.is_name(name) {
            report.error(
                item.place,
                &path,
                format!("{name:?} is not a valid label name"),
            );
        }
        let mut missing: Vec<(Place, String)> = Vec::new();
        let expanded = expand(item.text(), |variable| {
            let value = (context.environment)(variable).filter(|value| !value.is_empty());
            value.unwrap_or_else(|| {
                missing.push((item.place, variable.to_owned()));
                String::new()
            })
        });
        for (place, variable) in missing {
            report.warning(
                place,
                &path,
                format!("empty environment variable: {variable}"),
            );
        }
        item.value = Value::Text(expanded);
    }
    if labels.is_empty() {
        return;
    }
    labels.sort_by(|(a, _), (b, _)| a.cmp(b));
    global.set("external_labels", Value::Map(labels));
}
