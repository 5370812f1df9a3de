//! Replacements with captured groups, by the rules of Go's `Regexp.Expand`.
//!
//! `$name` takes as many letters, digits and underscores as follow, so `$1abc` is a group called `1abc`; `${1}abc` is
//! group 1 and then `abc`. `$$` is a dollar. A group that does not exist or took no part in the match is empty, and a
//! dollar that begins none of these stands for itself. The `regex` crate's own expansion reads more things as names.

use regex::Captures;

/// Group numbers above are names of groups that don't exist.
const GROUP_NUMBER_MAX: usize = 100_000_000;

/// Whether `template` may refer to groups at all.
pub(crate) fn has_groups(template: &str) -> bool {
    template.contains('$')
}

/// `template` with its groups filled in.
pub(crate) fn expand(template: &str, captures: &Captures<'_>) -> String {
    let mut expanded = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        rest = after;
        if let Some(after_dollar) = rest.strip_prefix('$') {
            expanded.push('$');
            rest = after_dollar;
        } else if let Some((name, after_name)) = split_name(rest) {
            expanded.push_str(group(name, captures));
            rest = after_name;
        } else {
            expanded.push('$');
        }
    }
    expanded.push_str(rest);
    expanded
}

/// Splits `name` or `{name}` off the front.
fn split_name(text: &str) -> Option<(&str, &str)> {
    let (braced, text) = match text.strip_prefix('{') {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let length = text
        .find(|c: char| !(c.is_alphabetic() || c.is_numeric() || c == '_'))
        .unwrap_or(text.len());
    if length == 0 {
        return None;
    }
    let (name, rest) = text.split_at(length);
    match braced {
        true => Some((name, rest.strip_prefix('}')?)),
        false => Some((name, rest)),
    }
}

fn group<'t>(name: &str, captures: &Captures<'t>) -> &'t str {
    let found = match group_number(name) {
        Some(number) => captures.get(number),
        None => captures.name(name),
    };
    found.map_or("", |found| found.as_str())
}

/// A number without leading zeros.
fn group_number(name: &str) -> Option<usize> {
    let plain =
        name.bytes().all(|b| b.is_ascii_digit()) && (name.len() == 1 || !name.starts_with('0'));
    let number = plain.then(|| name.parse().ok()).flatten()?;
    (number < GROUP_NUMBER_MAX).then_some(number)
}
