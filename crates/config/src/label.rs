//! Which names of labels are valid.

/// How strict names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameScheme {
    /// Any text but the empty one.
    Utf8,
    /// `[a-zA-Z_][a-zA-Z0-9_]*`
    Legacy,
}

impl NameScheme {
    pub(crate) fn of(word: &str) -> Self {
        if word == "legacy" {
            Self::Legacy
        } else {
            Self::Utf8
        }
    }

    pub(crate) fn is_name(self, name: &str) -> bool {
        match self {
            Self::Utf8 => !name.is_empty(),
            Self::Legacy => {
                let mut bytes = name.bytes();
                bytes
                    .next()
                    .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
                    && bytes.all(is_word)
            }
        }
    }

    /// A name in which `$1` and `${name}` may stand for what a regular expression captured.
    pub(crate) fn is_template(self, template: &str) -> bool {
        match self {
            Self::Utf8 => !template.is_empty(),
            Self::Legacy => is_legacy_template(template),
        }
    }
}

/// One or more of: a letter or `_`, `$word`, `${word}`; digits may stand anywhere but at the start.
fn is_legacy_template(template: &str) -> bool {
    let mut rest = template;
    while !rest.is_empty() {
        let is_first = rest.len() == template.len();
        let next = match rest.strip_prefix('$') {
            Some(after) => match after.strip_prefix('{') {
                Some(braced) => braced.split_once('}').filter(|(name, _)| is_all_word(name)),
                None => {
                    let end = after
                        .bytes()
                        .position(|byte| !is_word(byte))
                        .unwrap_or(after.len());
                    Some(after.split_at(end)).filter(|(name, _)| is_all_word(name))
                }
            }
            .map(|(_, after)| after),
            None => {
                let first = rest.as_bytes()[0];
                let is_fine = is_word(first) && !(is_first && first.is_ascii_digit());
                is_fine.then(|| &rest[1..])
            }
        };
        match next {
            Some(next) => rest = next,
            None => return false,
        }
    }
    !template.is_empty()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_all_word(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::NameScheme::{Legacy, Utf8};

    #[test]
    fn names() {
        for (name, legacy, utf8) in [
            ("job", true, true),
            ("_a1", true, true),
            ("1a", false, true),
            ("a-b", false, true),
            ("ünïcode", false, true),
            ("", false, false),
        ] {
            assert_eq!(Legacy.is_name(name), legacy, "{name}");
            assert_eq!(Utf8.is_name(name), utf8, "{name}");
        }
    }

    #[test]
    fn legacy_templates() {
        for (template, expected) in [
            ("$1", true),
            ("${1}", true),
            ("${name}_x", true),
            ("a${1}9", true),
            ("prefix_$1", true),
            ("1a", false),
            ("-$1", false),
            ("${}", false),
            ("${a", false),
            ("$", false),
            ("a b", false),
            ("", false),
        ] {
            assert_eq!(Legacy.is_template(template), expected, "{template}");
        }
    }
}
