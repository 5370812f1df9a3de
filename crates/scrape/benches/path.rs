//! What a sample costs on its whole way from a target over loopback HTTP to a store that keeps nothing. Run with `cargo bench -p scrape --bench path`, and behind `--`
//! how many targets and for how many seconds.
//!
//! Targets are served by a second process, so that its time is not ours. Each is at an address of its own and is asked every second.
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures with the machine's clock and reads its page from the disk"
)]

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use platform::SystemClock;
use platform::http::{Authorization, ClientOptions, Proxy, SystemNetwork, TlsOptions};
use scrape::options::{Discovery, JobOptions, Limits, Protocol, TargetGroup};
use scrape::{NetworkOnly, Scraper, Telemetry, World};

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

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == SERVE) {
        return serve(words[at + 1].parse()?);
    }
    let mut numbers = words.iter().filter_map(|word| word.parse::<u64>().ok());
    let targets = numbers.next().map_or(TARGETS, |number| number as usize);
    let seconds = numbers.next().unwrap_or(SECONDS);

    let (mut server, port) = start_server(targets)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let store = Arc::new(taking::Taking::default());
    let registry = ferula::Registry::new();
    let world = World {
        store: store.clone(),
        network: Arc::new(SystemNetwork),
        sources: Arc::new(NetworkOnly),
        clock: Arc::new(SystemClock),
        seed: 1,
        agent: "bench".to_owned(),
        telemetry: Telemetry::new(&registry)?,
    };
    let (scraper, errors) =
        runtime.block_on(async { Scraper::start(world, vec![job(targets, port)]) });
    assert!(errors.is_empty(), "{errors:?}");
    wait(WARM);
    let (before, samples) = (cpu_seconds(), store.samples());
    wait(Duration::from_secs(seconds));
    let (cpu, samples) = (cpu_seconds() - before, store.samples() - samples);
    writeln!(
        io::stdout().lock(),
        "{targets} targets, {samples} samples, {cpu:.3} core-seconds: {:.2} M samples per core-second, {:.1} us a page",
        samples as f64 / cpu / 1e6,
        cpu / (targets as f64 * seconds as f64) * 1e6,
    )?;
    runtime.block_on(scraper.stop());
    server.kill()?;
    server.wait()?;
    Ok(())
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

fn start_server(targets: usize) -> io::Result<(Child, u16)> {
    let mut server = Command::new(std::env::current_exe()?)
        .args([SERVE, &targets.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut port = [0; 2];
    let out = server.stdout.as_mut().expect("a pipe");
    out.read_exact(&mut port)?;
    Ok((server, u16::from_le_bytes(port)))
}

/// Shows the page of a node exporter at many addresses, until it is killed.
fn serve(targets: usize) -> Result<(), Box<dyn std::error::Error>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/samples/node_exporter-1.5.0.txt");
    let page = std::fs::read(page)?;
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\n\r\n",
        page.len()
    );
    let answer: Arc<[u8]> = [head.as_bytes(), &page].concat().into();
    let mut port = 0;
    for target in 0..targets {
        let listener = TcpListener::bind((address(target), port))?;
        port = listener.local_addr()?.port();
        let answer = Arc::clone(&answer);
        std::thread::Builder::new()
            .stack_size(64 << 10)
            .spawn(move || {
                while let Ok((socket, _)) = listener.accept() {
                    let _ended = answer_all(socket, &answer);
                }
            })?;
    }
    io::stdout().lock().write_all(&port.to_le_bytes())?;
    io::stdout().lock().flush()?;
    loop {
        std::thread::park();
    }
}

fn answer_all(mut socket: TcpStream, answer: &[u8]) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut request = [0; 2048];
    loop {
        let mut length = 0;
        while !request[..length].ends_with(b"\r\n\r\n") {
            match socket.read(&mut request[length..])? {
                0 => return Ok(()),
                more => length += more,
            }
        }
        socket.write_all(answer)?;
    }
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
