//! Damaged segments: whatever the file says, pages are shown and updates are made, and nothing panics, loops or reads what isn't there.
//!
//! The fuzz target `segment` is this file's [`survive`], under libFuzzer; here it meets what we can think of, and what proptest does.
#![expect(clippy::disallowed_methods, reason = "a file that is damaged")]

use std::error::Error;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ferula::{
    Answer, Buckets, Counter, Exemplar, Gauge, Histogram, Info, Merge, MergeBy, Native, Protocol,
    Quantiles, Registry, Segment, SegmentOptions, Selection, StateSet, Summary,
};

use crate::format::{RECORDS, USED, VERSION, checksum};

/// Bytes of one change: where, and the word to be there.
const CHANGE_BYTES: usize = 12;
/// In the place of a change: checksums are made good afterwards, so that the damage is believed.
const BELIEVED: u32 = 1 << 31;
/// Small, so that a full segment is met as well.
const BYTES_MAX: usize = 256 << 10;

/// A file that is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("ferula-torn-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn attach(&self, pid: u32) -> Result<Segment, Box<dyn Error>> {
        let options = SegmentOptions {
            bytes_max: BYTES_MAX,
            pid: Some(pid),
        };
        Ok(Segment::attach_with(&self.0, options)?)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _absent = std::fs::remove_file(&self.0);
    }
}

/// Counts with every kind.
fn count(segment: &Segment) -> Result<Registry, Box<dyn Error>> {
    let registry = Registry::shared(segment);
    let requests = Counter::builder("requests", "").labels(["code"]);
    let requests = requests.register(&registry)?;
    let example = Exemplar {
        labels: &[("trace", "a")],
        value: 1.0,
        timestamp_ms: None,
    };
    requests.with(&["200"]).add_with(1.0, &example);
    requests.with(&["500"]).add(0.5);
    requests.remove(&["500"]);
    let sizes = Histogram::builder("sizes", "").buckets(Buckets::new(&[1.0, 2.0])?);
    let sizes = sizes.native(Native::schema(0)?).register(&registry)?;
    sizes.observe_with(1.5, &example);
    let quantiles = Quantiles::new(&[0.5], Duration::from_secs(60))?;
    let pause = Summary::builder("pause", "").quantiles(quantiles);
    pause.register(&registry)?.observe(2.0);
    for (name, by) in [("all", MergeBy::All), ("sum", MergeBy::Sum)] {
        let level = Gauge::builder(name, "").merge(Merge { by, live: false });
        level.register(&registry)?.set(3.0);
    }
    let state = StateSet::builder("door", "", &["open", "shut"]);
    state.register(&registry)?.set("open");
    Info::builder("build", "")
        .register(&registry)?
        .set(&[("version", "1")])?;
    Ok(registry)
}

/// Makes the changes that `bytes` say in a segment in use, and then uses it.
pub(crate) fn survive(bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let scratch = Scratch::new();
    let one = scratch.attach(1)?;
    let registry = count(&one)?;
    {
        // A process that is gone, whose gauges wait to be folded.
        let _registry = count(&scratch.attach(2)?)?;
    }
    damage(&scratch, bytes)?;
    let two = scratch.attach(3)?;
    for registry in [&registry, &count(&two)?, &registry] {
        for protocol in [Protocol::OpenMetricsText100, Protocol::PrometheusProto] {
            let mut answer = Answer::TEXT;
            answer.protocol = protocol;
            let page = answer.page(registry, &Selection::all());
            assert!(protocol == Protocol::PrometheusProto || page.ends_with(b"# EOF\n"));
        }
    }
    drop((two, count(&one)));
    let _any = (one.troubles(), one.pids(), one.generation());
    Ok(())
}

fn damage(scratch: &Scratch, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let file = File::options().read(true).write(true).open(&scratch.0)?;
    let length = file.metadata()?.len();
    let mut head = [0; 8 * (USED as usize + 1)];
    file.read_exact_at(&mut head, 0)?;
    let used = word(&head[8 * USED as usize..]);
    let mut is_believed = false;
    for change in bytes.chunks_exact(CHANGE_BYTES) {
        let at = change[..4]
            .iter()
            .rev()
            .fold(0, |at, &byte| at << 8 | u32::from(byte));
        is_believed |= at & BELIEVED != 0;
        let at = u64::from(at & !BELIEVED) % used;
        // What says that it is a segment, and of this version, says whether anybody attaches at all.
        if at > VERSION && at < length / 8 {
            file.write_all_at(&change[4..], at * 8)?;
        }
    }
    if is_believed {
        make_good(&file, used)?;
    }
    Ok(())
}

fn word(bytes: &[u8]) -> u64 {
    let first = bytes.first_chunk().copied().unwrap_or_default();
    u64::from_ne_bytes(first)
}

/// Writes the checksums that the records should have as they are now.
fn make_good(file: &File, used: u64) -> Result<(), Box<dyn Error>> {
    let mut bytes = vec![0; 8 * used as usize];
    file.read_exact_at(&mut bytes, 0)?;
    let words = bytes.chunks_exact(8).map(word).collect::<Vec<_>>();
    let mut at = RECORDS as usize;
    while let Some(record) = words.get(at..) {
        let length = record.first().map_or(0, |head| (head >> 32) as usize);
        let Some(record) = record.get(..length).filter(|record| record.len() >= 8) else {
            break;
        };
        let changing = match record[0] as u8 {
            2 => 5..8 + (record[3] as u32 as usize).min(length),
            3 => 3..3 + (record[2] as usize).min(length),
            5 => 3..8,
            _ => 0..0,
        };
        let sum = checksum(record, &changing);
        file.write_all_at(&sum.to_ne_bytes(), (at as u64 + 1) * 8)?;
        at += length;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(changes: &[(u32, u64)]) -> Vec<u8> {
        let change =
            |&(at, word): &(u32, u64)| [&at.to_le_bytes()[..], &word.to_ne_bytes()].concat();
        changes.iter().flat_map(change).collect()
    }

    const MAX: u64 = u64::MAX;

    /// What one would try who wants to break it.
    #[test]
    fn what_we_can_think_of_is_survived() -> Result<(), Box<dyn Error>> {
        let records = RECORDS as u32;
        let mut cases = vec![
            vec![],
            // The end of the records: before them, behind the file, odd.
            vec![(USED as u32, 0)],
            vec![(USED as u32, MAX)],
            vec![(USED as u32, u64::from(records) + 1)],
            // A journal that is valid and leads anywhere.
            vec![(8, 1), (9, MAX), (10, MAX)],
            vec![(8, 1), (9, RECORDS), (10, RECORDS), (11, MAX), (13, MAX)],
            // A process table full of strangers, and of owners that cannot be.
            (0..512).map(|slot| (512 + slot * 4, MAX)).collect(),
            (0..512).map(|slot| (514 + slot * 4, MAX)).collect(),
            // A first record as long as can be, of no length, of another kind; with labels and shapes without end.
            vec![(records, MAX)],
            vec![(records, 0)],
            vec![(records, 1 << 32 | 9)],
            vec![(BELIEVED | (records + 2), MAX)],
            vec![(BELIEVED | (records + 3), MAX)],
        ];
        // Words of all records in turn, at all places of a record, beyond all bounds, with the next one: a count, a link, a time, a number of cells.
        for at in (records..records + 1600).step_by(7) {
            cases.push(vec![(at, MAX), (at + 1, MAX)]);
            cases.push(vec![(BELIEVED | at, MAX)]);
            cases.push(vec![(BELIEVED | (at + 1), RECORDS)]);
        }
        for case in cases {
            let survived = survive(&bytes(&case));
            assert!(survived.is_ok(), "{case:?}: {survived:?}");
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_chance_thinks_of_is_survived(changes in proptest::collection::vec((any::<u32>(), prop_oneof![any::<u64>(), 0..4096_u64]), 0..40)) {
            let survived = survive(&bytes(&changes));
            prop_assert!(survived.is_ok(), "{:?}", survived);
        }
    }
}
