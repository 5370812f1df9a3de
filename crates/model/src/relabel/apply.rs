//! Runs rules over a label set.

use std::borrow::Cow;

use md5::{Digest as _, Md5};

use super::{Action, NameScheme, Rule, letter_case};
use crate::matcher::template;
use crate::{Labels, LabelsBuilder};

/// What becomes of a label set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// It stays, as the rules left it.
    Keep,
    /// It goes.
    Drop,
}

/// One rule's effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The labels after the rule.
    pub output: Labels,
    /// Whether the set stays. After a step that drops it there is no other.
    pub verdict: Verdict,
}

/// Runs `rules` over `labels`, in which any name may be made that isn't empty.
///
/// When the verdict is [`Verdict::Drop`], what is left in `labels` means nothing.
pub fn apply(rules: &[Rule], labels: &mut LabelsBuilder) -> Verdict {
    apply_with(rules, NameScheme::Utf8, labels)
}

/// Runs `rules` over `labels`; a rule that would make a name outside of `names` does nothing.
pub fn apply_with(rules: &[Rule], names: NameScheme, labels: &mut LabelsBuilder) -> Verdict {
    for rule in rules {
        if run(rule, names, labels) == Verdict::Drop {
            return Verdict::Drop;
        }
    }
    Verdict::Keep
}

/// Runs `rules` over `labels` and shows each step.
#[must_use]
pub fn explain(rules: &[Rule], names: NameScheme, labels: &Labels) -> Vec<Step> {
    let mut labels = labels.to_builder();
    let mut steps = Vec::with_capacity(rules.len());
    for rule in rules {
        let verdict = run(rule, names, &mut labels);
        let output = labels.build();
        steps.push(Step { output, verdict });
        if verdict == Verdict::Drop {
            break;
        }
    }
    steps
}

fn run(rule: &Rule, names: NameScheme, labels: &mut LabelsBuilder) -> Verdict {
    let regex = &rule.regex;
    match &rule.action {
        Action::Replace {
            target_label,
            replacement,
        } => replace(rule, names, target_label, replacement, labels),
        Action::Keep => return keep_if(regex.is_match(&input(rule, labels))),
        Action::Drop => return keep_if(!regex.is_match(&input(rule, labels))),
        Action::KeepEqual { target_label } => {
            return keep_if(input(rule, labels) == labels.value(target_label));
        }
        Action::DropEqual { target_label } => {
            return keep_if(input(rule, labels) != labels.value(target_label));
        }
        Action::HashMod {
            target_label,
            modulus,
        } => {
            let shard = hash(&input(rule, labels)) % modulus;
            labels.set(target_label, &shard.to_string());
        }
        Action::LabelMap { replacement } => label_map(rule, names, replacement, labels),
        Action::LabelDrop => labels.retain(|name, _| !regex.is_match(name)),
        Action::LabelKeep => labels.retain(|name, _| regex.is_match(name)),
        Action::Lowercase { target_label } => {
            let lower = letter_case::lower(&input(rule, labels));
            labels.set(target_label, &lower);
        }
        Action::Uppercase { target_label } => {
            let upper = letter_case::upper(&input(rule, labels));
            labels.set(target_label, &upper);
        }
    }
    Verdict::Keep
}

fn keep_if(condition: bool) -> Verdict {
    if condition {
        Verdict::Keep
    } else {
        Verdict::Drop
    }
}

/// The values of the source labels, joined; absent labels are empty.
fn input<'a>(rule: &Rule, labels: &'a LabelsBuilder) -> Cow<'a, str> {
    match rule.source_labels.as_slice() {
        [] => Cow::Borrowed(""),
        [only] => Cow::Borrowed(labels.value(only)),
        many => {
            let values: Vec<&str> = many.iter().map(|name| labels.value(name)).collect();
            Cow::Owned(values.join(&rule.separator))
        }
    }
}

fn replace(
    rule: &Rule,
    names: NameScheme,
    target_label: &str,
    replacement: &str,
    labels: &mut LabelsBuilder,
) {
    let input = input(rule, labels);
    let (target, value) = if template::has_groups(target_label) || template::has_groups(replacement)
    {
        let Some(captures) = rule.regex.regex().captures(&input) else {
            return;
        };
        (
            Cow::Owned(template::expand(target_label, &captures)),
            Cow::Owned(template::expand(replacement, &captures)),
        )
    } else {
        if !rule.regex.is_match(&input) {
            return;
        }
        (Cow::Borrowed(target_label), Cow::Borrowed(replacement))
    };
    if names.allows(&target) {
        labels.set(&target, &value);
    }
}

/// Names that the rule itself makes are not mapped again, and of two labels that map to one name the later wins.
fn label_map(rule: &Rule, names: NameScheme, replacement: &str, labels: &mut LabelsBuilder) {
    let mut made: Vec<(String, String)> = Vec::new();
    for (name, value) in labels.iter() {
        if let Some(captures) = rule.regex.regex().captures(name) {
            made.push((template::expand(replacement, &captures), value.to_owned()));
        }
    }
    for (name, value) in made.iter().filter(|(name, _)| names.allows(name)) {
        labels.set(name, value);
    }
}

/// The last eight bytes of the MD5, big-endian.
fn hash(input: &str) -> u64 {
    let digest = Md5::digest(input.as_bytes());
    digest
        .iter()
        .skip(8)
        .fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}
