//! Bytes that are damaged and sealed again, so that no checksum says so: decoders may answer anything, but they answer.

use model::{Labels, Timestamp, Value};
use storage::{Column, Values};

use super::super::frame::{CHECKSUM_BYTES, seal};
use super::super::given::{Given, Samples};
use super::super::page::Mantissas;
use super::super::tables::{Sections, Tables, compress, decompress};
use super::super::{Examples, Facts, Level, Source, write};
use super::*;

/// One group with a series of every form.
struct Forms(Vec<Labels>, Vec<Vec<f64>>);

const ROWS: usize = 150;

fn forms() -> Forms {
    let column = |value: &dyn Fn(i32) -> f64| (0..ROWS as i32).map(value).collect::<Vec<f64>>();
    let columns = vec![
        column(&|_| 5.0),
        column(&|_| 0.1 + 0.2),
        column(&|row| f64::from(row * 3)),
        column(&|row| f64::from(row * row % 89)),
        column(&|row| f64::from(row * row % 89 + 1)),
        column(&|row| f64::from(row * row) / 8.0),
        column(&|row| f64::from(row) / 3.0),
        column(&|row| f64::from(row / 50) / 3.0),
        column(&|row| {
            if row % 60 == 7 {
                f64::NAN
            } else {
                f64::from(row / 9)
            }
        }),
        column(&|row| {
            if row > 99 {
                model::STALE_NAN
            } else {
                f64::from(row % 7)
            }
        }),
    ];
    let name =
        |number: String| Labels::from_pairs([("__name__", "family"), ("le", number.as_str())]);
    let names = (0..columns.len()).map(|number| name(number.to_string()));
    Forms(names.collect(), columns)
}

impl Source for Forms {
    fn groups(&self) -> usize {
        1
    }

    fn target(&self, _: usize) -> &Labels {
        &self.0[0]
    }

    fn series(&self, _: usize) -> &[Labels] {
        &self.0
    }

    fn timestamps(&self, _: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        *out = (0..ROWS as i64).map(|row| row * 15_000 + row % 3).collect();
        Ok(())
    }

    fn column(&mut self, _: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        *out = Column {
            first_row: 0,
            values: Values::Floats(self.1[series].clone()),
            ..Column::default()
        };
        Ok(())
    }
}

fn part(level: Level) -> Part<Vec<u8>> {
    let mut bytes = Vec::new();
    write(&mut forms(), level, &Facts::default(), &mut bytes).expect("a vector takes all");
    Part::open(bytes).expect("own bytes")
}

/// Calls `read` with the bytes, sealed again, after each of many single changes.
fn mutate(sealed: &[u8], mut read: impl FnMut(&[u8])) {
    let bytes = &sealed[..sealed.len() - CHECKSUM_BYTES];
    for at in 0..bytes.len() {
        for flip in [0x01, 0x08, 0x80, 0xff] {
            let mut damaged = bytes.to_vec();
            damaged[at] ^= flip;
            seal(&mut damaged);
            read(&damaged);
        }
    }
}

#[test]
fn damaged_pages_never_panic() {
    for level in [Level::Hot, Level::Cold] {
        let part = part(level);
        let tables = part.tables().expect("own bytes");
        for place in &tables.pages {
            let mut opened = 0;
            mutate(&part.medium[place.range.clone()], |page| {
                let Ok(page) = Page::open(page.into()) else {
                    return;
                };
                opened += 1;
                let (mut column, mut kept) = (Column::default(), Mantissas::default());
                for chunk in 0..page.chunks() {
                    let _ = page.chunk(chunk, &(0..WINDOW_ROWS), &mut kept, &mut column);
                }
            });
            assert!(
                opened > 0,
                "some changes go unnoticed until streams are read"
            );
        }
    }
}

#[test]
fn damaged_tables_never_panic() {
    let part = part(Level::Hot);
    let kinds = [Kind::Strings, Kind::Metrics, Kind::Groups, Kind::PageIndex];
    let sections = kinds.map(|kind| &part.medium[part.footer.section(kind)]);
    let plain = sections.map(|sealed| &sealed[..sealed.len() - CHECKSUM_BYTES]);
    let decode = |plain: [&[u8]; 4]| {
        Tables::decode(Sections {
            strings: plain[0],
            metrics: plain[1],
            groups: plain[2],
            page_index: plain[3],
        })
    };
    assert!(decode(plain).is_ok());
    for (number, section) in sections.iter().enumerate() {
        mutate(section, |damaged| {
            let mut plain = plain;
            plain[number] = &damaged[..damaged.len() - CHECKSUM_BYTES];
            let _ = decode(plain);
        });
    }
}

/// A part with every section, and gaps in its pages.
fn everything() -> Part<Vec<u8>> {
    let mut samples = Samples::new();
    for job in ["a", "b"] {
        let target = Labels::from_pairs([("job", job)]);
        for name in ["x", "y"] {
            let times = (0..40).filter(|row| row % 7 != 3 || name == "y");
            let value = |row: i64| (row * 10, Value::Float((row * row % 11) as f64));
            let metric = Labels::from_pairs([("__name__", name)]);
            samples.insert((target.clone(), metric), times.map(value).collect());
        }
    }
    let mut given = Given::of(&samples);
    given.note_starts(|time| (time % 200 < 100).then_some(time / 100 * 100 - 5));
    let target = Labels::from_pairs([("job", "a")]);
    for (family, help) in [("x", "One."), ("y", "Two.")] {
        let metadata = model::Metadata {
            help: help.to_owned(),
            ..model::Metadata::default()
        };
        given.said.add(&target, family, &metadata);
    }
    for group in 0..2 {
        given.examples.push(Examples {
            group,
            series: 1,
            exemplars: vec![model::Exemplar {
                labels: Labels::from_pairs([("trace_id", "12"), ("span_id", "3")]),
                value: 0.5,
                timestamp: Timestamp(77),
            }],
        });
    }
    let facts = Facts {
        log_sequence: 500,
        replaced: vec![1, 2, 300],
        resolution_ms: 0,
    };
    let mut bytes = Vec::new();
    write(&mut given, Level::Hot, &facts, &mut bytes).expect("a vector takes all");
    Part::open(bytes).expect("own bytes")
}

#[test]
fn damaged_sections_never_panic() {
    let part = everything();
    let section = |kind| &part.medium[part.footer.section(kind)];
    let plain = |sealed: &[u8]| sealed[..sealed.len() - CHECKSUM_BYTES].to_vec();
    // Sections are compressed, and zstd notices much; so what it holds is changed too.
    let inside = |kind: Kind, decode: &dyn Fn(&[u8]) -> bool| {
        let bytes = plain(section(kind));
        assert!(decode(&bytes), "{kind:?}");
        let mut decoded = 0;
        mutate(section(kind), |damaged| {
            decode(&plain(damaged));
        });
        let content = decompress(&bytes, kind.word()).expect("own bytes");
        for at in 0..content.len() {
            for flip in [0x01, 0x08, 0x80, 0xff] {
                let mut damaged = content.clone();
                damaged[at] ^= flip;
                decoded += u32::from(decode(&compress(&damaged)));
            }
        }
        assert!(decoded > 0, "{kind:?}: some changes make another value");
    };
    inside(Kind::Exemplars, &|bytes| exemplars::decode(bytes).is_ok());
    inside(Kind::Metadata, &|bytes| Said::decode(bytes).is_ok());
    inside(Kind::Starts, &|bytes| {
        let table = StartTable::decode(bytes);
        table.is_ok_and(|table| table.get(0, 1).steps().len() < 99)
    });
    assert!(Facts::decode(&plain(section(Kind::Facts))).is_ok());
    mutate(section(Kind::Facts), |damaged| {
        let _ = Facts::decode(&plain(damaged));
    });
    let tables = part.tables().expect("own bytes");
    for place in &tables.pages {
        mutate(&part.medium[place.range.clone()], |page| {
            let Ok(page) = Page::open(page.into()) else {
                return;
            };
            let (mut column, mut kept) = (Column::default(), Mantissas::default());
            for chunk in 0..page.chunks() {
                let _ = page.chunk(chunk, &(0..WINDOW_ROWS), &mut kept, &mut column);
            }
        });
    }
}

#[test]
fn every_form_is_read_as_it_was_written() {
    for level in [Level::Hot, Level::Cold] {
        let part = part(level);
        let Forms(_, columns) = forms();
        let mut scratch = Vec::new();
        let mut column = Column::default();
        for (metric, expected) in (0..).zip(&columns) {
            part.column(0, metric, 0..ROWS, &mut PageCache::default(), &mut column)
                .expect("own bytes");
            let values = column.floats(&mut scratch).expect("floats");
            let same = values
                .iter()
                .zip(expected)
                .all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same && values.len() == expected.len(), "series {metric}");
        }
    }
}
