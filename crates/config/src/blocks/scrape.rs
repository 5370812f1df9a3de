//! `scrape_configs`: a job.

use model::duration::Milliseconds;

use super::discovery::{self, STATIC};
use super::http_client::HTTP_CLIENT;
use super::relabel::RELABEL;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, Shown, UNSIGNED};
use crate::section::Section;

/// Formats that can be asked for, in the order of Prometheus' message.
pub(crate) static PROTOCOL: Choice = Choice::new(
    "unknown scrape protocol",
    &[
        "OpenMetricsText0.0.1",
        "OpenMetricsText1.0.0",
        "PrometheusProto",
        "PrometheusText0.0.4",
        "PrometheusText1.0.0",
    ],
);

pub(crate) static VALIDATION: Choice =
    Choice::new("unrecognized ValidationScheme", &["utf8", "legacy"]).or_empty();

pub(crate) static ESCAPING: Choice = Choice::new(
    "unknown name escaping method",
    &["allow-utf-8", "underscores", "dots", "values"],
)
.or_empty();

/// The format that is not read yet.
const PROTOBUF: &str = "PrometheusProto";

/// What is asked for when the file says nothing, best first.
pub(crate) const PROTOCOLS: &[&str] = &[
    "OpenMetricsText1.0.0",
    "OpenMetricsText0.0.1",
    "PrometheusText1.0.0",
    "PrometheusText0.0.4",
];

/// The same with native histograms, which only protobuf carries.
pub(crate) const PROTOCOLS_WITH_HISTOGRAMS: &[&str] = &[
    "PrometheusProto",
    "OpenMetricsText1.0.0",
    "OpenMetricsText0.0.1",
    "PrometheusText1.0.0",
    "PrometheusText0.0.4",
];

pub(crate) static SCRAPE: Block = Block::new(
    "scrape_config",
    &[
        Part::Keys(&[
            Key::new(
                "job_name",
                Kind::Text,
                "Name of the job, and its targets' label job.",
            )
            .required("job_name is empty")
            .shown(Shown::Always),
            Key::new(
                "honor_labels",
                Kind::Flag,
                "Whether a sample's labels win over a target's.",
            ),
            Key::new(
                "honor_timestamps",
                Kind::Flag,
                "Whether a sample's own time counts.",
            )
            .preset(Preset::Flag(true))
            .shown(Shown::Always),
            Key::new(
                "track_timestamps_staleness",
                Kind::Flag,
                "Whether series with times of their own are marked stale when they end.",
            )
            .preset(Preset::Flag(false))
            .shown(Shown::Always),
            Key::new(
                "params",
                Kind::Map(&Kind::List(&Kind::Text)),
                "Parameters of the URL that is scraped.",
            ),
            Key::new(
                "scrape_interval",
                Kind::Duration,
                "Time between scrapes of a target; as in global if nothing is said.",
            ),
            Key::new(
                "scrape_timeout",
                Kind::Duration,
                "Time that a scrape may take; as in global if nothing is said.",
            ),
            Key::new(
                "scrape_protocols",
                Kind::List(&Kind::Choice(&PROTOCOL)),
                "Formats to ask targets for, best first.",
            ),
            Key::new(
                "fallback_scrape_protocol",
                Kind::Choice(&PROTOCOL),
                "Format of answers without a known content type; without it such scrapes fail.",
            ),
            Key::new(
                "scrape_native_histograms",
                Kind::Flag,
                "Whether to scrape native histograms.",
            )
            .shown(Shown::Always),
            Key::new(
                "always_scrape_classic_histograms",
                Kind::Flag,
                "Whether to scrape classic histograms where there are native ones too.",
            )
            .shown(Shown::Always),
            Key::new(
                "convert_classic_histograms_to_nhcb",
                Kind::Flag,
                "Whether to store classic histograms as native ones with custom buckets.",
            )
            .shown(Shown::Always)
            .later(),
            Key::new(
                "scrape_failure_log_file",
                Kind::Path,
                "File to write failed scrapes to.",
            )
            .later(),
            Key::new("metrics_path", Kind::Text, "Path that is scraped.")
                .preset(Preset::Text("/metrics")),
            Key::new("scheme", Kind::Text, "http or https.").preset(Preset::Text("http")),
            Key::new(
                "enable_compression",
                Kind::Flag,
                "Whether to ask for gzip, unless the target is on this machine.",
            )
            .preset(Preset::Flag(true))
            .shown(Shown::Always),
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
                "Most targets of the job; 0 for no limit.",
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
                "native_histogram_bucket_limit",
                UNSIGNED,
                "Most buckets of a native histogram, which are merged above it; 0 for no limit.",
            )
            .later(),
            Key::new(
                "native_histogram_min_bucket_factor",
                Kind::Number,
                "Least growth from bucket to bucket of a native histogram, merged below it.",
            )
            .later(),
            Key::new(
                "keep_dropped_targets",
                UNSIGNED,
                "Most dropped targets of the job to remember; 0 for no limit.",
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
                "extra_scrape_metrics",
                Kind::Flag,
                "Whether to store timeout, sample limit and page size of each scrape.",
            )
            .shown(Shown::Always),
        ]),
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            Key::new(
                "relabel_configs",
                Kind::List(&Kind::Section(&RELABEL)),
                "Rules for the labels of targets.",
            ),
            Key::new(
                "metric_relabel_configs",
                Kind::List(&Kind::Section(&RELABEL)),
                "Rules for the labels of samples.",
            ),
        ]),
        Part::Inline(&discovery::ALL),
    ],
)
.checked(check);

fn check(job: &Section, report: &mut Report) {
    let name = job.text("job_name");
    check_protocols(
        job,
        &format!("for scrape config with job name {name:?}"),
        report,
    );
    if !job.has("relabel_configs") {
        check_static_targets(job, report);
    }
}

/// No format twice, and at least one if there is a list at all.
pub(crate) fn check_protocols(section: &Section, whose: &str, report: &mut Report) {
    if !section.is_present("scrape_protocols") {
        return;
    }
    let place = section.place_of("scrape_protocols");
    let path = section.path_of("scrape_protocols");
    let protocols = section.texts("scrape_protocols");
    if protocols.contains(&PROTOBUF) {
        report.not_in_effect(place, path.clone(), PROTOBUF);
    }
    if protocols.is_empty() {
        report.error(
            place,
            path,
            format!("scrape_protocols cannot be empty {whose}"),
        );
        return;
    }
    let is_twice = |(index, protocol): (usize, &&str)| protocols[..index].contains(protocol);
    if protocols.iter().enumerate().any(is_twice) {
        let list = protocols.join(" ");
        let message = format!("duplicated protocol in scrape_protocols, got [{list}] {whose}");
        report.error(place, path, message);
    }
}

/// URLs instead of addresses are the commonest mistake there is; relabelling might take them apart.
pub(crate) fn check_static_targets(section: &Section, report: &mut Report) {
    for group in section.sections(STATIC) {
        for target in group.list("targets") {
            let address = target.text();
            if address.contains('/') {
                let message = format!("{address:?} is not a valid hostname");
                report
                    .error(target.place, group.path_of("targets"), message)
                    .hint("a target is host:port; scheme and metrics_path are keys of the job");
            }
        }
    }
}

/// The message for a timeout above the interval, with what would fit.
pub(crate) fn timeout_too_long(job: &Section, interval_ms: i64, report: &mut Report) {
    let name = job.text("job_name");
    report
        .error(
            job.place_of("scrape_timeout"),
            job.path_of("scrape_timeout"),
            format!(
                "scrape timeout greater than scrape interval for scrape config with job name \
                 {name:?}"
            ),
        )
        .hint(format!(
            "the interval of this job is {}",
            Milliseconds(interval_ms)
        ));
}
