//! What scraping costs: samples per second of CPU time, and resident memory per series.

use std::time::{Duration, Instant};

use crate::median::median;
use crate::peer::{Load, PEERS};
use crate::recording::Pages;
use crate::replay::Replay;
use crate::usage::{cpu_seconds, resident_bytes};

const INSTANCES: usize = 200;
const INTERVAL_SECONDS: u32 = 1;
/// Each program is started so many times, in turns.
const ROUNDS: usize = 3;
/// Scrapes of each target before measuring: series are made with the first.
const WARM_SCRAPES: u64 = 5;
const MEASURED: Duration = Duration::from_secs(20);

/// One round's figures.
struct Figures {
    samples_per_core_second: f64,
    bytes_per_series: f64,
}

pub(crate) fn run(pages: &Pages) {
    let per_page = pages.samples[0];
    let series = per_page * INSTANCES;
    println!(
        "\n## Scraping: {INSTANCES} targets, {per_page} samples each, every {INTERVAL_SECONDS} s ({series} series)\n"
    );
    let replay = Replay::start(pages);
    let load = Load {
        port: replay.port,
        instances: INSTANCES,
        interval_seconds: INTERVAL_SECONDS,
    };
    let mut rounds: Vec<Vec<Figures>> = PEERS.iter().map(|_| Vec::new()).collect();
    for round in 1..=ROUNDS {
        for peer in PEERS {
            eprintln!("round {round} of {ROUNDS}: {}", peer.name);
            let Some(program) = peer.start(load) else {
                continue;
            };
            let start = replay.served(peer.number);
            let warm = start + WARM_SCRAPES * series as u64;
            e2e::wait_until("targets are warm", || {
                (replay.served(peer.number) > warm).then_some(())
            });
            let (before, cpu) = (replay.served(peer.number), cpu_seconds(program.id()));
            wait(MEASURED);
            let samples = replay.served(peer.number) - before;
            rounds[peer.number].push(Figures {
                samples_per_core_second: samples as f64 / (cpu_seconds(program.id()) - cpu),
                bytes_per_series: resident_bytes(program.id()) / series as f64,
            });
        }
    }
    print_table(&rounds);
}

fn print_table(rounds: &[Vec<Figures>]) {
    let of = |peer: usize, figure: fn(&Figures) -> f64| {
        median(&rounds[peer].iter().map(figure).collect::<Vec<_>>())
    };
    println!("| program | samples per core-second | ratio | resident bytes per series | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    let speed: fn(&Figures) -> f64 = |figures| figures.samples_per_core_second;
    let bytes: fn(&Figures) -> f64 = |figures| figures.bytes_per_series;
    for peer in PEERS {
        let (own_speed, own_bytes) = (of(peer.number, speed), of(peer.number, bytes));
        println!(
            "| {} | {:.2} M | {:.2} | {:.0} | {:.2} |",
            peer.name,
            own_speed / 1e6,
            own_speed / of(0, speed),
            own_bytes,
            own_bytes / of(0, bytes)
        );
    }
}

/// Lets time pass, without a claim on anything.
fn wait(time: Duration) {
    let end = Instant::now() + time;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        std::thread::park_timeout(left);
    }
}
