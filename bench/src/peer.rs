//! The programs that are measured, each with the same configuration.

use std::path::PathBuf;
use std::process::Command;

use e2e::{Program, Sandbox, free_port};
use serde_json::json;

use crate::replay::{self, AGENTS, Replay};

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

/// What is scraped, and how.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) port: u16,
    /// The first exporter of the fleet is instance 0, and so on, round and round.
    pub(crate) instances: usize,
    pub(crate) interval_seconds: u32,
    pub(crate) encoding: Encoding,
}

/// How pages come over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Identity,
    Gzip,
}

impl Encoding {
    /// As the replay's paths name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
        }
    }
}

/// A program with its configuration and its folder, so that it can be started again where it stopped.
pub(crate) struct Place {
    pub(crate) peer: Peer,
    sandbox: Sandbox,
    port: u16,
}

impl Peer {
    /// A new folder to scrape `load` from.
    pub(crate) fn place(self, replay: &Replay, load: Load) -> Place {
        let place = self.empty_place();
        write_configuration(&place.sandbox, replay, load);
        place
    }

    /// A new folder that scrapes nothing.
    pub(crate) fn empty_place(self) -> Place {
        assert!(self.number < AGENTS.len());
        let place = Place {
            peer: self,
            sandbox: Sandbox::new(&format!("bench-{}", self.name)),
            port: free_port(),
        };
        place.scrape_nothing();
        place
    }

    /// Starts it on the load; `None`, with a word, when it is not installed.
    pub(crate) fn start(self, replay: &Replay, load: Load) -> Option<Program> {
        self.place(replay, load).start()
    }
}

impl Place {
    /// Starts it and waits until it answers; `None`, with a word, when it is not installed.
    pub(crate) fn start(&self) -> Option<Program> {
        let ready = match self.peer.name {
            "VictoriaMetrics" => "/health",
            _ => "/-/ready",
        };
        let (sandbox, name) = (&self.sandbox, self.peer.name);
        Some(Program::start(
            sandbox,
            name,
            self.command()?,
            self.port,
            ready,
        ))
    }

    /// Starts it and waits for nothing.
    pub(crate) fn spawn(&self) -> Option<Program> {
        let (sandbox, name) = (&self.sandbox, self.peer.name);
        Some(Program::spawn(sandbox, name, self.command()?, self.port))
    }

    /// Takes all targets out of the configuration; a running program reads it at a hangup.
    pub(crate) fn scrape_nothing(&self) {
        self.sandbox.write("prometheus.yml", "scrape_configs: []\n");
    }

    /// Where it keeps its samples.
    pub(crate) fn data(&self) -> PathBuf {
        self.sandbox.path().join("data")
    }

    fn command(&self) -> Option<Command> {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = match self.peer.name {
            "Ferula" => Command::new(e2e::ferula_binary()),
            "Prometheus" => e2e::program_or_skip("prometheus")?,
            _ => e2e::program_or_skip("victoria-metrics")?,
        };
        match self.peer.name {
            "VictoriaMetrics" => command.args([
                "-promscrape.config=prometheus.yml".to_owned(),
                "-storageDataPath=data".to_owned(),
                format!("-httpListenAddr={listen}"),
                "-search.latencyOffset=0s".to_owned(),
                // Recorded samples are from the past.
                "-retentionPeriod=100y".to_owned(),
                // Its default refuses a query that looks at all series of our largest set.
                "-search.maxUniqueTimeseries=2000000".to_owned(),
            ]),
            _ => command.args([
                "--config.file=prometheus.yml".to_owned(),
                "--storage.tsdb.path=data".to_owned(),
                format!("--web.listen-address={listen}"),
            ]),
        };
        Some(command)
    }
}

fn write_configuration(sandbox: &Sandbox, replay: &Replay, load: Load) {
    let Load {
        port,
        instances,
        interval_seconds,
        encoding,
    } = load;
    sandbox.write(
        "prometheus.yml",
        &format!(
            "global: {{scrape_interval: {interval_seconds}s, scrape_timeout: {interval_seconds}s}}\n\
             scrape_configs:\n- job_name: node\n  file_sd_configs: [{{files: [targets.json]}}]\n"
        ),
    );
    let target = |instance: usize| {
        let exporter = replay.fleet().exporter(instance).name;
        let job = exporter.trim_end_matches("_exporter");
        json!({
            "targets": [format!("{}:{port}", replay::address(instance))],
            "labels": {
                "job": job,
                "instance": format!("host-{job}-{instance}:9100"),
                "__metrics_path__": format!("/{}/{instance}/metrics", encoding.name()),
            },
        })
    };
    let targets: Vec<_> = (0..instances).map(target).collect();
    sandbox.write("targets.json", &json!(targets).to_string());
}
