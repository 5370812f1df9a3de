//! What queries cost: latency over HTTP of the queries in `bench/queries`, asked in turns of all programs, which have scraped the same pages.

use e2e::Program;

use crate::ask::{self, Range};
use crate::fleet::Fleet;
use crate::median::median;
use crate::peer::{Encoding, Load, PEERS, Peer};
use crate::replay::Replay;
use crate::report::{Report, Table, now};
use crate::{Run, Scale, wait};

const INTERVAL_SECONDS: u32 = 1;
/// Queries that are asked over one range, in seconds before now.
struct List {
    queries: fn() -> Vec<&'static str>,
    length: f64,
    step: f64,
}

const LISTS: [List; 2] = [
    List {
        queries: ask::dashboards,
        length: 120.0,
        step: 5.0,
    },
    List {
        queries: ask::nodes,
        length: 300.0,
        step: 15.0,
    },
];

/// How much is measured.
struct Extent {
    instances: usize,
    /// Scrapes of each target before asking.
    scrapes: u64,
    /// Each query is asked so many times of each program, in turns.
    rounds: usize,
}

impl Extent {
    fn new(scale: Scale) -> Self {
        match scale {
            Scale::Full => Self {
                instances: 200,
                scrapes: 150,
                rounds: 7,
            },
            Scale::Quick => Self {
                instances: 40,
                scrapes: 20,
                rounds: 3,
            },
        }
    }
}

pub(crate) fn run(run: Run, report: &mut Report) -> Option<()> {
    let extent = Extent::new(run.scale);
    let replay = Replay::start(Fleet::nodes()?, extent.instances);
    let load = Load {
        port: replay.port,
        instances: extent.instances,
        interval_seconds: INTERVAL_SECONDS,
        encoding: Encoding::Identity,
    };
    let programs: Vec<(Peer, Program)> = run
        .peers()
        .iter()
        .filter_map(|peer| Some((*peer, peer.start(&replay, load)?)))
        .collect();
    let wanted = extent.scrapes * replay.fleet().samples(extent.instances) as u64;
    eprintln!("scraping {} times", extent.scrapes);
    wait::until("targets were scraped", || {
        let mut peers = programs.iter().map(|(peer, _)| peer);
        peers.all(|peer| replay.served(peer.number) >= wanted)
    });
    for list in &LISTS {
        tell(list, &extent, &programs, report);
    }
    Some(())
}

fn tell(list: &List, extent: &Extent, programs: &[(Peer, Program)], report: &mut Report) {
    report.title(&format!(
        "Range queries: {} targets, the last {} s, step {} s, milliseconds over HTTP",
        extent.instances, list.length, list.step
    ));
    let names = PEERS.map(|peer| peer.name);
    let mut table = Table::new(&[&["query"], &names[..]].concat());
    let mut ratios = vec![Vec::new(); PEERS.len()];
    for query in (list.queries)() {
        let times = measure(programs, list, query, extent.rounds);
        table.row(&row(query, &times, &mut ratios));
    }
    let means = ratios
        .iter()
        .map(|ratios| format!("{:.2}", geometric_mean(ratios)));
    let title = "**geometric mean of ratios to Ferula**".to_owned();
    table.row(&std::iter::once(title).chain(means).collect::<Vec<_>>());
    report.table(&table);
}

/// Medians in milliseconds, by number of the peer; NaN for one that can't answer.
fn measure(
    programs: &[(Peer, Program)],
    list: &List,
    query: &str,
    rounds: usize,
) -> [f64; PEERS.len()] {
    let mut times = [const { Vec::new() }; PEERS.len()];
    let range = Range {
        end: now().floor(),
        length: list.length,
        step: list.step,
    };
    for _ in 0..rounds {
        for (peer, program) in programs {
            times[peer.number].extend(ask::range(program, *peer, query, range));
        }
    }
    times.map(|times| median(&times))
}

fn row(query: &str, times: &[f64; PEERS.len()], ratios: &mut [Vec<f64>]) -> Vec<String> {
    let cell = |(peer, time): (usize, &f64)| {
        if time.is_nan() {
            return "no answer".to_owned();
        }
        let ratio = time / times[0];
        if peer == 0 {
            format!("{time:.1}")
        } else {
            format!("{time:.1} ({ratio:.1}x)")
        }
    };
    for (ratios, time) in ratios.iter_mut().zip(times) {
        if !(time / times[0]).is_nan() {
            ratios.push(time / times[0]);
        }
    }
    let query = format!("`{}`", query.replace('|', "\\|"));
    std::iter::once(query)
        .chain(times.iter().enumerate().map(cell))
        .collect()
}

fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}
