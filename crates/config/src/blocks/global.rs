//! `global` and `runtime`.

use super::scrape::{ESCAPING, PROTOCOL, VALIDATION};
use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, Preset, SIGNED, UNSIGNED};
use crate::section::Section;

/// Prometheus' default of `global.scrape_interval`.
pub(crate) const SCRAPE_INTERVAL_MS: i64 = 60_000;
/// Prometheus' default of `global.scrape_timeout`; less when the interval is shorter.
pub(crate) const SCRAPE_TIMEOUT_MS: i64 = 10_000;
/// Prometheus' default of `global.evaluation_interval`.
pub(crate) const EVALUATION_INTERVAL_MS: i64 = 60_000;
/// Go's collector; it has no meaning here.
const GOGC: i64 = 75;

pub(crate) static GLOBAL: Block = Block::new(
    "global",
    &[Part::Keys(&[
        // Intervals of zero mean the default, so that the defaults are set when settling.
        Key::new(
            "scrape_interval",
            Kind::Duration,
            "Time between scrapes of a target; 1m if nothing is said.",
        ),
        Key::new(
            "scrape_timeout",
            Kind::Duration,
            "Time that a scrape may take; 10s if nothing is said, or the interval if that is shorter.",
        ),
        Key::new(
            "scrape_protocols",
            Kind::List(&Kind::Choice(&PROTOCOL)),
            "Formats to ask targets for, best first.",
        ),
        Key::new(
            "evaluation_interval",
            Kind::Duration,
            "Time between evaluations of rules, and the step of subqueries that name none; 1m if \
             nothing is said.",
        ),
        Key::new(
            "rule_query_offset",
            Kind::Duration,
            "How far back in time rules are evaluated, to wait for late samples.",
        )
        .later(),
        Key::new(
            "query_log_file",
            Kind::Path,
            "File to write every query to, a line of JSON each; opened anew with each reload.",
        ),
        Key::new(
            "scrape_failure_log_file",
            Kind::Path,
            "File to write failed scrapes to.",
        )
        .later(),
        Key::new(
            "external_labels",
            Kind::Map(&Kind::Text),
            "Labels of this server, added when talking to others. $VAR and ${VAR} are replaced \
             from the environment.",
        ),
        Key::new(
            "body_size_limit",
            Kind::Size,
            "Largest page, unpacked; 0 for no limit.",
        ),
        Key::new(
            "sample_limit",
            UNSIGNED,
            "Most samples of a page; 0 for no limit.",
        ),
        Key::new(
            "target_limit",
            UNSIGNED,
            "Most targets of a job; 0 for no limit.",
        ),
        Key::new(
            "label_limit",
            UNSIGNED,
            "Most labels of a sample; 0 for no limit.",
        ),
        Key::new(
            "label_name_length_limit",
            UNSIGNED,
            "Longest name of a label in bytes; 0 for no limit.",
        ),
        Key::new(
            "label_value_length_limit",
            UNSIGNED,
            "Longest value of a label in bytes; 0 for no limit.",
        ),
        Key::new(
            "keep_dropped_targets",
            UNSIGNED,
            "Most dropped targets of a job to remember; 0 for no limit.",
        ),
        Key::new(
            "metric_name_validation_scheme",
            Kind::Choice(&VALIDATION),
            "Which names are valid; only utf8 is in effect.",
        ),
        Key::new(
            "metric_name_escaping_scheme",
            Kind::Choice(&ESCAPING),
            "How targets are asked to write names; only allow-utf-8 is in effect.",
        ),
        Key::new(
            "scrape_native_histograms",
            Kind::Flag,
            "Whether to scrape native histograms.",
        )
        .preset(Preset::Flag(false)),
        Key::new(
            "convert_classic_histograms_to_nhcb",
            Kind::Flag,
            "Whether to store classic histograms as native ones with custom buckets.",
        )
        .preset(Preset::Flag(false))
        .later(),
        Key::new(
            "always_scrape_classic_histograms",
            Kind::Flag,
            "Whether to scrape classic histograms where there are native ones too.",
        )
        .preset(Preset::Flag(false)),
        Key::new(
            "extra_scrape_metrics",
            Kind::Flag,
            "Whether to store timeout, sample limit and page size of each scrape.",
        )
        .preset(Preset::Flag(false)),
    ])],
)
.checked(check);

pub(crate) static RUNTIME: Block = Block::new(
    "runtime",
    &[Part::Keys(&[Key::new(
        "gogc",
        SIGNED,
        "Percentage that steers Go's collector. Accepted, without meaning here.",
    )
    .preset(Preset::Whole(GOGC))])],
);

/// An interval of zero is the default; a timeout must fit into it.
fn check(global: &Section, report: &mut Report) {
    let interval_ms = match global.duration_ms("scrape_interval") {
        0 => SCRAPE_INTERVAL_MS,
        interval_ms => interval_ms,
    };
    if global.duration_ms("scrape_timeout") > interval_ms {
        report
            .error(
                global.place_of("scrape_timeout"),
                global.path_of("scrape_timeout"),
                "global scrape timeout greater than scrape interval",
            )
            .hint("shorten scrape_timeout or lengthen scrape_interval");
    }
    super::scrape::check_protocols(global, "for global config", report);
}
