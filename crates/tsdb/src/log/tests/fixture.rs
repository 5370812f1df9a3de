//! Segments that earlier versions of the format wrote are read for ever.

use std::sync::Arc;

use model::{Histogram, Matcher, Metadata, MetricKind, STALE_NAN, TimeRange, Timestamp};
use platform::{Disk, SimulatedDisk};

use super::said::{Numbered, Said, open};
use crate::log::{Detail, DetailKind, Record, Row, TargetId};

const VERSION_1: &[u8] = include_bytes!("version_1.log");
/// The same and start times, which version 1 said each time.
const VERSION_2: &[u8] = include_bytes!("version_2.log");
/// As version 2 would have said it.
const VERSION_1_STARTS: &[u8] = include_bytes!("version_1_starts.log");

/// What the fixture says, by sequence number.
fn script(mut say: impl FnMut(u64, &Record<'_>)) {
    let histogram = Detail {
        column: 2,
        kind: DetailKind::Histogram(Histogram {
            count: 3.0,
            sum: 4.5,
            ..Histogram::default()
        }),
    };
    let details = [histogram];
    let row = |time_ms| Row {
        target: TargetId(9),
        time: Timestamp(time_ms),
        columns: &[0, 1],
        values: &[1.0, 0.25],
        details: &[],
    };
    let metadata = Metadata {
        kind: MetricKind::Gauge,
        help: "How warm it is.".to_owned(),
        unit: "celsius".to_owned(),
    };
    let matchers = [Matcher::equal("job", "j9")];
    say(1, &Record::Row(row(1_000)));
    let changed = Row {
        values: &[3.0, 1.0 / 3.0],
        ..row(16_000)
    };
    say(1, &Record::Row(changed));
    let other = Row {
        columns: &[1],
        values: &[STALE_NAN],
        details: &details,
        ..row(31_001)
    };
    say(2, &Record::Row(other));
    say(2, &Record::Row(row(46_000)));
    let family = "temperature_celsius";
    let target = TargetId(9);
    let metadata = &metadata;
    say(
        3,
        &Record::Metadata {
            target,
            family,
            metadata,
        },
    );
    say(
        3,
        &Record::Deletion {
            matchers: &matchers,
            range: TimeRange::new(Timestamp(-5), Timestamp(20_000)),
        },
    );
}

/// A row's time, columns, values and details.
type Shown<'a> = (i64, &'a [u32], &'a [f64], &'a [Detail]);

/// What the fixtures with start times say after that.
fn starts(mut say: impl FnMut(u64, &Record<'_>)) {
    let start = |column, start_ms| Detail {
        column,
        kind: DetailKind::Start(Timestamp(start_ms)),
    };
    let late = Detail {
        column: 1,
        kind: DetailKind::FloatAt(Timestamp(60_500), 7.0),
    };
    let rows: [Shown<'_>; 6] = [
        (61_000, &[0, 1], &[1.0, 2.0], &[start(0, 60_000)]),
        (76_000, &[0, 1], &[1.0, 2.0], &[start(0, 60_000)]),
        // One that is away keeps its start.
        (91_000, &[1], &[3.0], &[]),
        (
            106_000,
            &[0, 1],
            &[2.0, 3.0],
            &[start(0, 60_000), start(1, 100_000)],
        ),
        (
            121_000,
            &[0],
            &[0.0],
            &[late, start(0, 120_000), start(1, 100_000)],
        ),
        (136_000, &[0, 1], &[0.0, 3.0], &[start(1, 100_000)]),
    ];
    for (number, (time_ms, columns, values, details)) in rows.into_iter().enumerate() {
        let row = Row {
            target: TargetId(9),
            time: Timestamp(time_ms),
            columns,
            values,
            details,
        };
        say(4 + number as u64 / 2, &Record::Row(row));
    }
}

fn all(mut say: impl FnMut(u64, &Record<'_>)) {
    script(&mut say);
    starts(&mut say);
}

fn check(segment: &[u8], script: impl Fn(&mut dyn FnMut(u64, &Record<'_>))) {
    let mut expected = Vec::new();
    script(&mut |sequence, record| expected.push(Said::new(sequence, record)));
    let disk = Arc::new(SimulatedDisk::new(0));
    disk.create_folder("log").unwrap();
    let file = disk.create("log/0000000001.log").unwrap();
    file.write_at(0, segment).unwrap();
    let (_, shown, replayed) = open(disk, 1).unwrap();
    assert_eq!(replayed.flaws, []);
    assert_eq!(shown, expected);
}

#[test]
fn version_1() {
    check(VERSION_1, |say| script(say));
    check(VERSION_1_STARTS, |say| all(say));
}

#[test]
fn version_2() {
    check(VERSION_2, |say| all(say));
}

/// The script is written as it was, so that the next version's fixture can be made the same way.
#[test]
fn the_script_can_be_written() {
    let disk = Arc::new(SimulatedDisk::new(0));
    let (mut log, _, _) = open(disk.clone(), u64::MAX).unwrap();
    let mut expected = Vec::new();
    all(|sequence, record| {
        while log.acknowledged() + 1 < sequence {
            log.commit().unwrap();
        }
        log.append(record, &Numbered).unwrap();
        expected.push(Said::new(sequence, record));
    });
    log.commit().unwrap();
    if let Some(path) = std::env::var_os("FERULA_LOG_FIXTURE") {
        let file = disk.open("log/0000000001.log").unwrap();
        let mut bytes = vec![0; file.length().unwrap() as usize];
        file.read_at(0, &mut bytes).unwrap();
        platform::file::replace(path.as_ref(), &bytes).unwrap();
    }
    let (_, shown, _) = open(disk, 1).unwrap();
    assert_eq!(shown, expected);
}
