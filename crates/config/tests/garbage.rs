//! Whatever the file says, the answer is a configuration or a list of problems, never a panic.

use std::path::Path;

use config::{Context, DEFAULT_YAML, MemoryFiles, load};
use proptest::prelude::*;

/// A file that touches most kinds of settings.
const RICH: &str = "\
global: &g
  scrape_interval: 1m30s
  external_labels: {a: $HOME, b: '${X}'}
  body_size_limit: 10MB
  scrape_protocols: [PrometheusText0.0.4]
rule_files: [rules/*.yml]
alerting:
  alert_relabel_configs: [{action: labeldrop, regex: r}]
  alertmanagers: [{static_configs: [{targets: ['a:9093']}], timeout: 3s}]
scrape_configs:
  - &job
    job_name: one
    params: {m: [x, y]}
    basic_auth: {username: u, password: p}
    tls_config: {ca_file: c, min_version: TLS12}
    static_configs:
      - targets: [a, b]
        labels: {x: y}
    relabel_configs:
      - {source_labels: [a, b], target_label: c, regex: '(.*)-x', replacement: $1}
  - <<: *job
    job_name: two
    kubernetes_sd_configs: [{role: pod, selectors: [{role: pod, label: 'a in (b,c)'}]}]
remote_write:
  - url: http://u:p@h:1/w
    queue_config: {capacity: 1, max_shards: 2}
storage: {tsdb: {retention: {time: 15d, size: 1GB, percentage: 0.5}}}
otlp: {translation_strategy: NoTranslation}
";

fn load_text(text: &str) {
    let path = Path::new("f.yml");
    let files = MemoryFiles::new().with(path, text);
    if let Ok(loaded) = load(&files, path, &Context::bare()) {
        // What was taken can be printed, and what was printed is taken.
        let yaml = loaded.config.to_yaml();
        let files = MemoryFiles::new().with(path, yaml.clone());
        let again = load(&files, path, &Context::bare());
        assert!(
            again.is_ok(),
            "{}\n--- printed\n{yaml}\n--- of\n{text}",
            again.unwrap_err()
        );
    }
}

/// What is done to a text: at a place (in thousandths), cut some characters and put others there.
fn mutation() -> impl Strategy<Value = (usize, usize, String)> {
    let words = prop::sample::select(vec![
        "\n",
        "  ",
        "- ",
        ": ",
        "\t",
        "#",
        "&a ",
        "*a",
        "<<: *g",
        "{",
        "}",
        "[",
        "]",
        "'",
        "\"",
        "|",
        ">",
        "~",
        "!!binary ",
        "0",
        "-1",
        "1e9",
        "yes",
        "\u{0}",
        "é",
        "%",
        "---\n",
        "null",
        "$",
        "*",
        "/",
    ]);
    (
        0..1000_usize,
        0..12_usize,
        prop_oneof![words.prop_map(str::to_owned), ".{0,4}".boxed()],
    )
}

fn mutated(text: &str, mutations: &[(usize, usize, String)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (place, cut, put) in mutations {
        let start = characters.len() * place / 1000;
        let end = (start + cut).min(characters.len());
        characters.splice(start..end, put.chars());
    }
    characters.into_iter().collect()
}

#[test]
fn the_rich_file_is_good() {
    let path = Path::new("f.yml");
    let files = MemoryFiles::new().with(path, RICH);
    let loaded = load(&files, path, &Context::bare());
    assert!(loaded.is_ok(), "{}", loaded.unwrap_err());
}

#[test]
fn a_name_that_is_missing_is_printed_so() {
    load_text(&RICH.replace("source_labels: [a, b]", "source_labels: [a, ~]"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn mutated_files(mutations in prop::collection::vec(mutation(), 1..4)) {
        load_text(&mutated(RICH, &mutations));
        load_text(&mutated(DEFAULT_YAML, &mutations));
    }

    #[test]
    fn any_text(text in "\\PC{0,60}") {
        load_text(&text);
    }

    #[test]
    fn any_values(value in "\\PC{0,12}", key in prop::sample::select(vec![
        "scrape_interval", "body_size_limit", "proxy_url", "sample_limit", "params", "relabel_configs",
    ])) {
        load_text(&format!("scrape_configs:\n  - job_name: a\n    {key}: {value}\n"));
        let quoted = value.replace('\'', "''");
        load_text(&format!("scrape_configs:\n  - job_name: '{quoted}'\n    {key}: '{quoted}'\n"));
    }
}
