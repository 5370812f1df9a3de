//! What a sample costs on its whole way from a target over loopback HTTP into a store. Run with `cargo bench -p scrape --bench path`; behind `--` may stand how many targets,
//! for how many seconds, and words that choose among the measures: `still` or `living` values, `identity` or `gzip`, `nowhere` or `durable`.
//!
//! Targets are served by a second process, so that its time is not ours. Each is at an address of its own and is asked every second. With `nowhere` as the store
//! rows are counted and dropped; `durable` is the server's store with its log on this disk.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark measures with the machine's clock and reads its pages from the disk"
)]

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use platform::http::{Authorization, ClientOptions, Proxy, SystemNetwork, TlsOptions};
use platform::{SystemClock, SystemDisk};
use scrape::options::{Discovery, Histograms, JobOptions, Limits, Protocol, TargetGroup};
use scrape::{NetworkOnly, Scraper, Telemetry, World};
use storage::Store;
use tsdb::StoreOptions;

#[path = "path/pages.rs"]
mod pages;
#[path = "path/taking.rs"]
mod taking;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TARGETS: usize = 500;
const SECONDS: u64 = 10;
/// Before it is measured.
const WARM: Duration = Duration::from_secs(3);
/// Tells the second process what it is.
const SERVE: &str = "--serve";

/// What is measured.
#[derive(Clone, Copy)]
struct Measure {
    living: bool,
    packed: bool,
    durable: bool,
}

impl Measure {
    fn words(self) -> [&'static str; 3] {
        let word = |is: bool, words: [&'static str; 2]| words[usize::from(is)];
        [
            word(self.living, ["still", "living"]),
            word(self.packed, ["identity", "gzip"]),
            word(self.durable, ["nowhere", "durable"]),
        ]
    }

    /// All that there are.
    fn all() -> impl Iterator<Item = Self> {
        (0..8).map(|bits| Self {
            living: bits & 1 != 0,
            packed: bits & 2 != 0,
            durable: bits & 4 != 0,
        })
    }

    /// Those that `words` do not rule out.
    fn is_meant(self, words: &[String]) -> bool {
        let others = Self {
            living: !self.living,
            packed: !self.packed,
            durable: !self.durable,
        };
        let ruled_out = |word: &str| words.iter().any(|own| own == word);
        !others.words().into_iter().any(ruled_out)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == SERVE) {
        return serve(words[at + 1].parse()?, &words[at + 2..]);
    }
    let mut numbers = words.iter().filter_map(|word| word.parse::<u64>().ok());
    let targets = numbers.next().map_or(TARGETS, |number| number as usize);
    let seconds = numbers.next().unwrap_or(SECONDS);
    for measured in Measure::all().filter(|measure| measure.is_meant(&words)) {
        measure(measured, targets, seconds)?;
    }
    Ok(())
}

fn measure(
    measure: Measure,
    targets: usize,
    seconds: u64,
) -> Result<(), Box<dyn std::error::Error>> {
    let (mut server, port) = start_server(targets, measure)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("path-bench");
    let stored = open(measure, &root)?;
    let world = World {
        store: Arc::clone(&stored.store),
        network: Arc::new(SystemNetwork::default()),
        sources: Arc::new(NetworkOnly),
        clock: Arc::new(SystemClock),
        seed: 1,
        agent: "bench".to_owned(),
        type_and_unit_labels: false,
        telemetry: Telemetry::new(&ferula::Registry::new())?,
    };
    let (scraper, errors) =
        runtime.block_on(async { Scraper::start(world, vec![job(targets, port)]) });
    assert!(errors.is_empty(), "{errors:?}");
    wait(WARM);
    let (before, samples) = (cpu_seconds(), (stored.samples)());
    wait(Duration::from_secs(seconds));
    let (cpu, samples) = (cpu_seconds() - before, (stored.samples)() - samples);
    writeln!(
        io::stdout().lock(),
        "{:<24} {targets} targets, {samples} samples, {cpu:.3} core-seconds: {:.2} M samples per core-second, {:.0} ns each",
        measure.words().join(" "),
        samples as f64 / cpu / 1e6,
        cpu / samples as f64 * 1e9,
    )?;
    runtime.block_on(scraper.stop());
    server.kill()?;
    server.wait()?;
    drop((runtime, stored));
    if measure.durable {
        std::fs::remove_dir_all(&root)?;
    }
    Ok(())
}

/// A store, and how many samples it has taken.
struct Stored {
    store: Arc<dyn Store>,
    samples: Box<dyn Fn() -> u64>,
}

fn open(measure: Measure, root: &Path) -> Result<Stored, Box<dyn std::error::Error>> {
    if !measure.durable {
        let store = Arc::new(taking::Taking::default());
        return Ok(Stored {
            store: store.clone(),
            samples: Box::new(move || store.samples()),
        });
    }
    if root.exists() {
        std::fs::remove_dir_all(root)?;
    }
    let (store, _) = tsdb::Store::open(Arc::new(SystemDisk::new(root)?), StoreOptions::usual())?;
    let store = Arc::new(store);
    Ok(Stored {
        store: store.clone(),
        samples: Box::new(move || store.state().samples),
    })
}

fn wait(time: Duration) {
    let end = Instant::now() + time;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        std::thread::park_timeout(left);
    }
}

/// What this process has used of the processors.
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn address(target: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 1 + (target / 250) as u8, 1 + (target % 250) as u8)
}

fn start_server(targets: usize, measure: Measure) -> io::Result<(Child, u16)> {
    let mut server = Command::new(std::env::current_exe()?)
        .args([SERVE, &targets.to_string()])
        .args(measure.words())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut port = [0; 2];
    let out = server.stdout.as_mut().expect("a pipe");
    out.read_exact(&mut port)?;
    Ok((server, u16::from_le_bytes(port)))
}

/// Shows the pages of a node exporter at many addresses, until it is killed.
fn serve(targets: usize, words: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let says = |word: &str| words.iter().any(|own| own == word);
    let packed = says("gzip");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let answer = |page: Vec<u8>| {
        let encoding = if packed {
            "Content-Encoding: gzip\r\n"
        } else {
            ""
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n{encoding}Content-Length: {}\r\n\r\n",
            page.len()
        );
        [head.as_bytes(), &page].concat()
    };
    let pages = pages::read(&samples, says("living"), packed)?;
    let answers: Arc<[Vec<u8>]> = pages.into_iter().map(answer).collect();
    let mut port = 0;
    for target in 0..targets {
        let listener = TcpListener::bind((address(target), port))?;
        port = listener.local_addr()?.port();
        let answers = Arc::clone(&answers);
        std::thread::Builder::new()
            .stack_size(64 << 10)
            .spawn(move || {
                while let Ok((socket, _)) = listener.accept() {
                    // Targets are at different places of the recording.
                    let _ended = answer_all(socket, answers.iter().cycle().skip(target % 37));
                }
            })?;
    }
    io::stdout().lock().write_all(&port.to_le_bytes())?;
    io::stdout().lock().flush()?;
    loop {
        std::thread::park();
    }
}

fn answer_all<'a>(
    mut socket: TcpStream,
    answers: impl Iterator<Item = &'a Vec<u8>>,
) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut request = [0; 2048];
    for answer in answers {
        let mut length = 0;
        while !request[..length].ends_with(b"\r\n\r\n") {
            match socket.read(&mut request[length..])? {
                0 => return Ok(()),
                more => length += more,
            }
        }
        socket.write_all(answer)?;
    }
    Ok(())
}

fn job(targets: usize, port: u16) -> JobOptions {
    let group = TargetGroup {
        targets: (0..targets)
            .map(|target| format!("{}:{port}", address(target)))
            .collect(),
        labels: Vec::new(),
        source: "bench".to_owned(),
    };
    JobOptions {
        name: "node".to_owned(),
        interval_ms: 1000,
        timeout_ms: 1000,
        scheme: "http".to_owned(),
        metrics_path: "/metrics".to_owned(),
        params: Vec::new(),
        protocols: vec![Protocol::OpenMetricsText100, Protocol::PrometheusText004],
        histograms: Histograms::Classic,
        fallback_protocol: None,
        honor_labels: false,
        honor_timestamps: true,
        track_timestamps_staleness: false,
        enable_compression: false,
        extra_metrics: false,
        limits: Limits::default(),
        client: ClientOptions {
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
        },
        discoveries: vec![Discovery::Static(vec![group])],
        relabel_rules: Vec::new(),
        metric_relabel_rules: Vec::new(),
    }
}
