//! What the tests of several modules share.

mod ledger;

use platform::http::{Authorization, ClientOptions, Proxy, TlsOptions};

pub(crate) use ledger::Ledger;

use crate::options::{Histograms, JobOptions, Limits, Protocol};

/// A job as the configuration makes it when only the name is given, but for an interval of 15 s.
pub(crate) fn job(name: &str) -> JobOptions {
    JobOptions {
        name: name.to_owned(),
        interval_ms: 15_000,
        timeout_ms: 10_000,
        scheme: "http".to_owned(),
        metrics_path: "/metrics".to_owned(),
        params: Vec::new(),
        histograms: Histograms::Native,
        protocols: vec![
            Protocol::OpenMetricsText100,
            Protocol::OpenMetricsText001,
            Protocol::PrometheusText100,
            Protocol::PrometheusText004,
        ],
        fallback_protocol: None,
        honor_labels: false,
        honor_timestamps: true,
        track_timestamps_staleness: false,
        enable_compression: true,
        extra_metrics: false,
        limits: Limits::default(),
        client: client(),
        discoveries: Vec::new(),
        relabel_rules: Vec::new(),
        metric_relabel_rules: Vec::new(),
    }
}

fn client() -> ClientOptions {
    ClientOptions {
        authorization: Authorization::None,
        tls: TlsOptions {
            ca: None,
            certificate: None,
            server_name: None,
            insecure_skip_verify: false,
            min_version: None,
            max_version: None,
        },
        proxy: Proxy::None,
        follow_redirects: true,
        enable_http2: true,
        headers: Vec::new(),
    }
}
