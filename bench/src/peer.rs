//! The programs that are measured, each with the same configuration.

use std::process::Command;

use e2e::{Program, Sandbox, free_port};
use serde_json::json;

use crate::replay::AGENTS;

/// A program that scrapes and answers queries.
#[derive(Clone, Copy)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// Its number in [`AGENTS`].
    pub(crate) number: usize,
    /// What is added to each query's URL.
    pub(crate) query_suffix: &'static str,
}

/// All of them, ours first.
pub(crate) const PEERS: [Peer; 3] = [
    Peer {
        name: "Ferula",
        number: 0,
        query_suffix: "",
    },
    Peer {
        name: "Prometheus",
        number: 1,
        query_suffix: "",
    },
    // Its cache of results is told apart: without this every repeat would be measured, and not the engine.
    Peer {
        name: "VictoriaMetrics",
        number: 2,
        query_suffix: "&nocache=1",
    },
];

/// What is scraped.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) port: u16,
    pub(crate) instances: usize,
    pub(crate) interval_seconds: u32,
}

impl Peer {
    /// Starts it on the load; `None`, with a word, when it is not installed.
    pub(crate) fn start(self, load: Load) -> Option<Program> {
        assert!(self.number < AGENTS.len());
        let sandbox = Sandbox::new(&format!("bench-{}", self.name));
        write_configuration(&sandbox, load);
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        let (mut command, ready) = match self.name {
            "Ferula" => (Command::new(e2e::ferula_binary()), "/-/ready"),
            "Prometheus" => (e2e::program_or_skip("prometheus")?, "/-/ready"),
            _ => (e2e::program_or_skip("victoria-metrics")?, "/health"),
        };
        match self.name {
            "VictoriaMetrics" => command.args([
                "-promscrape.config=prometheus.yml".to_owned(),
                "-storageDataPath=data".to_owned(),
                format!("-httpListenAddr={listen}"),
                "-search.latencyOffset=0s".to_owned(),
            ]),
            _ => command.args([
                "--config.file=prometheus.yml".to_owned(),
                "--storage.tsdb.path=data".to_owned(),
                format!("--web.listen-address={listen}"),
            ]),
        };
        Some(Program::start(&sandbox, self.name, command, port, ready))
    }
}

fn write_configuration(sandbox: &Sandbox, load: Load) {
    let Load {
        port,
        instances,
        interval_seconds,
    } = load;
    sandbox.write(
        "prometheus.yml",
        &format!(
            "global: {{scrape_interval: {interval_seconds}s, scrape_timeout: {interval_seconds}s}}\n\
             scrape_configs:\n- job_name: node\n  file_sd_configs: [{{files: [targets.json]}}]\n"
        ),
    );
    let target = |instance: usize| {
        json!({
            "targets": [format!("127.0.0.1:{port}")],
            "labels": {
                "instance": format!("host-node-{instance}:9100"),
                "__metrics_path__": format!("/{instance}/metrics"),
            },
        })
    };
    let targets: Vec<_> = (0..instances).map(target).collect();
    sandbox.write("targets.json", &json!(targets).to_string());
}
