//! Habits of naming: no page is refused for them, but its readers will wonder.
//!
//! The rules and their words are those of `promtool check metrics`, so that whoever has it in a script sees the same. They are told
//! by metric, then by text.

use crate::Kind;

/// A habit that a metric does not keep.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lint {
    /// The metric family's name.
    pub metric: String,
    /// What is unusual about it.
    pub text: String,
}

/// What is known of a family.
pub(super) struct Subject<'s> {
    pub(super) name: &'s str,
    pub(super) kind: Kind,
    pub(super) helped: bool,
}

/// Units and the base unit that should be used in their place.
const UNITS: [(&str, &str); 25] = [
    ("amperes", "amperes"),
    ("bytes", "bytes"),
    ("celsius", "celsius"),
    ("grams", "grams"),
    ("joules", "joules"),
    ("kelvin", "kelvin"),
    ("kelvins", "kelvin"),
    ("meters", "meters"),
    ("metres", "metres"),
    ("moles", "moles"),
    ("seconds", "seconds"),
    ("volts", "volts"),
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("days", "seconds"),
    ("weeks", "seconds"),
    ("bits", "bytes"),
    ("calories", "joules"),
    ("fahrenheit", "celsius"),
    ("rankine", "celsius"),
    ("inches", "meters"),
    ("yards", "meters"),
    ("miles", "meters"),
    ("ounces", "grams"),
    ("pounds", "grams"),
];

/// What stands before a unit that is not a base unit then.
const PREFIXES: [&str; 18] = [
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega",
    "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi",
];

/// Abbreviations that say too little.
const ABBREVIATIONS: [&str; 14] = [
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
];

/// What is unusual about a family that has samples, its labels aside.
pub(super) fn family(subject: &Subject<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    let mut tell = |wrong: bool, text: &str| {
        if wrong {
            texts.push(text.to_owned());
        }
    };
    let (name, kind) = (subject.name, subject.kind);
    let (is_counter, is_known) = (kind == Kind::Counter, kind != Kind::Unknown);
    let (is_histogram, is_summary) = (kind == Kind::Histogram, kind == Kind::Summary);
    let total = name.ends_with("_total");
    tell(!subject.helped, "no help text");
    tell(
        is_counter && !total,
        "counter metrics should have \"_total\" suffix",
    );
    tell(
        is_known && !is_counter && total,
        "non-counter metrics should not have \"_total\" suffix",
    );
    tell(
        is_known && !is_histogram && name.ends_with("_bucket"),
        "non-histogram metrics should not have \"_bucket\" suffix",
    );
    for (suffix, text) in [
        (
            "_count",
            "non-histogram and non-summary metrics should not have \"_count\" suffix",
        ),
        (
            "_sum",
            "non-histogram and non-summary metrics should not have \"_sum\" suffix",
        ),
    ] {
        tell(
            is_known && !is_histogram && !is_summary && name.ends_with(suffix),
            text,
        );
    }
    tell(name.contains(':'), "metric names should not contain ':'");
    tell(
        is_camel_case(name),
        "metric names should be written in 'snake_case' not 'camelCase'",
    );
    tell(
        ABBREVIATIONS.iter().any(|word| has_later_word(name, word)),
        "metric names should not contain abbreviated units",
    );
    for kind in ["counter", "gauge", "summary", "histogram"] {
        tell(
            has_later_word(name, kind),
            &format!("metric name should not include type '{kind}'"),
        );
    }
    if let Some((unit, base)) = other_unit(name) {
        tell(true, &format!("use base unit {base:?} instead of {unit:?}"));
    }
    texts
}

/// What is unusual about the labels of one metric of a family.
pub(super) fn labels<'l>(kind: Kind, names: impl Iterator<Item = &'l str>) -> Vec<String> {
    let mut texts = Vec::new();
    for name in names {
        if is_camel_case(name) {
            texts.push("label names should be written in 'snake_case' not 'camelCase'".to_owned());
        }
        if kind != Kind::Unknown && kind != Kind::Histogram && name == "le" {
            texts.push("non-histogram metrics should not have \"le\" label".to_owned());
        }
        if kind != Kind::Unknown && kind != Kind::Summary && name == "quantile" {
            texts.push("non-summary metrics should not have \"quantile\" label".to_owned());
        }
    }
    texts
}

/// Whether a small letter is followed by a capital one.
fn is_camel_case(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes
        .windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// Whether `word` is one of the words of `name`, but not the first.
fn has_later_word(name: &str, word: &str) -> bool {
    name.to_ascii_lowercase()
        .split('_')
        .skip(1)
        .any(|own| own == word)
}

/// The first word that is a unit, if it is no base unit, and what to use in its place.
fn other_unit(name: &str) -> Option<(&str, &'static str)> {
    let units = name.split('_').filter_map(|word| {
        let (_, base) = UNITS.into_iter().find(|(unit, _)| {
            word.strip_suffix(unit)
                .is_some_and(|prefix| prefix.is_empty() || PREFIXES.contains(&prefix))
        })?;
        Some((word, base))
    });
    units.into_iter().next().filter(|(unit, base)| unit != base)
}
