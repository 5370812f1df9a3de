//! The file as a whole.

use super::{alerting, global, otlp, remote, scrape, storage, tracing};
use crate::schema::{Block, Key, Kind, Part, Preset};

/// The top of the file. Its cross-checks are in [`crate::settle`], since they need `global` first.
pub(crate) static TOP: Block = Block::new(
    "the configuration",
    &[Part::Keys(&[
        Key::new(
            "global",
            Kind::Section(&global::GLOBAL),
            "What holds for all jobs and rules.",
        )
        .preset(Preset::Section),
        Key::new(
            "runtime",
            Kind::Section(&global::RUNTIME),
            "Settings of Go's runtime. Accepted, without meaning here.",
        )
        .preset(Preset::Section),
        Key::new(
            "alerting",
            Kind::Section(&alerting::ALERTING),
            "Where alerts are sent.",
        )
        .later(),
        Key::new(
            "rule_files",
            Kind::List(&Kind::Path),
            "Globs of the files with recording and alerting rules.",
        )
        .later(),
        Key::new(
            "scrape_config_files",
            Kind::List(&Kind::Path),
            "Globs of files with further scrape_configs.",
        ),
        Key::new(
            "scrape_configs",
            Kind::List(&Kind::Section(&scrape::SCRAPE)),
            "The jobs: what to scrape and how.",
        ),
        Key::new("storage", Kind::Section(&storage::STORAGE), "The store."),
        Key::new(
            "tracing",
            Kind::Section(&tracing::TRACING),
            "Where own traces are sent.",
        )
        .later(),
        Key::new(
            "remote_write",
            Kind::List(&Kind::Section(&remote::REMOTE_WRITE)),
            "Where samples are sent on to.",
        )
        .later(),
        Key::new(
            "remote_read",
            Kind::List(&Kind::Section(&remote::REMOTE_READ)),
            "Where further samples are read from.",
        )
        .later(),
        Key::new(
            "otlp",
            Kind::Section(&otlp::OTLP),
            "How OpenTelemetry is translated.",
        )
        .preset(Preset::Section)
        .later(),
    ])],
);

/// A file that `scrape_config_files` names.
pub(crate) static SCRAPE_FILE: Block = Block::new(
    "a scrape config file",
    &[Part::Keys(&[Key::new(
        "scrape_configs",
        Kind::List(&Kind::Section(&scrape::SCRAPE)),
        "The jobs: what to scrape and how.",
    )])],
);
