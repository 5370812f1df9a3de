//! `kill -9`, and how long it takes until all is as before.

use std::time::{Duration, Instant};

use e2e::Program;

use crate::ask;
use crate::peer::Place;
use crate::replay::Replay;
use crate::report::now;
use crate::usage::cpu_seconds;
use crate::wait;

/// How many scrapes are known: one sample of each, however many series a target has.
const KNOWN: &str = "sum(count_over_time(up[1h]))";
/// When nothing has changed for so long, nothing will.
const SETTLED: Duration = Duration::from_secs(10);
/// Between two questions.
const PAUSE: Duration = Duration::from_millis(10);

/// A restart in seconds; `None` for what did not come about.
pub(super) struct Restart {
    /// Until a query is answered, whatever the answer.
    pub(super) answer: Option<f64>,
    /// Until a target is scraped.
    pub(super) scrape: Option<f64>,
    /// Until as much is known as will ever be.
    pub(super) replayed: Option<f64>,
    /// The share of samples that are gone.
    pub(super) lost: f64,
    /// Until `replayed`.
    pub(super) cpu_seconds: f64,
}

/// Kills `program` and starts it again.
pub(super) fn measure(place: &Place, program: &mut Program, replay: &Replay) -> Restart {
    let peer = place.peer;
    let time = now();
    let known = ask::value(program, peer, KNOWN, time).unwrap_or(0.0);
    program.signal("KILL");
    program.wait();
    let served = replay.served(peer.number);

    let start = Instant::now();
    let again = place.spawn().expect("it could be started before");
    let mut restart = Restart {
        answer: None,
        scrape: None,
        replayed: None,
        lost: 1.0,
        cpu_seconds: 0.0,
    };
    let mut best = f64::NEG_INFINITY;
    let mut changed = start;
    while changed.elapsed() < SETTLED || restart.scrape.is_none() {
        let seconds = start.elapsed().as_secs_f64();
        if restart.scrape.is_none() && replay.served(peer.number) > served {
            restart.scrape = Some(seconds);
        }
        let value = ask::value(&again, peer, KNOWN, time);
        let seconds = start.elapsed().as_secs_f64();
        match value {
            Some(value) if value > best => {
                restart.answer.get_or_insert(seconds);
                restart.replayed = Some(seconds);
                restart.cpu_seconds = cpu_seconds(again.id());
                restart.lost = 1.0 - value / known;
                (best, changed) = (value, Instant::now());
            }
            Some(_) => {}
            // Still starting.
            None => changed = Instant::now(),
        }
        if best >= known && restart.scrape.is_some() {
            break;
        }
        wait::pass(PAUSE);
    }
    restart
}
