//! The layer table: an edge may only point to a smaller number.
//!
//! It holds for dependencies of tests and build scripts too. Crates of one number are strangers.

use serde_json::Value;

use super::Problem;
use crate::shell::{cargo, output};

/// Each crate's layer. `docs` and ARCHITECTURE.md draw it; here it is law.
const LAYERS: &[(&str, u32)] = &[
    ("ferula-derive", 0),
    ("ferula-exposition", 0),
    ("model", 0),
    ("platform", 0),
    ("template", 0),
    ("ferula", 1),
    ("storage", 1),
    ("promql", 2),
    ("tsdb", 2),
    ("graphite", 3),
    ("query", 3),
    ("dashboards", 4),
    ("exporters", 4),
    ("notifier", 4),
    ("push", 4),
    ("rules", 4),
    ("scrape", 4),
    ("ship", 4),
    ("config", 5),
    ("web", 5),
    ("server", 6),
    ("bench", 8),
    ("e2e", 7),
    ("ferula-python", 7),
    ("xtask", 7),
];

/// Edges inside one layer. `platform` speaks of times and labels in `model`'s words.
const SIDEWAYS: &[(&str, &str)] = &[("platform", "model")];

/// Who may see `tsdb` by name, tests and benches apart.
const SEES_TSDB: &[&str] = &["config", "web", "ship", "server", "bench", "e2e"];

/// Crates that are published, and so may not depend on those that aren't.
const PUBLISHED: &[&str] = &["ferula", "ferula-derive", "ferula-exposition"];

pub(super) fn check() -> Result<Vec<Problem>, String> {
    let text = output(cargo(&["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut problems = Vec::new();
    for package in list(&metadata["packages"]) {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(layer) = layer(name) else {
            problems.push(Problem::new(
                name,
                "the crate has no layer: add it to xtask/src/tidy/layers.rs",
            ));
            continue;
        };
        for dependency in list(&package["dependencies"]) {
            let is_dev = dependency["kind"] == "dev";
            let dependency = dependency["name"].as_str().unwrap_or_default();
            problems.extend(check_edge((name, layer), dependency, is_dev));
        }
    }
    Ok(problems)
}

fn check_edge((name, own): (&str, u32), dependency: &str, is_dev: bool) -> Option<Problem> {
    let theirs = layer(dependency)?;
    let edge = (name, dependency);
    if theirs >= own && !SIDEWAYS.contains(&edge) {
        let what = format!("layer {own} may not depend on {dependency} of layer {theirs}");
        return Some(Problem::new(name, what));
    }
    if dependency == "tsdb" && !is_dev && !SEES_TSDB.contains(&name) {
        return Some(Problem::new(
            name,
            "only the edge and the binary see tsdb; others see storage",
        ));
    }
    if PUBLISHED.contains(&name) && !PUBLISHED.contains(&dependency) {
        return Some(Problem::new(
            name,
            format!("is published and may not depend on {dependency}"),
        ));
    }
    None
}

fn layer(name: &str) -> Option<u32> {
    LAYERS
        .iter()
        .find(|(own, _)| *own == name)
        .map(|(_, layer)| *layer)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, dependency: &str, allowed: bool) {
        let layer = layer(name).expect("a crate of ours");
        assert_eq!(
            check_edge((name, layer), dependency, false).is_none(),
            allowed,
            "{name} -> {dependency}"
        );
    }

    #[test]
    fn edges_point_down() {
        check("web", "query", true);
        check("web", "tsdb", true);
        check("query", "tsdb", false);
        check("query", "storage", true);
        check("storage", "query", false);
        check("scrape", "exporters", false);
        check("ferula", "model", false);
        check("ferula", "ferula-exposition", true);
        check("web", "axum", true);
    }
}
