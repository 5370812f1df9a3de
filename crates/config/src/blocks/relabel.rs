//! `relabel_configs` and its relatives: one rule.

use crate::label::NameScheme;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, Shown, UNSIGNED};
use crate::section::Section;

static ACTION: Choice = Choice::new(
    "unknown relabel action",
    &[
        "replace",
        "keep",
        "drop",
        "keepequal",
        "dropequal",
        "hashmod",
        "labelmap",
        "labeldrop",
        "labelkeep",
        "lowercase",
        "uppercase",
    ],
)
.any_case();

const SEPARATOR: &str = ";";
pub(crate) const REGEX: &str = "(.*)";
const REPLACEMENT: &str = "$1";

pub(crate) static RELABEL: Block = Block::new(
    "relabel_config",
    &[Part::Keys(&[
        Key::new(
            "source_labels",
            Kind::List(&Kind::Label),
            "Labels whose values, joined, are the rule's input.",
        ),
        Key::new("separator", Kind::Text, "Stands between the joined values.")
            .preset(Preset::Text(SEPARATOR))
            .shown(Shown::Always),
        Key::new(
            "regex",
            Kind::Pattern,
            "What the input is matched with, as a whole.",
        )
        .preset(Preset::Text(REGEX))
        .shown(Shown::UnlessPreset),
        Key::new(
            "modulus",
            UNSIGNED,
            "For hashmod: by what the hash is divided.",
        ),
        Key::new(
            "target_label",
            Kind::Text,
            "The label that is set or compared with.",
        ),
        Key::new(
            "replacement",
            Kind::Text,
            "The new value; $1 is the first group of regex.",
        )
        .preset(Preset::Text(REPLACEMENT))
        .shown(Shown::Always),
        Key::new("action", Kind::Choice(&ACTION), "What to do.").preset(Preset::Text("replace")),
    ])],
);

/// What Prometheus demands of a rule. Which names are valid depends on the file, so this runs when it is settled.
pub(crate) fn check(rule: &Section, scheme: NameScheme, report: &mut Report) {
    if let Some((key, message)) = refusal(rule, scheme) {
        report.error(rule.place_of(key), &rule.path, message);
    }
}

/// The key to point at, and what is wrong.
fn refusal(rule: &Section, scheme: NameScheme) -> Option<(&'static str, String)> {
    let action = rule.text("action");
    let target = rule.text("target_label");
    let replacement = rule.text("replacement");
    if action.is_empty() {
        return Some(("action", "relabel action cannot be empty".to_owned()));
    }
    if action == "hashmod" && rule.whole("modulus") == 0 {
        let message = "relabel configuration for hashmod requires non-zero modulus";
        return Some(("modulus", message.to_owned()));
    }
    let compares = matches!(action, "keepequal" | "dropequal");
    let changes_case = matches!(action, "lowercase" | "uppercase");
    let needs_target = compares || changes_case || matches!(action, "replace" | "hashmod");
    if needs_target && target.is_empty() {
        let message =
            format!("relabel configuration for {action} action requires 'target_label' value");
        return Some(("target_label", message));
    }
    let target_is_fine = match action {
        "replace" if target.contains('$') => scheme.is_template(target),
        _ => scheme.is_name(target),
    };
    if needs_target && !target_is_fine {
        let message = format!("{target:?} is invalid 'target_label' for {action} action");
        return Some(("target_label", message));
    }
    if (compares || changes_case) && replacement != REPLACEMENT {
        let message = format!("'replacement' can not be set for {action} action");
        return Some(("replacement", message));
    }
    if action == "labelmap" && !scheme.is_template(replacement) {
        let message = format!("{replacement:?} is invalid 'replacement' for {action} action");
        return Some(("replacement", message));
    }
    if compares {
        let others = ["regex", "modulus", "separator", "replacement"];
        return first_changed(rule, &others).map(|key| {
            let message = format!(
                "{action} action requires only 'source_labels' and `target_label`, and no other \
                 fields"
            );
            (key, message)
        });
    }
    if matches!(action, "labeldrop" | "labelkeep") {
        let others = [
            "source_labels",
            "target_label",
            "modulus",
            "separator",
            "replacement",
        ];
        return first_changed(rule, &others).map(|key| {
            (
                key,
                format!("{action} action requires only 'regex', and no other fields"),
            )
        });
    }
    None
}

/// The first of the keys that is not as its preset has it.
fn first_changed(rule: &Section, keys: &[&'static str]) -> Option<&'static str> {
    keys.iter().copied().find(|key| match *key {
        "separator" => rule.text("separator") != SEPARATOR,
        "regex" => rule.text("regex") != REGEX,
        "replacement" => rule.text("replacement") != REPLACEMENT,
        "source_labels" => rule.is_present("source_labels"),
        key => rule.has(key),
    })
}
