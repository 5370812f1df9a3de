//! `/api/v1/targets`: what is scraped, how that goes, and what relabelling dropped.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use model::duration::Milliseconds;
use scrape::status::{Health, PoolStatus, TargetStatus};
use serde::Serialize;

use crate::json::labels::LabelObject;
use crate::params::Params;
use crate::params::time::{NEVER, to_rfc3339};
use crate::respond::{Answer, Reply};
use crate::router::Web;

/// Names of one's own machine, which mean another machine to whoever reads the answer.
const LOCAL_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Targets {
    active_targets: Vec<Active>,
    dropped_targets: Vec<Dropped>,
    dropped_target_counts: BTreeMap<String, usize>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Active {
    discovered_labels: LabelObject,
    labels: LabelObject,
    scrape_pool: String,
    scrape_url: String,
    global_url: String,
    last_error: String,
    last_scrape: String,
    /// Seconds.
    last_scrape_duration: f64,
    health: &'static str,
    scrape_interval: String,
    scrape_timeout: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Dropped {
    discovered_labels: LabelObject,
    scrape_pool: String,
}

pub(crate) async fn answer(State(web): State<Arc<Web>>, params: Params) -> Answer<Targets> {
    let state = params.get("state").to_lowercase();
    let is_any = matches!(state.as_str(), "" | "any");
    let wanted = params.get("scrapePool");
    let mut targets = Targets::default();
    let mut pools = (web.sources.targets)().pools;
    pools.sort_by(|a, b| a.name.cmp(&b.name));
    for pool in pools {
        if !wanted.is_empty() && pool.name != wanted {
            continue;
        }
        if is_any || state == "dropped" {
            add_dropped(&mut targets, &pool);
        }
        if is_any || state == "active" {
            let active = pool.active.into_iter();
            let pool = &pool.name;
            let active =
                active.map(|target| active_target(pool, target, &web.options.external_url));
            targets.active_targets.extend(active);
        }
    }
    Ok(Reply::new(targets))
}

fn add_dropped(targets: &mut Targets, pool: &PoolStatus) {
    targets
        .dropped_target_counts
        .insert(pool.name.clone(), pool.dropped_count);
    for labels in &pool.dropped {
        targets.dropped_targets.push(Dropped {
            discovered_labels: LabelObject(labels.clone()),
            scrape_pool: pool.name.clone(),
        });
    }
}

fn active_target(pool: &str, target: TargetStatus, external_url: &http::Uri) -> Active {
    Active {
        global_url: global_url(&target.url, external_url),
        discovered_labels: LabelObject(target.discovered),
        labels: LabelObject(target.labels),
        scrape_pool: pool.to_owned(),
        scrape_url: target.url,
        last_error: target.last_error,
        last_scrape: target
            .last_scrape
            .map_or_else(|| NEVER.to_owned(), to_rfc3339),
        last_scrape_duration: target.last_duration_ns as f64 / 1e9,
        health: match target.health {
            Health::Unknown => "unknown",
            Health::Up => "up",
            Health::Down => "down",
        },
        scrape_interval: Milliseconds(target.interval_ms).to_string(),
        scrape_timeout: Milliseconds(target.timeout_ms).to_string(),
    }
}

/// The URL as somebody on another machine would write it: with our own name for what is local to us.
fn global_url(url: &str, external_url: &http::Uri) -> String {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let host_end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(host_end);
        let colon = authority
            .rfind(':')
            .filter(|at| !authority[*at..].contains(']'));
        let (host, port) = authority.split_at(colon.unwrap_or(authority.len()));
        LOCAL_HOSTS.contains(&host).then_some((scheme, port, path))
    });
    match (parts, external_url.host()) {
        (Some((scheme, port, path)), Some(host)) => format!("{scheme}://{host}{port}{path}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: &str) {
        let external_url = http::Uri::from_static("http://watch.example:9090/x");
        assert_eq!(global_url(url, &external_url), expected);
    }

    #[test]
    fn local_names_become_ours() {
        check(
            "http://127.0.0.1:9100/metrics",
            "http://watch.example:9100/metrics",
        );
        check(
            "https://localhost/metrics?a=b:c",
            "https://watch.example/metrics?a=b:c",
        );
        check("http://[::1]:80/", "http://watch.example:80/");
        check("http://[::1]", "http://watch.example");
        check("http://db-1:9100/metrics", "http://db-1:9100/metrics");
        check(
            "http://[fe80::1]:9100/metrics",
            "http://[fe80::1]:9100/metrics",
        );
    }
}
