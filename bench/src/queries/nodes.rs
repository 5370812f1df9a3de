//! Half a million series of node exporters, scraped by all programs at once, ten minutes of them.

use e2e::Program;

use super::{List, Loaded};
use crate::ask::{self, Range};
use crate::fleet::Fleet;
use crate::peer::{Encoding, Load, Peer, Place};
use crate::replay::Replay;
use crate::report::now;
use crate::{Run, Scale, wait};

/// The distance of scrapes that the queries are written for.
const INTERVAL_SECONDS: u32 = 15;
/// Points of an answer, but for one; windows of five minutes reach as far back again.
const STEPS: u32 = 20;
/// Scrapes of each target before asking: all windows are full.
const SCRAPES: u64 = 41;

pub(super) fn load(run: Run) -> Option<Loaded> {
    let (instances, interval_seconds) = match run.scale {
        Scale::Full => (1000, run.interval_seconds.unwrap_or(INTERVAL_SECONDS)),
        Scale::Quick => (100, 1),
    };
    let replay = Replay::start(Fleet::nodes()?, instances);
    let load = Load {
        port: replay.port,
        instances,
        interval_seconds,
        encoding: Encoding::Identity,
    };
    let peers = run.peers().iter();
    let programs: Vec<(Place, Program)> = peers
        .filter_map(|peer| {
            let place = peer.place(&replay, load);
            let program = place.start()?;
            Some((place, program))
        })
        .collect();
    let wanted = SCRAPES * replay.fleet().samples(instances) as u64;
    eprintln!("scraping {SCRAPES} times, every {interval_seconds} s");
    wait::until("targets were scraped", || {
        let mut places = programs.iter().map(|(place, _)| place);
        places.all(|place| replay.served(place.peer.number) >= wanted)
    });
    // What ends with the targets comes later than this.
    let end = now().floor();
    for (place, program) in &programs {
        place.scrape_nothing();
        program.signal("HUP");
    }
    let programs: Vec<(Peer, Program)> = programs
        .into_iter()
        .map(|(place, program)| (place.peer, program))
        .collect();
    Some(Loaded {
        lists: lists(instances, interval_seconds, end),
        programs,
    })
}

fn lists(instances: usize, interval_seconds: u32, end: f64) -> Vec<List> {
    let step = f64::from(interval_seconds);
    let length = step * f64::from(STEPS);
    let range = Range { end, length, step };
    let list = |kind: &str, queries: Vec<&str>, range: Range| List {
        title: format!("{kind}: {instances} node exporters, a scrape each {interval_seconds} s"),
        queries: queries
            .iter()
            .map(|query| scaled(query, interval_seconds))
            .collect(),
        range,
    };
    let once = Range {
        length: 0.0,
        ..range
    };
    let over = format!("over {length} s each {step} s");
    vec![
        list(&format!("Windows, {over}"), ask::nodes(), range),
        list(&format!("Dashboards, {over}"), ask::dashboards(), range),
        list("Counts, once", ask::counts(), once),
    ]
}

/// The query for scrapes that come faster: windows hold as many of them.
fn scaled(query: &str, interval_seconds: u32) -> String {
    let window = |minutes: u32| {
        let seconds = minutes * 60 * interval_seconds / INTERVAL_SECONDS;
        if seconds.is_multiple_of(60) {
            format!("[{}m]", seconds / 60)
        } else {
            format!("[{seconds}s]")
        }
    };
    // In this order, for five minutes may shrink to one.
    let query = query.replace("[1m]", &window(1));
    query.replace("[5m]", &window(5))
}
