//! What keeping samples costs: memory, processor time, restarts, look-ups and disk, beside the peers, with the goals that were set.
//!
//! ```text
//!  each program, alone:   scrape 26 times ──► idle memory ──► counts, dashboards ──► memory ──► kill -9 ──► again
//!  each recording, once:  ──► directories on disk
//! ```

mod disk;
mod life;
mod restart;

use crate::Run;
use crate::fleet::Fleet;
use crate::peer::Peer;
use crate::replay::Replay;
use crate::report::{Report, Table};
use life::{Extent, Life};

/// Instances whose name begins with these digits: a ninth of all.
const SELECTION: &str = r#"count({instance=~"host-node-1.*"})"#;
/// All series there are.
const EVERYTHING: &str = r#"count({__name__!=""})"#;

pub(crate) fn run(run: Run, report: &mut Report) -> Option<()> {
    let mut extent = Extent::new(run.scale);
    extent.interval_seconds = run.interval_seconds.unwrap_or(extent.interval_seconds);
    let replay = Replay::start(Fleet::nodes()?, extent.instances);
    let series = replay.fleet().samples(extent.instances);
    report.title(&format!(
        "The store: {} targets, {series} series every {} s, {} scrapes",
        extent.instances, extent.interval_seconds, extent.scrapes
    ));
    let lives: Vec<Option<Life>> = run
        .peers()
        .iter()
        .map(|peer| {
            eprintln!("the life of {}", peer.name);
            life::live(*peer, &replay, &extent)
        })
        .collect();
    report.table(&lives_table(run.peers(), &lives));
    report.line(&format!(
        "\nAsked by: `{SELECTION}`, `{EVERYTHING}`, and the queries of `bench/queries`."
    ));
    if let Some(life) = &lives[0] {
        report.title("Our own dashboard queries, milliseconds");
        let mut table = Table::new(&["query", "Ferula"]);
        for (query, time) in &life.dashboards {
            table.row(&[
                format!("`{}`", query.replace('|', "\\|")),
                milliseconds(*time),
            ]);
        }
        report.table(&table);
    }
    if run.alone {
        return Some(());
    }
    disk::run(run.scale, report)
}

/// One line of the table: a figure of a life.
struct Measure {
    name: &'static str,
    goal: &'static str,
    figure: fn(&Life) -> String,
}

const MEASURES: [Measure; 12] = [
    Measure {
        name: "resident bytes per series, idle",
        goal: "150",
        figure: |life| format!("{:.0}", life.idle_bytes_per_series),
    },
    Measure {
        name: "resident bytes per series after a round of dashboard queries",
        goal: "300",
        figure: |life| format!("{:.0}", life.asked_bytes_per_series),
    },
    Measure {
        name: "scraping, million samples per core-second, all that the program does besides included",
        goal: "",
        figure: |life| format!("{:.2}", life.samples_per_core_second / 1e6),
    },
    Measure {
        name: "disk after the scrapes, bytes per sample (copies of one recording: no measure of compression)",
        goal: "",
        figure: |life| format!("{:.2}", life.disk_bytes_per_sample),
    },
    Measure {
        name: "count of a ninth of the series, ms",
        goal: "10",
        figure: |life| milliseconds(life.selection_ms),
    },
    Measure {
        name: "count of all series, ms",
        goal: "60",
        figure: |life| milliseconds(life.everything_ms),
    },
    Measure {
        name: "one round of dashboard queries, ms",
        goal: "",
        figure: |life| milliseconds(life.dashboards.iter().map(|(_, time)| time).sum()),
    },
    Measure {
        name: "after kill -9: first answer, s",
        goal: "0.3",
        figure: |life| seconds(life.restart.answer),
    },
    Measure {
        name: "after kill -9: first scrape, s (waits for the target's turn)",
        goal: "0.3",
        figure: |life| seconds(life.restart.scrape),
    },
    Measure {
        name: "after kill -9: all that will ever be there is there, s",
        goal: "1",
        figure: |life| seconds(life.restart.replayed),
    },
    Measure {
        name: "samples lost by kill -9, of a hundred",
        goal: "0",
        figure: |life| format!("{:.2}", life.restart.lost * 100.0),
    },
    Measure {
        name: "processor seconds of the restart, until then",
        goal: "",
        figure: |life| format!("{:.2}", life.restart.cpu_seconds),
    },
];

fn lives_table(peers: &[Peer], lives: &[Option<Life>]) -> Table {
    let names = peers.iter().map(|peer| peer.name);
    let names: Vec<&str> = ["measure", "goal"].into_iter().chain(names).collect();
    let mut table = Table::new(&names);
    for measure in MEASURES {
        let figures = lives
            .iter()
            .map(|life| life.as_ref().map_or(String::new(), measure.figure));
        let cells = [measure.name.to_owned(), measure.goal.to_owned()].into_iter();
        table.row(&cells.chain(figures).collect::<Vec<_>>());
    }
    table
}

fn milliseconds(time: f64) -> String {
    format!("{time:.1}")
}

fn seconds(time: Option<f64>) -> String {
    time.map_or("never".to_owned(), |time| format!("{time:.2}"))
}
