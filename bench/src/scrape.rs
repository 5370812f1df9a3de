//! What scraping costs: samples per second of CPU time, and resident memory per series.
//!
//! Targets are scraped every second, so that there is much to measure in little time. With gzip, the replay sends packed pages to whoever asks; all three can unpack.

use std::time::Duration;

use crate::fleet::Fleet;
use crate::median::median;
use crate::peer::{Encoding, Load, PEERS, Peer};
use crate::replay::Replay;
use crate::report::{Report, Table, ratio};
use crate::usage::{cpu_seconds, resident_bytes};
use crate::{Run, Scale, wait};

const INTERVAL_SECONDS: u32 = 1;
/// Scrapes of each target before measuring: series are made with the first.
const WARM_SCRAPES: u64 = 5;

/// How much is measured.
struct Extent {
    instances: usize,
    /// Each program is started so many times, in turns.
    rounds: usize,
    measured: Duration,
}

impl Extent {
    fn new(scale: Scale) -> Self {
        match scale {
            Scale::Full => Self {
                instances: 200,
                rounds: 3,
                measured: Duration::from_secs(20),
            },
            Scale::Quick => Self {
                instances: 1500,
                rounds: 1,
                measured: Duration::from_secs(5),
            },
        }
    }
}

/// One round's figures.
struct Figures {
    samples_per_core_second: f64,
    bytes_per_series: f64,
}

pub(crate) fn run(run: Run, report: &mut Report) -> Option<()> {
    for fleet in [Fleet::nodes()?, Fleet::mixed()?] {
        let replay = Replay::start(fleet, Extent::new(run.scale).instances);
        for encoding in [Encoding::Identity, Encoding::Gzip] {
            measure(run, &replay, encoding, report);
        }
    }
    Some(())
}

fn measure(run: Run, replay: &Replay, encoding: Encoding, report: &mut Report) {
    let extent = Extent::new(run.scale);
    let series = replay.fleet().samples(extent.instances);
    let load = Load {
        port: replay.port,
        instances: extent.instances,
        interval_seconds: INTERVAL_SECONDS,
        encoding,
    };
    let mut rounds: Vec<Vec<Figures>> = PEERS.iter().map(|_| Vec::new()).collect();
    for round in 1..=extent.rounds {
        for peer in run.peers() {
            eprintln!(
                "{}, round {round} of {}: {}",
                encoding.name(),
                extent.rounds,
                peer.name
            );
            rounds[peer.number].extend(one_round(replay, load, *peer, &extent));
        }
    }
    report.title(&format!(
        "Scraping {} of {} every {INTERVAL_SECONDS} s, {series} series, {}",
        extent.instances,
        replay.fleet().name,
        encoding.name(),
    ));
    report.table(&table(run.peers(), &rounds));
}

fn one_round(replay: &Replay, load: Load, peer: Peer, extent: &Extent) -> Option<Figures> {
    let series = replay.fleet().samples(load.instances);
    let start = replay.served(peer.number);
    let program = peer.start(replay, load)?;
    let warm = start + WARM_SCRAPES * series as u64;
    wait::until("targets are warm", || replay.served(peer.number) > warm);
    let (before, cpu) = (replay.served(peer.number), cpu_seconds(program.id()));
    wait::pass(extent.measured);
    let samples = replay.served(peer.number) - before;
    Some(Figures {
        samples_per_core_second: samples as f64 / (cpu_seconds(program.id()) - cpu),
        bytes_per_series: resident_bytes(program.id()) / series as f64,
    })
}

fn table(peers: &[Peer], rounds: &[Vec<Figures>]) -> Table {
    let of = |peer: usize, figure: fn(&Figures) -> f64| {
        median(&rounds[peer].iter().map(figure).collect::<Vec<_>>())
    };
    let mut table = Table::new(&[
        "program",
        "samples per core-second",
        "ratio",
        "resident bytes per series",
        "ratio",
    ]);
    let speed: fn(&Figures) -> f64 = |figures| figures.samples_per_core_second;
    let bytes: fn(&Figures) -> f64 = |figures| figures.bytes_per_series;
    for peer in peers {
        let (own_speed, own_bytes) = (of(peer.number, speed), of(peer.number, bytes));
        table.row(&[
            peer.name.to_owned(),
            format!("{:.2} M", own_speed / 1e6),
            ratio(own_speed, of(0, speed)),
            format!("{own_bytes:.0}"),
            ratio(own_bytes, of(0, bytes)),
        ]);
    }
    table
}
