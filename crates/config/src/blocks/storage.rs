//! `storage`: what of the store can be changed while it runs.

use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, SIGNED};
use crate::section::Section;

static FLOATS: Choice =
    Choice::new("unknown chunk encoding for floats:", &["xor", "xor2"]).or_empty();

pub(crate) static STORAGE: Block = Block::new(
    "storage",
    &[Part::Keys(&[
        Key::new("tsdb", Kind::Section(&TSDB), "The store of series."),
        Key::new(
            "exemplars",
            Kind::Section(&EXEMPLARS),
            "The store of exemplars.",
        ),
    ])],
);

static TSDB: Block = Block::new(
    "tsdb",
    &[Part::Keys(&[
        Key::new(
            "out_of_order_time_window",
            Kind::Duration,
            "How much older than its series' newest sample a late one may be; 30m where nothing is said.",
        ),
        Key::new(
            "stale_series_compaction_threshold",
            Kind::Number,
            "Share of stale series above which they are written out early.",
        )
        .later(),
        Key::new("retention", Kind::Section(&RETENTION), "How much is kept."),
        Key::new(
            "chunk_encoding",
            Kind::Section(&CHUNK_ENCODING),
            "How samples are packed.",
        )
        .later(),
    ])],
);

static RETENTION: Block = Block::new(
    "retention",
    &[Part::Keys(&[
        Key::new("time", Kind::Duration, "How long samples are kept."),
        Key::new("size", Kind::Size, "How many bytes may be kept."),
        Key::new(
            "percentage",
            Kind::Number,
            "How much of the disk may be used, in percent.",
        )
        .later(),
    ])],
)
.checked(check_retention);

static CHUNK_ENCODING: Block = Block::new(
    "chunk_encoding",
    &[Part::Keys(&[Key::new(
        "floats",
        Kind::Choice(&FLOATS),
        "How floats are packed.",
    )])],
);

static EXEMPLARS: Block = Block::new(
    "exemplars",
    &[Part::Keys(&[Key::new(
        "max_exemplars",
        SIGNED,
        "Most exemplars that are kept; 0 for none.",
    )])],
);

fn check_retention(retention: &Section, report: &mut Report) {
    let percentage = retention.number("percentage");
    if !(0.0..=100.0).contains(&percentage) {
        let message = format!(
            "storage.tsdb.retention.percentage must be in the range [0, 100], got: {percentage}"
        );
        let path = retention.path_of("percentage");
        report.error(retention.place_of("percentage"), path, message);
    }
}
