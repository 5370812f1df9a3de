//! The configurations that the project began from load unchanged, and mean what they meant.

use std::path::Path;

use config::{Config, Context, MemoryFiles, load};
use scrape::options::{Discovery, JobOptions};

/// Loads text as `prometheus.yml`; whatever is told must be that something is not yet in effect.
fn check(text: &str) -> Config {
    let path = Path::new("prometheus.yml");
    let files = MemoryFiles::new().with(path, text);
    let loaded =
        load(&files, path, &Context::bare()).unwrap_or_else(|problems| panic!("{problems}"));
    for warning in &loaded.warnings {
        assert!(
            warning.message.starts_with("not yet in effect: "),
            "{warning}"
        );
    }
    loaded.config
}

fn job<'c>(config: &'c Config, name: &str) -> &'c JobOptions {
    config
        .jobs
        .iter()
        .find(|job| job.name == name)
        .unwrap_or_else(|| panic!("no job {name}"))
}

/// The addresses of a job's static groups.
fn targets(job: &JobOptions) -> Vec<&str> {
    let groups = job
        .discoveries
        .iter()
        .flat_map(|discovery| match discovery {
            Discovery::Static(groups) => groups.as_slice(),
            Discovery::Files { .. } => &[],
        });
    groups
        .flat_map(|group| group.targets.iter().map(String::as_str))
        .collect()
}

#[test]
fn job_server() {
    let config = check(
        "\
# my global config
global:
  scrape_interval:     5s # Set the scrape interval to every 5 seconds.
  evaluation_interval: 15s # Evaluate rules every 15 seconds. The default is every 1 minute.
  # scrape_timeout is set to the global default (10s).

  # Attach these labels to any time series or alerts when communicating with
  # external systems (federation, remote storage, Alertmanager).
  external_labels:
      monitor: 'codelab-monitor'

scrape_configs:
   # here we configure prometheus to monitor itself
  - job_name: 'prometheus'
    static_configs:
      - targets: ['localhost:9090']
  # here we configure prometheus to monitor the ays process
  - job_name: 'ays'
    static_configs:
      - targets: ['localhost:6600']
",
    );
    assert_eq!(config.global.evaluation_interval_ms, 15_000);
    let labels = [("monitor".to_owned(), "codelab-monitor".to_owned())];
    assert_eq!(config.global.external_labels, labels);
    for (name, target) in [("prometheus", "localhost:9090"), ("ays", "localhost:6600")] {
        let job = job(&config, name);
        // The default timeout of 10s does not fit into the interval.
        assert_eq!((job.interval_ms, job.timeout_ms), (5_000, 5_000));
        assert_eq!(targets(job), [target]);
    }
}

#[test]
fn path_with_a_slash_at_its_end() {
    let config = check(
        "\
global:
  scrape_interval: 10s
scrape_configs:
  - job_name: devops-web
    metrics_path: /metrics/
    static_configs:
      - targets: ['web:5000']
",
    );
    assert_eq!(job(&config, "devops-web").metrics_path, "/metrics/");
}

#[test]
fn fruit_shop_with_exporters_and_probes() {
    let config = check(
        "\
global:
  scrape_interval: 15s

scrape_configs:
- job_name: prometheus
  static_configs:
  - targets: ['localhost:9090']
- job_name: rabbitmq
  static_configs:
  - targets: ['rabbitmq:15692']
- job_name: node_exporter
  static_configs:
  - targets: ['node_exporter:9100']
- job_name: postgres_exporter
  static_configs:
  - targets: ['postgres_exporter:9187']
- job_name: redis_exporter
  static_configs:
  - targets: ['redis_exporter:9121']
- job_name: blackbox_exporter
  static_configs:
  - targets: ['blackbox_exporter:9115']
- job_name: blackbox_http
  metrics_path: /probe
  params:
    module: [http_2xx]
  static_configs:
  - targets:
    - http://frontend:5000/hello
    - http://grafana:3000
  relabel_configs:
  - source_labels: [__address__]
    target_label: __param_target
  - source_labels: [__param_target]
    target_label: instance
  - target_label: __address__
    replacement: blackbox_exporter:9115
- job_name: grafana
  static_configs:
  - targets: ['grafana:3000']
- job_name: frontend
  static_configs:
  - targets: ['frontend:5000']
- job_name: backend
  static_configs:
  - targets: ['backend:5001']
",
    );
    assert_eq!(config.jobs.len(), 10);
    let probe = job(&config, "blackbox_http");
    assert_eq!(
        probe.params,
        [("module".to_owned(), vec!["http_2xx".to_owned()])]
    );
    // A URL is no address, but the rules make an address of it.
    assert_eq!(
        targets(probe),
        ["http://frontend:5000/hello", "http://grafana:3000"]
    );
    assert_eq!(probe.relabel_rules.len(), 3);
    assert_eq!((probe.interval_ms, probe.timeout_ms), (15_000, 10_000));
}
