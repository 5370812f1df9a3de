//! What `/api/v1/status/config` shows.

use std::path::Path;

use crate::{Context, MemoryFiles, load};

fn check(text: &str, expected: &str) {
    let path = Path::new("/p/f.yml");
    let files = MemoryFiles::new().with(path, text);
    let loaded =
        load(&files, path, &Context::bare()).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(loaded.config.to_yaml(), expected);
}

#[test]
fn everything_that_holds_in_prometheus_order() {
    // The order and the omissions are those that Prometheus 2.42 answers with for this file; what came
    // later stands where Prometheus' 3.14 declares it.
    check(
        "\
scrape_configs:
  - job_name: x
    relabel_configs:
    - {source_labels: [a, b], target_label: a, replacement: b}
    static_configs:
    - targets: ['[::1]:80', 'a:1']
      labels: {quoted: 'yes', number: '1', blank: '', colon: 'a: b', line: \"a\\nb\"}
    file_sd_configs:
    - files: [a.yml]
    basic_auth:
      username: a
      password: b
    proxy_url: http://u:p@proxy
    metric_relabel_configs:
    - {action: labeldrop, regex: a}
    body_size_limit: 1536KB
    params: {m: [a, b]}
",
        "\
global:
  scrape_interval: 1m
  scrape_timeout: 10s
  evaluation_interval: 1m
  metric_name_validation_scheme: utf8
  metric_name_escaping_scheme: allow-utf-8
runtime:
  gogc: 75
scrape_configs:
- job_name: x
  honor_timestamps: true
  track_timestamps_staleness: false
  params:
    m:
    - a
    - b
  scrape_interval: 1m
  scrape_timeout: 10s
  scrape_protocols:
  - OpenMetricsText1.0.0
  - OpenMetricsText0.0.1
  - PrometheusText1.0.0
  - PrometheusText0.0.4
  scrape_native_histograms: false
  always_scrape_classic_histograms: false
  convert_classic_histograms_to_nhcb: false
  metrics_path: /metrics
  scheme: http
  enable_compression: true
  body_size_limit: 1MiB512KiB
  metric_name_validation_scheme: utf8
  metric_name_escaping_scheme: allow-utf-8
  extra_scrape_metrics: false
  basic_auth:
    username: a
    password: <secret>
  follow_redirects: true
  enable_http2: true
  proxy_url: http://u:xxxxx@proxy
  relabel_configs:
  - source_labels: [a, b]
    separator: ;
    target_label: a
    replacement: b
    action: replace
  metric_relabel_configs:
  - separator: ;
    regex: a
    replacement: $1
    action: labeldrop
  file_sd_configs:
  - files:
    - /p/a.yml
    refresh_interval: 5m
  static_configs:
  - targets:
    - '[::1]:80'
    - a:1
    labels:
      quoted: \"yes\"
      number: \"1\"
      blank: \"\"
      colon: 'a: b'
      line: \"a\\nb\"
otlp:
  translation_strategy: UnderscoreEscapingWithSuffixes
  label_name_underscore_sanitization: true
  label_name_preserve_multiple_underscores: true
",
    );
}

#[test]
fn secrets_are_never_shown() {
    let secret = "hunter2";
    let text = format!(
        "\
alerting:
  alertmanagers:
    - authorization: {{credentials: {secret}}}
scrape_configs:
  - job_name: a
    oauth2: {{client_id: i, token_url: t, client_secret: {secret}}}
    tls_config: {{cert: c, key: {secret}}}
    proxy_url: http://u:{secret}@p
    proxy_connect_header: {{X: [{secret}]}}
    http_headers: {{A: {{secrets: [{secret}]}}}}
    consul_sd_configs: [{{token: {secret}}}]
  - job_name: b
    bearer_token: {secret}
remote_write:
  - url: http://u:{secret}@h/w
    sigv4: {{access_key: a, secret_key: {secret}}}
"
    );
    let path = Path::new("f.yml");
    let files = MemoryFiles::new().with(path, text);
    let loaded =
        load(&files, path, &Context::bare()).unwrap_or_else(|problems| panic!("{problems}"));
    let yaml = loaded.config.to_yaml();
    assert!(!yaml.contains(secret), "{yaml}");
    assert_eq!(yaml.matches("<secret>").count(), 8, "{yaml}");
    assert_eq!(yaml.matches("u:xxxxx@").count(), 2, "{yaml}");
}
