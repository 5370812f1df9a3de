//! A target's URL from its `__…` labels, escaped as Go's `net/url` does it, since scripts compare it.

use model::LabelsBuilder;

use super::labels::{ADDRESS, METRICS_PATH, PARAM_PREFIX, SCHEME};

/// What may stand in a path as it is, apart from letters and digits.
const PLAIN_IN_PATH: &[u8] = b"-_.~$&+,/:;=@";
/// What may stand in a query as it is, apart from letters and digits.
const PLAIN_IN_QUERY: &[u8] = b"-_.~";

/// `<scheme>://<address><path>?<params>`, parameters by name. A `__param_` label replaces the first value of its parameter.
pub(super) fn build(labels: &LabelsBuilder, params: &[(String, Vec<String>)]) -> String {
    let mut url = format!("{}://{}", labels.value(SCHEME), labels.value(ADDRESS));
    let path = labels.value(METRICS_PATH);
    if !path.is_empty() && !path.starts_with('/') {
        url.push('/');
    }
    escape(path, PLAIN_IN_PATH, &mut url);
    let mut separator = '?';
    for (name, values) in merged(labels, params) {
        for value in values {
            url.push(separator);
            separator = '&';
            escape(&name, PLAIN_IN_QUERY, &mut url);
            url.push('=');
            escape(&value, PLAIN_IN_QUERY, &mut url);
        }
    }
    url
}

fn merged(labels: &LabelsBuilder, params: &[(String, Vec<String>)]) -> Vec<(String, Vec<String>)> {
    let mut merged = params.to_vec();
    for (name, first) in labels.iter() {
        let Some(name) = name.strip_prefix(PARAM_PREFIX) else {
            continue;
        };
        match merged.iter_mut().find(|(own, _)| own == name) {
            Some((_, values)) if !values.is_empty() => first.clone_into(&mut values[0]),
            Some((_, values)) => values.push(first.to_owned()),
            None => merged.push((name.to_owned(), vec![first.to_owned()])),
        }
    }
    merged.sort_by(|(a, _), (b, _)| a.cmp(b));
    merged
}

fn escape(text: &str, plain: &[u8], url: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            byte if byte.is_ascii_alphanumeric() || plain.contains(&byte) => {
                url.push(char::from(byte));
            }
            // In a query, a blank is a plus. (A path has the plus among its plain characters.)
            b' ' if !plain.contains(&b'+') => url.push('+'),
            byte => {
                url.push('%');
                url.push(char::from(DIGITS[usize::from(byte >> 4)]));
                url.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
    }
}
