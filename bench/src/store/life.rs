//! The life of one program: it scrapes, is asked, and is killed.

use super::restart::{self, Restart};
use super::{EVERYTHING, SELECTION};
use crate::ask::{self, Range};
use crate::median::median;
use crate::peer::{Encoding, Load, Peer};
use crate::replay::Replay;
use crate::report::now;
use crate::usage::{cpu_seconds, folder_bytes, resident_bytes};
use crate::{Scale, wait};

/// Of the scrapes, those in which series are made and files are opened, and no speed is measured.
const WARM_SCRAPES: u64 = 5;

/// How much is measured.
pub(super) struct Extent {
    pub(super) instances: usize,
    pub(super) interval_seconds: u32,
    /// Of each target, before it is asked: with a thousand targets of 507 samples 13 million samples.
    pub(super) scrapes: u64,
    /// How many times the counts are asked.
    counts: usize,
}

impl Extent {
    pub(super) fn new(scale: Scale) -> Self {
        match scale {
            Scale::Full => Self {
                instances: 1000,
                interval_seconds: 15,
                scrapes: 26,
                counts: 7,
            },
            Scale::Quick => Self {
                instances: 100,
                interval_seconds: 1,
                scrapes: 12,
                counts: 3,
            },
        }
    }
}

/// What was measured.
pub(super) struct Life {
    pub(super) samples_per_core_second: f64,
    pub(super) idle_bytes_per_series: f64,
    pub(super) asked_bytes_per_series: f64,
    pub(super) disk_bytes_per_sample: f64,
    pub(super) selection_ms: f64,
    pub(super) everything_ms: f64,
    /// Each query with its time in milliseconds; NaN where there was no answer.
    pub(super) dashboards: Vec<(&'static str, f64)>,
    pub(super) restart: Restart,
}

/// `None` when the program is not installed.
pub(super) fn live(peer: Peer, replay: &Replay, extent: &Extent) -> Option<Life> {
    let series = replay.fleet().samples(extent.instances) as f64;
    let place = peer.place(replay, load(replay, extent));
    let before = replay.served(peer.number);
    let served = || (replay.served(peer.number) - before) as f64;
    let mut program = place.start()?;
    let scraped = |times: u64| {
        wait::until("targets were scraped", || served() >= times as f64 * series);
    };
    scraped(WARM_SCRAPES);
    let (warm, cpu) = (served(), cpu_seconds(program.id()));
    scraped(extent.scrapes);
    let samples_per_core_second = (served() - warm) / (cpu_seconds(program.id()) - cpu);
    let idle_bytes_per_series = resident_bytes(program.id()) / series;
    let disk_bytes_per_sample = folder_bytes(&place.data()) as f64 / served();

    let end = now();
    let count = |query| {
        let times = (0..extent.counts).filter_map(|_| ask::instant(&program, peer, query, end));
        median(&times.collect::<Vec<_>>())
    };
    let (selection_ms, everything_ms) = (count(SELECTION), count(EVERYTHING));
    let range = range(extent, end);
    let dashboards = ask::dashboards()
        .into_iter()
        .map(|query| {
            (
                query,
                ask::range(&program, peer, query, range).unwrap_or(f64::NAN),
            )
        })
        .collect();
    let asked_bytes_per_series = resident_bytes(program.id()) / series;
    let restart = restart::measure(&place, &mut program, replay);
    Some(Life {
        samples_per_core_second,
        idle_bytes_per_series,
        asked_bytes_per_series,
        disk_bytes_per_sample,
        selection_ms,
        everything_ms,
        dashboards,
        restart,
    })
}

fn load(replay: &Replay, extent: &Extent) -> Load {
    Load {
        port: replay.port,
        instances: extent.instances,
        interval_seconds: extent.interval_seconds,
        encoding: Encoding::Identity,
    }
}

/// All that was scraped, a point for each scrape.
fn range(extent: &Extent, end: f64) -> Range {
    let step = f64::from(extent.interval_seconds);
    Range {
        end,
        length: step * extent.scrapes as f64,
        step,
    }
}
