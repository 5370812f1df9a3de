//! Bytes that changed behind our back, in any file: the store opens, says so, serves what it can, and never panics.

use std::sync::Arc;

use model::{Labels, Matcher, TimeRange, Timestamp};
use platform::{Disk, SimulatedDisk};
use storage::{Columns, Hints, Sample, Selection, SeriesKey, Store as _};
use tsdb::{Store, StoreOptions};

use crate::dice::Dice;

const HISTORIES: u64 = 60;

/// Parts, a deletion, and a log with rows.
fn written(seed: u64) -> Arc<SimulatedDisk> {
    let disk = Arc::new(SimulatedDisk::new(seed));
    let (store, _) = Store::open(disk.clone(), StoreOptions::usual()).expect("a store");
    for round in 0..4 {
        for row in 0..5 {
            let mut appender = store.appender();
            let job = Labels::from_pairs([("job", "a")]);
            appender.row(&job, Timestamp(round * 100_000 + row * 1000));
            for name in ["x", "y", "z"] {
                let own = Labels::from_pairs([("__name__", name)]);
                let sample = Sample::float(row as f64 / 3.0);
                appender
                    .append(SeriesKey::InTarget(&own), sample)
                    .expect("a new sample");
            }
            appender.commit().expect("a commit");
        }
        if round == 1 {
            let range = TimeRange::new(Timestamp(1000), Timestamp(2000));
            store
                .delete(&[Matcher::equal("__name__", "x")], range)
                .expect("a deletion");
        }
        if round < 3 {
            store.flush().expect("a flush");
        }
    }
    drop(store);
    disk
}

fn files(disk: &SimulatedDisk) -> Vec<String> {
    let in_folder = |folder: &str| {
        let names = disk.list(folder).expect("a folder");
        names
            .into_iter()
            .map(|name| format!("{folder}/{name}"))
            .collect::<Vec<_>>()
    };
    ["log", "parts"].into_iter().flat_map(in_folder).collect()
}

/// Changes some bytes of one file, or cuts it.
fn damage(disk: &SimulatedDisk, dice: &mut Dice) -> String {
    let files = files(disk);
    let path = files[dice.below(files.len() as u64) as usize].clone();
    let file = disk.open(&path).expect("a file");
    let length = file.length().expect("its length");
    match dice.below(4) {
        0 => file.truncate(dice.below(length)).expect("a cut"),
        1 => {
            let garbage: Vec<u8> = (0..=dice.below(200)).map(|_| dice.next() as u8).collect();
            file.write_at(dice.below(length), &garbage)
                .expect("a write");
        }
        2 => file.write_at(length, &[0; 64]).expect("a write"),
        _ => disk.rot(&path, dice.below(length * 8) as usize),
    }
    path
}

/// Reads all there is; whatever can't be read says so.
fn read(store: &Store) -> Result<usize, String> {
    let range = TimeRange::ALL;
    let querier = store.querier(range).map_err(|error| error.to_string())?;
    let selection = Selection {
        matchers: &[Matcher::equal("job", "a")],
        range,
        hints: Hints::default(),
    };
    let mut columns = Columns::default();
    let mut samples = 0;
    for group in querier
        .select(&selection)
        .map_err(|error| error.to_string())?
    {
        group
            .read(range, &mut columns)
            .map_err(|error| error.to_string())?;
        let counts = columns
            .columns
            .iter()
            .map(|column| column.samples(&columns.timestamps).count());
        samples += counts.sum::<usize>();
    }
    Ok(samples)
}

/// Four times five rows of three series, less two deleted samples.
const SAMPLES: usize = 58;

#[test]
fn undamaged_all_is_there() {
    let (store, _) = Store::open(written(0), StoreOptions::usual()).expect("a store");
    store.replay().expect("a replay");
    assert_eq!(read(&store), Ok(SAMPLES));
}

#[test]
fn opens_and_serves_what_it_can() {
    let mut quiet = 0;
    for seed in 0..HISTORIES {
        let mut dice = Dice(seed);
        let disk = written(seed);
        let path = damage(&disk, &mut dice);
        let opened = Store::open(disk.clone(), StoreOptions::usual());
        let (store, opening) =
            opened.unwrap_or_else(|error| panic!("seed {seed}, {path}: {error}"));
        let replayed = store
            .replay()
            .unwrap_or_else(|error| panic!("seed {seed}, {path}: {error}"));
        let found = read(&store);
        // What opening set aside is told too.
        let set_aside = store.set_aside();
        assert!(set_aside.len() >= opening.set_aside.len());
        let told = !set_aside.is_empty() || !replayed.flaws.is_empty() || found.is_err();
        // A lost list of deletions brings samples back, and is told.
        let whole = found == Ok(SAMPLES);
        quiet += u64::from(whole && !told);
        assert!(
            whole || told,
            "seed {seed}, {path}: {found:?}, and nobody says why"
        );
        // It goes on.
        let mut appender = store.appender();
        appender.row(&Labels::from_pairs([("job", "b")]), Timestamp(1_000_000));
        let own = Labels::from_pairs([("__name__", "x")]);
        appender
            .append(SeriesKey::InTarget(&own), Sample::float(1.0))
            .expect("a new sample");
        assert_eq!(appender.commit().expect("a commit").samples, 1);
        drop(store);
    }
    // Some bytes mean nothing: those behind a file's end, or of segments that are no longer needed.
    assert!(quiet < HISTORIES / 2, "{quiet}");
}

#[test]
fn a_second_process_is_kept_out() {
    let disk = written(1);
    let (first, _) = Store::open(disk.clone(), StoreOptions::usual()).expect("a store");
    let second = Store::open(disk.clone(), StoreOptions::usual());
    let said = second.err().expect("it is open").to_string();
    assert!(
        said.starts_with("the data folder is in use by another process: "),
        "{said}"
    );
    drop(first);
    assert!(Store::open(disk, StoreOptions::usual()).is_ok());
}
