//! `otlp`: how what OpenTelemetry sends is translated.

use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, TEXTS};
use crate::section::Section;

static STRATEGY: Choice = Choice::new(
    "unsupported OTLP translation strategy",
    &[
        "UnderscoreEscapingWithSuffixes",
        "UnderscoreEscapingWithoutSuffixes",
        "NoUTF8EscapingWithSuffixes",
        "NoTranslation",
    ],
)
.or_empty();

/// Strategies that leave names as they are, which takes names in UTF-8.
const UTF8_STRATEGIES: &[&str] = &["NoUTF8EscapingWithSuffixes", "NoTranslation"];

pub(crate) static OTLP: Block = Block::new(
    "otlp",
    &[Part::Keys(&[
        Key::new(
            "promote_all_resource_attributes",
            Kind::Flag,
            "Whether all attributes of resources become labels.",
        ),
        Key::new(
            "promote_resource_attributes",
            TEXTS,
            "Attributes of resources that become labels.",
        ),
        Key::new(
            "ignore_resource_attributes",
            TEXTS,
            "Attributes of resources that do not, when all others do.",
        ),
        Key::new(
            "translation_strategy",
            Kind::Choice(&STRATEGY),
            "How names are translated.",
        )
        .preset(Preset::Text("UnderscoreEscapingWithSuffixes")),
        Key::new(
            "keep_identifying_resource_attributes",
            Kind::Flag,
            "Whether target_info keeps what makes job and instance.",
        ),
        Key::new(
            "convert_histograms_to_nhcb",
            Kind::Flag,
            "Whether to store explicit histograms as native ones with custom buckets.",
        ),
        Key::new(
            "promote_scope_metadata",
            Kind::Flag,
            "Whether name, version and attributes of scopes become labels.",
        ),
        Key::new(
            "label_name_underscore_sanitization",
            Kind::Flag,
            "Whether labels that begin with _ get key_ before it.",
        )
        .preset(Preset::Flag(true)),
        Key::new(
            "label_name_preserve_multiple_underscores",
            Kind::Flag,
            "Whether several underscores in a row stay.",
        )
        .preset(Preset::Flag(true)),
    ])],
)
.checked(check);

fn check(otlp: &Section, report: &mut Report) {
    let all = otlp.flag("promote_all_resource_attributes");
    let (list, adjective, other, message) = if all {
        (
            "ignore_resource_attributes",
            "ignored",
            "promote_resource_attributes",
            "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be \
             configured simultaneously",
        )
    } else {
        (
            "promote_resource_attributes",
            "promoted",
            "ignore_resource_attributes",
            "'ignore_resource_attributes' cannot be configured unless \
             'promote_all_resource_attributes' is true",
        )
    };
    if otlp.has(other) {
        report.error(otlp.place_of(other), otlp.path_of(other), message);
    }
    let mut seen: Vec<&str> = Vec::new();
    for attribute in otlp.list(list) {
        let name = attribute.text().trim();
        let what = if name.is_empty() {
            format!("empty {adjective} OTel resource attribute")
        } else if seen.contains(&name) {
            format!("duplicated {adjective} OTel resource attribute {name:?}")
        } else {
            seen.push(name);
            continue;
        };
        report.error(
            attribute.place,
            otlp.path_of(list),
            format!("invalid '{list}': {what}"),
        );
    }
}

/// Names that are left as they are need a server that takes them.
pub(crate) fn check_names(otlp: &Section, is_utf8: bool, report: &mut Report) {
    let strategy = otlp.text("translation_strategy");
    if !is_utf8 && UTF8_STRATEGIES.contains(&strategy) {
        let message =
            format!("OTLP translation strategy {strategy:?} is not allowed when UTF8 is disabled");
        let path = otlp.path_of("translation_strategy");
        report.error(otlp.place_of("translation_strategy"), path, message);
    }
}
