//! Damaged pages: real ones and the public cases with bytes and lines moved, doubled, dropped and changed.
//!
//! Whatever the bytes, reading ends, goes forward, panics nowhere and hands out slices of the page; and the check is never laxer
//! than the reading.

use std::path::Path;

use ferula_exposition::read::{METRIC_NAME, Series};
use ferula_exposition::{Entries, Entry, Format, check};
use proptest::prelude::*;
use proptest::sample::Index;

/// Pages that stand for all: small, and with everything that the formats have.
const SEEDS: [&str; 3] = [
    "# HELP a what\\n # it \\\\ is\n# TYPE a histogram\na_bucket{b=\"c\",le=\"1\"} 1 5\n  a_bucket {le = \"+Inf\" , } 2\n\n# x\na_sum 1e3\na_count 2\n",
    "# TYPE a histogram\n# UNIT a \n# HELP a \\\"x\na_bucket{le=\"+Inf\"} 1 1.5 # {t=\"x#}\"} 0.5 1\na_count 1\na_sum 1\n# TYPE b info\nb_info{v=\"\\n\\\\\\\"\"} 1\n# EOF\n",
    "{\"a.b\",\"c d\"=\"e\",f=\"\nx\"} NaN\n# TYPE \"a.b\" gauge\nd{e=\"} 1 {\"} +Inf 123\n",
];

/// Pieces that matter to some parser.
const PIECES: [&str; 24] = [
    "\n",
    "\r\n",
    " ",
    "\t",
    "{",
    "}",
    "\"",
    "\\",
    ",",
    "=",
    "#",
    "# ",
    "# EOF\n",
    "# TYPE a gauge\n",
    "# HELP a ",
    "# {a=\"b\"} 1",
    "le=\"1\"",
    "1e999",
    "-",
    "0x1p3",
    "é",
    "\0",
    "NaN",
    "a_total 1\n",
];

/// The seeds, and the public cases where they are there.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/openmetrics");
    for case in cases.read_dir().into_iter().flatten().flatten() {
        #[expect(clippy::disallowed_methods, reason = "a test reads its cases itself")]
        seeds.extend(std::fs::read(case.path().join("metrics")));
    }
    seeds
}

/// One damage.
#[derive(Clone, Debug)]
enum Damage {
    Insert(Index, usize),
    Delete(Index, u8),
    Byte(Index, u8),
    SwapLines(Index, Index),
    RepeatLine(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<Index>(), 0..PIECES.len()).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        (any::<Index>(), 1..9_u8).prop_map(|(at, length)| Damage::Delete(at, length)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Damage::SwapLines(a, b)),
        any::<Index>().prop_map(Damage::RepeatLine),
    ]
}

fn apply(page: &mut Vec<u8>, damage: &Damage) {
    let place = |at: &Index, page: &[u8]| at.index(page.len() + 1);
    match damage {
        Damage::Insert(at, piece) => {
            let at = place(at, page);
            page.splice(at..at, PIECES[*piece].bytes());
        }
        Damage::Delete(at, length) => {
            let at = place(at, page);
            let end = (at + usize::from(*length)).min(page.len());
            page.drain(at..end);
        }
        Damage::Byte(at, byte) if !page.is_empty() => {
            let at = at.index(page.len());
            page[at] = *byte;
        }
        Damage::Byte(..) => {}
        Damage::SwapLines(a, b) => {
            let mut lines: Vec<&[u8]> = page.split(|byte| *byte == b'\n').collect();
            let count = lines.len();
            lines.swap(a.index(count), b.index(count));
            *page = lines.join(&b'\n');
        }
        Damage::RepeatLine(at) => {
            let mut lines: Vec<&[u8]> = page.split(|byte| *byte == b'\n').collect();
            let at = at.index(lines.len());
            lines.insert(at, lines[at]);
            *page = lines.join(&b'\n');
        }
    }
}

/// Reads all that can be read of `page`, and tells whether all of it was right.
fn read_all(page: &[u8], format: Format) -> bool {
    let mut entries = Entries::new(page, format);
    let mut before = 0;
    let mut right = true;
    while let Some(entry) = entries.next() {
        assert!(entries.offset() >= before && entries.offset() <= page.len());
        before = entries.offset();
        match entry {
            Ok(Entry::Sample(sample)) => {
                assert_slice(page, sample.series.as_str());
                right &= labels_agree(sample.series, format);
                if let Some(exemplar) = sample.exemplar() {
                    assert_eq!(format, Format::OpenMetrics);
                    for label in exemplar.labels {
                        assert!(label.is_ok(), "an exemplar was read before");
                    }
                }
            }
            Ok(_) => {}
            Err(error) => {
                assert!(error.line >= 1 && error.column >= 1);
                assert!(!error.to_string().is_empty());
                assert!(entries.next().is_none(), "an error is the end");
                return false;
            }
        }
    }
    assert!(entries.next().is_none(), "the end is the end");
    right
}

fn assert_slice(page: &[u8], text: &str) {
    let page = page.as_ptr_range();
    let text = text.as_bytes().as_ptr_range();
    assert!(page.start <= text.start && text.end <= page.end);
}

/// Whether the series is one: then it has one name, and reading its text on its own gives the same labels.
fn labels_agree(series: Series<'_>, format: Format) -> bool {
    let labels: Result<Vec<_>, _> = series.labels().collect();
    let Ok(labels) = labels else { return false };
    let alone: Result<Vec<_>, _> = Series::new(series.as_str(), format).labels().collect();
    assert_eq!(alone.as_ref(), Ok(&labels));
    assert!(labels.iter().any(|label| label.name == METRIC_NAME));
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn damaged_pages_are_read_to_their_end(seed: Index, damages in prop::collection::vec(damage(), 0..6)) {
        let seeds = SEEDS_READ.with(std::rc::Rc::clone);
        let mut page = seeds[seed.index(seeds.len())].clone();
        for damage in &damages {
            apply(&mut page, damage);
        }
        for format in [Format::Text, Format::OpenMetrics] {
            let right = read_all(&page, format);
            // The check is never laxer than the reading.
            prop_assert!(right || check(&page, format).is_err());
        }
    }

    #[test]
    fn any_bytes_are_read_to_their_end(page: Vec<u8>) {
        read_all(&page, Format::Text);
        read_all(&page, Format::OpenMetrics);
    }
}

thread_local! {
    static SEEDS_READ: std::rc::Rc<Vec<Vec<u8>>> = std::rc::Rc::new(seeds());
}
