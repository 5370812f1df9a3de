//! Relabelling rules.

use std::sync::LazyLock;

use model::Regexp;
use model::relabel::{Action, Rule};

use crate::blocks::relabel::REGEX;
use crate::section::Section;

/// The rules of a list, in its order.
pub(super) fn rules(section: &Section, key: &str) -> Vec<Rule> {
    section.sections(key).map(rule).collect()
}

fn rule(section: &Section) -> Rule {
    Rule {
        source_labels: section
            .texts("source_labels")
            .into_iter()
            .map(str::to_owned)
            .collect(),
        separator: section.text("separator").to_owned(),
        regex: regex(section.text("regex")),
        action: action(section),
    }
}

/// Most rules have the regular expression that holds when none is written; compiling costs more than all else.
fn regex(pattern: &str) -> Regexp {
    static PRESET: LazyLock<Regexp> = LazyLock::new(|| compile(REGEX));
    if pattern == REGEX {
        PRESET.clone()
    } else {
        compile(pattern)
    }
}

fn compile(pattern: &str) -> Regexp {
    Regexp::new(pattern).expect("it compiled when it was read")
}

fn action(section: &Section) -> Action {
    let target_label = section.text("target_label").to_owned();
    let replacement = section.text("replacement").to_owned();
    match section.text("action") {
        "replace" => Action::Replace {
            target_label,
            replacement,
        },
        "keep" => Action::Keep,
        "drop" => Action::Drop,
        "keepequal" => Action::KeepEqual { target_label },
        "dropequal" => Action::DropEqual { target_label },
        "hashmod" => Action::HashMod {
            target_label,
            modulus: section.unsigned("modulus"),
        },
        "labelmap" => Action::LabelMap { replacement },
        "labeldrop" => Action::LabelDrop,
        "labelkeep" => Action::LabelKeep,
        "lowercase" => Action::Lowercase { target_label },
        "uppercase" => Action::Uppercase { target_label },
        other => unreachable!("no relabel action: {other}"),
    }
}
