//! The distribution, from `/etc/os-release`.

use ferula::{Description, Page};

use crate::node::host::{Host, Outcome, text};

/// The label, and the key in the file.
const FACTS: [(&str, &str); 12] = [
    ("build_id", "BUILD_ID"),
    ("id", "ID"),
    ("id_like", "ID_LIKE"),
    ("image_id", "IMAGE_ID"),
    ("image_version", "IMAGE_VERSION"),
    ("name", "NAME"),
    ("pretty_name", "PRETTY_NAME"),
    ("variant", "VARIANT"),
    ("variant_id", "VARIANT_ID"),
    ("version", "VERSION"),
    ("version_codename", "VERSION_CODENAME"),
    ("version_id", "VERSION_ID"),
];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let root = &host.roots.root;
    let release =
        text(&root.join("etc/os-release")).or_else(|_| text(&root.join("usr/lib/os-release")))?;
    let facts = FACTS.map(|(label, key)| (label, value(&release, key)));
    let labels = facts
        .each_ref()
        .map(|(label, value)| (*label, value.as_str()));
    let help = "A metric with a constant '1' value labeled by build_id, id, id_like, image_id, image_version, name, \
        pretty_name, variant, variant_id, version, version_codename, version_id.";
    page.family(Description::gauge("node_os_info", help))
        .value(&labels, 1.0);

    let fact = |label: &'static str| {
        labels
            .iter()
            .find(|(name, _)| *name == label)
            .copied()
            .unwrap_or((label, ""))
    };
    if let Some(version) = major_minor(fact("version_id").1) {
        let help = "Metric containing the major.minor part of the OS version.";
        let labels = [fact("id"), fact("id_like"), fact("name")];
        page.family(Description::gauge("node_os_version", help))
            .value(&labels, version);
    }
    Ok(())
}

/// `KEY=value`, by the shell's rules of quoting; see `os-release(5)`.
fn value(release: &str, key: &str) -> String {
    let mut values = release
        .lines()
        .filter_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='));
    // The last one counts, as in the shell.
    let Some(value) = values.next_back() else {
        return String::new();
    };
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| Some((quote, value.strip_prefix(quote)?.strip_suffix(quote)?)));
    match quoted {
        Some(('\'', inner)) => inner.to_owned(),
        Some((_, inner)) => unescape(inner),
        None => unescape(value),
    }
}

fn unescape(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        let next = if character == '\\' {
            characters.next()
        } else {
            None
        };
        plain.push(next.unwrap_or(character));
    }
    plain
}

/// `22.04.1` is 22.04.
fn major_minor(version: &str) -> Option<f64> {
    let end = version
        .bytes()
        .position(|byte| !byte.is_ascii_digit() && byte != b'.');
    let mut parts = version[..end.unwrap_or(version.len())].split('.');
    let major = parts.next().filter(|major| !major.is_empty())?;
    format!("{major}.{}", parts.next().unwrap_or("0"))
        .parse()
        .ok()
}

#[cfg(test)]
mod tests;
