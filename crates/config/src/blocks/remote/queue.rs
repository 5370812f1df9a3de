//! `queue_config` and `metadata_config` of `remote_write`.

use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, Preset, SIGNED, Shown};
use crate::section::Section;

pub(super) static QUEUE: Block = Block::new(
    "queue_config",
    &[Part::Keys(&[
        Key::new("capacity", SIGNED, "Samples that wait in a shard.").preset(Preset::Whole(10_000)),
        Key::new("max_shards", SIGNED, "Most requests at once.").preset(Preset::Whole(50)),
        Key::new("min_shards", SIGNED, "Fewest requests at once.").preset(Preset::Whole(1)),
        Key::new("max_samples_per_send", SIGNED, "Most samples of a request.")
            .preset(Preset::Whole(2_000)),
        Key::new(
            "batch_send_deadline",
            Kind::Duration,
            "Longest that a sample waits.",
        )
        .preset(Preset::DurationMs(5_000)),
        Key::new(
            "min_backoff",
            Kind::Duration,
            "Time before the first retry.",
        )
        .preset(Preset::DurationMs(30)),
        Key::new(
            "max_backoff",
            Kind::Duration,
            "Longest time between retries.",
        )
        .preset(Preset::DurationMs(5_000)),
        Key::new("retry_on_http_429", Kind::Flag, "Whether 429 is retried."),
        Key::new(
            "sample_age_limit",
            Kind::Duration,
            "Samples older than this are dropped.",
        ),
    ])],
)
.checked(check);

pub(super) static METADATA: Block = Block::new(
    "metadata_config",
    &[Part::Keys(&[
        Key::new("send", Kind::Flag, "Whether metadata is sent.")
            .preset(Preset::Flag(true))
            .shown(Shown::Always),
        Key::new("send_interval", Kind::Duration, "Time between sends.")
            .preset(Preset::DurationMs(60_000))
            .shown(Shown::Always),
        Key::new("max_samples_per_send", SIGNED, "Most entries of a request.")
            .preset(Preset::Whole(2_000)),
    ])],
);

fn check(queue: &Section, report: &mut Report) {
    let mut refuse = |key: &str, message: String| {
        report.error(queue.place_of(key), queue.path_of(key), message);
    };
    for key in [
        "max_samples_per_send",
        "capacity",
        "max_shards",
        "min_shards",
    ] {
        if queue.whole(key) <= 0 {
            refuse(key, format!("remote write queue {key} must be positive"));
        }
    }
    if queue.whole("min_shards") > queue.whole("max_shards") {
        let message = "remote write queue min_shards must be less than or equal to max_shards";
        refuse("min_shards", message.to_owned());
    }
    if queue.duration_ms("max_backoff") < queue.duration_ms("min_backoff") {
        let message = "remote write queue max_backoff must be greater than or equal to min_backoff";
        refuse("max_backoff", message.to_owned());
    }
}
