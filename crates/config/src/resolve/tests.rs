//! A file in, options out.

use std::path::{Path, PathBuf};

use model::relabel::Action;
use platform::http::{Authorization, Proxy, Secret, SecretSource, TlsVersion};
use scrape::options::{Discovery, JobOptions, Limits, Protocol};

use crate::{Config, Context, MemoryFiles, StorageOptions, load};

/// Loads text as `/etc/ferula/f.yml`, with `HOME=/root` in the environment.
fn config(text: &str) -> Config {
    let path = Path::new("/etc/ferula/f.yml");
    let files = MemoryFiles::new().with(path, text);
    let environment = |name: &str| (name == "HOME").then(|| "/root".to_owned());
    let context = Context {
        environment: &environment,
        ..Context::bare()
    };
    let loaded = load(&files, path, &context).unwrap_or_else(|problems| panic!("{problems}"));
    loaded.config
}

/// The only job of a file in which `settings` stand in the job and `global` before it.
fn job(global: &str, settings: &str) -> JobOptions {
    let indented = settings.replace('\n', "\n    ");
    let text = format!("{global}\nscrape_configs:\n  - job_name: a\n    {indented}\n");
    config(&text).jobs.remove(0)
}

#[test]
fn defaults_of_a_job() {
    // Prometheus' configuration reference, "scrape_config" and "global".
    let job = job("", "");
    assert_eq!((job.interval_ms, job.timeout_ms), (60_000, 10_000));
    assert_eq!(
        (job.scheme.as_str(), job.metrics_path.as_str()),
        ("http", "/metrics")
    );
    assert_eq!(
        job.protocols,
        [
            Protocol::OpenMetricsText100,
            Protocol::OpenMetricsText001,
            Protocol::PrometheusText100,
            Protocol::PrometheusText004,
        ]
    );
    assert_eq!(job.fallback_protocol, None);
    assert!(job.honor_timestamps && job.enable_compression);
    assert!(!job.honor_labels && !job.track_timestamps_staleness && !job.extra_metrics);
    assert_eq!(job.limits, Limits::default());
    assert!(job.client.follow_redirects && job.client.enable_http2);
    assert_eq!(job.client.authorization, Authorization::None);
    assert_eq!(job.client.proxy, Proxy::None);
    assert!(job.discoveries.is_empty() && job.relabel_rules.is_empty());
}

#[test]
fn times_come_from_global_and_fit() {
    let times = |global: &str, settings: &str| {
        let job = job(global, settings);
        (job.interval_ms, job.timeout_ms)
    };
    assert_eq!(times("global: {scrape_interval: 5s}", ""), (5_000, 5_000));
    assert_eq!(
        times("global: {scrape_interval: 2m}", ""),
        (120_000, 10_000)
    );
    assert_eq!(
        times("global: {scrape_interval: 2m, scrape_timeout: 1m}", ""),
        (120_000, 60_000)
    );
    // A written interval below the inherited timeout cuts the timeout.
    let global = "global: {scrape_interval: 15s, scrape_timeout: 15s}";
    assert_eq!(times(global, "scrape_interval: 5s"), (5_000, 5_000));
    assert_eq!(times(global, "scrape_interval: 0s"), (15_000, 15_000));
}

#[test]
fn limits_come_from_global_unless_written() {
    let global = "global: {sample_limit: 5, body_size_limit: 1KB, label_limit: 3}";
    let limits = job(global, "sample_limit: 7\nlabel_limit: 0").limits;
    // A zero is no limit of its own, so that the one of `global` holds.
    assert_eq!(
        (limits.samples, limits.body_size_bytes, limits.labels),
        (7, 1024, 3)
    );
}

#[test]
fn a_switch_of_a_job_wins_over_global() {
    let global = "global: {extra_scrape_metrics: true}";
    assert!(job(global, "").extra_metrics);
    assert!(!job(global, "extra_scrape_metrics: false").extra_metrics);
}

#[test]
fn protocols_follow_native_histograms_unless_written() {
    let protocols = |global: &str, settings: &str| job(global, settings).protocols;
    assert_eq!(
        protocols("", "scrape_native_histograms: true")[0],
        Protocol::PrometheusProto
    );
    let global = "global: {scrape_protocols: [PrometheusText0.0.4]}";
    assert_eq!(
        protocols(global, "scrape_native_histograms: true"),
        [Protocol::PrometheusText004]
    );
    let own = "scrape_protocols: [PrometheusText1.0.0]";
    assert_eq!(protocols(global, own), [Protocol::PrometheusText100]);
}

#[test]
fn nothing_written_is_zero_not_the_default() {
    // As Go's YAML has it: an empty scalar sets the zero of its kind.
    let job = job("", "metrics_path:\nhonor_timestamps: ~\nsample_limit:");
    assert_eq!(job.metrics_path, "");
    assert!(!job.honor_timestamps);
    assert_eq!(job.limits.samples, 0);
}

#[test]
fn ways_of_authorisation() {
    let inline = |text: &str| SecretSource::Inline(Secret(text.to_owned()));
    let header = |kind: &str, credentials| Authorization::Header {
        kind: kind.to_owned(),
        credentials,
    };
    let check = |settings: &str, expected: Authorization| {
        assert_eq!(
            job("", settings).client.authorization,
            expected,
            "{settings}"
        );
    };
    check(
        "authorization: {credentials: x}",
        header("Bearer", inline("x")),
    );
    check(
        "authorization: {type: ' Token ', credentials: x}",
        header("Token", inline("x")),
    );
    check("bearer_token: x", header("Bearer", inline("x")));
    let file = SecretSource::File(PathBuf::from("/etc/ferula/t"));
    check("bearer_token_file: t", header("Bearer", file.clone()));
    check(
        "authorization: {credentials_file: /etc/ferula/t}",
        header("Bearer", file),
    );
    let Authorization::Basic(basic) = job("", "basic_auth: {username: u, password_file: p}")
        .client
        .authorization
    else {
        panic!("basic_auth is what was written");
    };
    assert_eq!(basic.username, inline("u"));
    assert_eq!(
        basic.password,
        SecretSource::File(PathBuf::from("/etc/ferula/p"))
    );
    let oauth2 = "oauth2: {client_id: i, client_secret: s, token_url: 'http://t', scopes: [a]}";
    let Authorization::OAuth2(oauth2) = job("", oauth2).client.authorization else {
        panic!("oauth2 is what was written");
    };
    assert_eq!(
        (oauth2.client_id.as_str(), oauth2.token_url.as_str()),
        ("i", "http://t")
    );
    assert_eq!(
        (oauth2.client_secret, oauth2.scopes),
        (inline("s"), vec!["a".to_owned()])
    );
}

#[test]
fn tls_proxy_and_headers() {
    let client = job(
        "",
        "\
tls_config: {ca_file: ca, cert_file: c, key: k, server_name: n, min_version: TLS12}
proxy_url: http://p:3128
no_proxy: localhost
proxy_connect_header: {X: [y]}
http_headers: {A: {values: [b], secrets: [c], files: [d]}}
follow_redirects: false",
    )
    .client;
    let file = |name: &str| SecretSource::File(PathBuf::from(format!("/etc/ferula/{name}")));
    let inline = |text: &str| SecretSource::Inline(Secret(text.to_owned()));
    assert_eq!(client.tls.ca, Some(file("ca")));
    assert_eq!(client.tls.certificate, Some((file("c"), inline("k"))));
    assert_eq!(client.tls.server_name.as_deref(), Some("n"));
    assert_eq!(
        (client.tls.min_version, client.tls.max_version),
        (Some(TlsVersion::Tls12), None)
    );
    assert_eq!(
        client.proxy,
        Proxy::Url {
            url: "http://p:3128".to_owned(),
            no_proxy: "localhost".to_owned(),
            connect_headers: vec![("X".to_owned(), vec![inline("y")])],
        }
    );
    let values = vec![inline("b"), inline("c"), file("d")];
    assert_eq!(client.headers, [("A".to_owned(), values)]);
    assert!(!client.follow_redirects);
}

#[test]
fn targets() {
    let job = job(
        "",
        "\
file_sd_configs: [{files: ['t/*.yml', /abs.json], refresh_interval: 30s}]
static_configs:
  - {targets: [a:1, b:2], labels: {z: 1, y: true}}
  - {targets: [c:3]}",
    );
    let [
        Discovery::Files {
            patterns,
            refresh_interval_ms,
        },
        Discovery::Static(groups),
    ] = job.discoveries.as_slice()
    else {
        panic!("one of each: {:?}", job.discoveries);
    };
    assert_eq!(
        *patterns,
        [Path::new("/etc/ferula/t/*.yml"), Path::new("/abs.json")]
    );
    assert_eq!(*refresh_interval_ms, 30_000);
    assert_eq!(groups.len(), 2);
    assert_eq!(groups[0].targets, ["a:1", "b:2"]);
    let labels = [
        ("z".to_owned(), "1".to_owned()),
        ("y".to_owned(), "true".to_owned()),
    ];
    assert_eq!(groups[0].labels, labels);
    assert_eq!(
        (groups[0].source.as_str(), groups[1].source.as_str()),
        ("0", "1")
    );
}

#[test]
fn rules_of_relabelling() {
    let rules = job(
        "",
        "\
relabel_configs:
  - {source_labels: [a, b], separator: '-', regex: x(.*), target_label: t, replacement: $1y}
  - {action: HashMod, source_labels: [a], modulus: 8, target_label: t}
  - {action: labelmap, regex: m_(.+)}
  - {action: keepequal, source_labels: [a], target_label: t}",
    )
    .relabel_rules;
    let t = || "t".to_owned();
    assert_eq!(rules[0].source_labels, ["a", "b"]);
    assert_eq!(rules[0].separator, "-");
    assert!(rules[0].regex.is_match("xyz") && !rules[0].regex.is_match("wxyz"));
    let actions: Vec<Action> = rules.into_iter().map(|rule| rule.action).collect();
    assert_eq!(
        actions,
        [
            Action::Replace {
                target_label: t(),
                replacement: "$1y".to_owned()
            },
            Action::HashMod {
                target_label: t(),
                modulus: 8
            },
            Action::LabelMap {
                replacement: "$1".to_owned()
            },
            Action::KeepEqual { target_label: t() },
        ]
    );
}

#[test]
fn what_belongs_to_no_job() {
    let config = config(
        "\
global:
  evaluation_interval: 30s
  rule_query_offset: 5s
  external_labels: {z: $HOME, a: x$$y, m: '${NONE}'}
rule_files: [r/*.yml, /abs.yml]
",
    );
    assert_eq!(config.global.evaluation_interval_ms, 30_000);
    assert_eq!(config.global.rule_query_offset_ms, 5_000);
    let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        config.global.external_labels,
        [label("a", "x$y"), label("m", ""), label("z", "/root")]
    );
    assert_eq!(
        config.rule_files,
        [Path::new("/etc/ferula/r/*.yml"), Path::new("/abs.yml")]
    );
}

#[test]
fn included_jobs_come_last_with_paths_of_their_own_folder() {
    let main = Path::new("/etc/ferula/f.yml");
    let files = MemoryFiles::new()
        .with(main, "global: {scrape_interval: 5s}\nscrape_config_files: [jobs/*.yml]\nscrape_configs: [{job_name: a}]\n")
        .with("/etc/ferula/jobs/b.yml", "scrape_configs: [{job_name: b, tls_config: {ca_file: ca}}]\n")
        .with("/etc/ferula/jobs/deep/c.yml", "scrape_configs: [{job_name: c}]\n");
    let config = load(&files, main, &Context::bare())
        .expect("all are fine")
        .config;
    let names: Vec<&str> = config.jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(config.jobs[1].interval_ms, 5_000);
    let ca = SecretSource::File(PathBuf::from("/etc/ferula/jobs/ca"));
    assert_eq!(config.jobs[1].client.tls.ca, Some(ca));
    assert!(!config.to_yaml().contains("job_name: b"));
}

#[test]
fn storage_says_only_what_is_written() {
    let check = |text: &str, expected| assert_eq!(config(text).storage, expected, "{text}");
    check("", StorageOptions::default());
    check("storage: {}", StorageOptions::default());
    check(
        "storage:\n  tsdb:\n    out_of_order_time_window: 0s\n",
        StorageOptions {
            late_window_ms: Some(0),
            ..StorageOptions::default()
        },
    );
    check(
        "storage:\n  tsdb:\n    out_of_order_time_window: 2h\n    retention: {time: 30d, size: 10GB}\n  exemplars: {max_exemplars: 7}\n",
        StorageOptions {
            late_window_ms: Some(7_200_000),
            retention_ms: Some(30 * 86_400_000),
            retention_bytes: Some(10 << 30),
            exemplars_max: Some(7),
        },
    );
    check(
        "storage:\n  tsdb:\n    retention: {time: 0s, size: 0B}\n",
        StorageOptions::default(),
    );
}
