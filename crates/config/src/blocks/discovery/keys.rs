//! Keys that most discoveries have.

use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, Preset, SIGNED, TEXTS};
use crate::section::Section;
use crate::url::Url;

/// The port of targets that have none of their own.
pub(super) const fn port(port: i64) -> Key {
    Key::new("port", SIGNED, "Port of targets that come without one.").preset(Preset::Whole(port))
}

/// How often the source is asked.
pub(super) const fn refresh(interval_ms: i64) -> Key {
    Key::new(
        "refresh_interval",
        Kind::Duration,
        "Time between questions to the source.",
    )
    .preset(Preset::DurationMs(interval_ms))
}

/// Most sources are asked once a minute, and most targets are web servers.
pub(super) const PORT: Key = port(80);
pub(super) const REFRESH: Key = refresh(60_000);
pub(super) const TAG_SEPARATOR: Key = Key::new(
    "tag_separator",
    Kind::Text,
    "Stands between tags in a label.",
)
.preset(Preset::Text(","));

/// A name with values, as Amazon and Docker filter by.
pub(super) static FILTER: Block = Block::new(
    "filter",
    &[Part::Keys(&[
        Key::new("name", Kind::Text, "What is filtered by."),
        Key::new("values", TEXTS, "Values that pass."),
    ])],
);

/// Reports a URL that is not `http://host` or `https://host`, in the words that three discoveries share.
pub(super) fn check_http_url(config: &Section, key: &str, report: &mut Report) {
    let text = config.text(key);
    let message = match Url::parse(text) {
        Err(error) => format!("parse {text:?}: {error}"),
        Ok(url)
            if !["http", "https"]
                .iter()
                .any(|scheme| url.scheme.eq_ignore_ascii_case(scheme)) =>
        {
            "URL scheme must be 'http' or 'https'".to_owned()
        }
        Ok(url) if url.host.is_empty() => "host is missing in URL".to_owned(),
        Ok(_) => return,
    };
    report.error(config.place_of(key), config.path_of(key), message);
}

/// Reports text that is no URL at all.
pub(super) fn check_url(config: &Section, key: &str, report: &mut Report) {
    let text = config.text(key);
    if let Err(error) = Url::parse(text) {
        let message = format!("parse {text:?}: {error}");
        report.error(config.place_of(key), config.path_of(key), message);
    }
}
