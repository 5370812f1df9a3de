//! The segment's format, written a second time from `docs/formats/segment.md`: what the page says has to be what a
//! process writes, and what a process reads.
#![expect(
    clippy::disallowed_methods,
    reason = "a test's own file, and its clock"
)]

use std::error::Error;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::format::{RECORDS, USED, checksum};
use ferula::{Answer, Quantiles, Registry, Segment, Selection, Summary};

/// Zero, NaN, 64 names, and 64 octaves of 16 counts.
const NATIVE_CELLS: usize = 2 + 64 + 64 * 16;
const SLICE_SECONDS: f64 = 1e9;

fn texts(texts: &[&str]) -> Vec<u64> {
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let words = bytes.chunks_exact(8);
    words
        .map(|word| (0..8).map(|at| u64::from(word[at]) << (8 * at)).sum())
        .collect()
}

/// Puts length and checksum into a record; `changing` are the words marked with a star.
fn finished(mut words: Vec<u64>, changing: Range<usize>) -> Vec<u64> {
    words.resize(words.len().next_multiple_of(8), 0);
    words[0] |= (words.len() as u64) << 32;
    words[1] = checksum(&words, &changing);
    words
}

fn family() -> Vec<u64> {
    let (summary, labels, shape) = (5, 1 << 16, 3 << 32);
    let mut words = vec![1, 0, summary | labels | shape, 4];
    words.extend([SLICE_SECONDS, 0.5, 1.0].map(f64::to_bits));
    words.extend(texts(&["pause", "", "How long.", "queue"]));
    finished(words, 0..0)
}

/// Three observations of 1 and one of 100, in the slice of `time`.
fn series(family: u64, time: u64) -> Vec<u64> {
    let mut slices = vec![0; 3 * (1 + NATIVE_CELLS)];
    let slice = &mut slices[(time % 3) as usize * (1 + NATIVE_CELLS)..];
    slice[0] = time;
    let native = &mut slice[1..];
    // 1 is 2^0; 100 is above 2^(6 + 10/16) and below 2^(6 + 11/16).
    for (number, octave, part, count) in [(0, 0, 0, 3), (6, 6, 11, 1)] {
        native[2 + number] = (octave + 2048) * 2;
        native[2 + 64 + number * 16 + part] = count;
    }
    let cells = [&[4, 103_f64.to_bits()][..], &slices].concat();
    let mut words = vec![2, 0, family, 1 << 32 | cells.len() as u64, 0];
    words.extend([0, 1.7e9_f64.to_bits(), 0]);
    words.extend(&cells);
    words.extend(texts(&["mail"]));
    finished(words, 5..8 + cells.len())
}

fn scratch(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("ferula-format-{name}-{}", std::process::id()))
}

#[test]
fn what_is_written_by_the_page_is_read() -> Result<(), Box<dyn Error>> {
    let path = scratch("read");
    let segment = Segment::attach(&path)?;
    let file = std::fs::File::options().write(true).open(&path)?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let time = (since.as_secs_f64() / SLICE_SECONDS) as u64 + 1;
    let family = family();
    let records = [&family[..], &series(RECORDS, time)].concat();
    let bytes = |words: &[u64]| {
        words
            .iter()
            .flat_map(|word| word.to_ne_bytes())
            .collect::<Vec<_>>()
    };
    file.write_all_at(&bytes(&records), RECORDS * 8)?;
    file.write_all_at(&bytes(&[RECORDS + records.len() as u64]), USED * 8)?;
    let page = Answer::TEXT.page(&Registry::shared(&segment), &Selection::all());
    std::fs::remove_file(&path)?;
    let page = String::from_utf8(page)?;
    assert_eq!(segment.troubles(), (0, 0));
    let value = |start: &str| {
        let line = page.lines().find_map(|line| line.strip_prefix(start));
        line.map_or(Ok(f64::NAN), str::parse::<f64>)
    };
    assert!(
        page.starts_with("# HELP pause How long.\n# TYPE pause summary\n"),
        "{page}"
    );
    // Half a bucket is 2.2 %.
    assert!(
        (value("pause{queue=\"mail\",quantile=\"0.5\"} ")? - 1.0).abs() < 0.023,
        "{page}"
    );
    assert!(
        (value("pause{queue=\"mail\",quantile=\"1\"} ")? - 100.0).abs() < 2.3,
        "{page}"
    );
    assert_eq!(value("pause_sum{queue=\"mail\"} ")?, 103.0);
    assert_eq!(value("pause_count{queue=\"mail\"} ")?, 4.0);
    Ok(())
}

#[test]
fn what_a_process_writes_is_as_the_page_says() -> Result<(), Box<dyn Error>> {
    let path = scratch("written");
    let segment = Segment::attach(&path)?;
    let window = Duration::from_secs_f64(SLICE_SECONDS * 3.0);
    let pause = Summary::builder("pause", "How long.")
        .quantiles(Quantiles::new(&[0.5, 1.0], window)?)
        .labels(["queue"])
        .register(&Registry::shared(&segment))?;
    for value in [1.0, 1.0, 1.0, 100.0] {
        pause.with(&["mail"]).observe(value);
    }
    let bytes = std::fs::read(&path)?;
    std::fs::remove_file(&path)?;
    let words = bytes.chunks_exact(8).map(|word| {
        let word = word.try_into().unwrap_or_default();
        u64::from_ne_bytes(word)
    });
    let words = words.collect::<Vec<_>>();
    assert_eq!(words[..2], [u64::from_le_bytes(*b"ferulasg"), 2]);
    let mut records = &words[RECORDS as usize..words[USED as usize] as usize];
    let family = family();
    assert_eq!(records.split_off(..family.len()), Some(&family[..]));
    let slices = &records[10..];
    let time = slices
        .iter()
        .step_by(1 + NATIVE_CELLS)
        .find(|&&time| time > 0);
    let expected = series(RECORDS, time.copied().unwrap_or_default());
    let created = 6;
    assert_eq!(records[..created], expected[..created]);
    assert_eq!(records[created + 1..], expected[created + 1..]);
    Ok(())
}
