//! `application/x-www-form-urlencoded`: pairs between `&`, `+` for a space, `%` and two digits for any byte.

use crate::limits::PARAMETERS_MAX;

/// Appends the pairs of `text`. A pair that can't be decoded is left out, so is one with a bare semicolon, and so are
/// those above [`PARAMETERS_MAX`].
pub(crate) fn decode(text: &[u8], pairs: &mut Vec<(String, String)>) {
    for pair in text.split(|byte| *byte == b'&') {
        if pair.is_empty() || pair.contains(&b';') {
            continue;
        }
        if pairs.len() == PARAMETERS_MAX {
            return;
        }
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[][..]),
        };
        if let (Some(name), Some(value)) = (unescape(name), unescape(value)) {
            pairs.push((name, value));
        }
    }
}

/// Bytes that are no UTF-8 become U+FFFD: no label and no query has them.
fn unescape(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let &[high, low, ref after @ ..] = rest else {
                    return None;
                };
                bytes.push(digit(high)? << 4 | digit(low)?);
                rest = after;
            }
            byte => bytes.push(byte),
        }
    }
    Some(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let mut pairs = Vec::new();
        decode(text.as_bytes(), &mut pairs);
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(pairs, expected, "{text}");
    }

    /// What Go's `url.ParseQuery` documents.
    #[test]
    fn decodes_as_go_does() {
        check("", &[]);
        check("a=1&b=2&a=3", &[("a", "1"), ("b", "2"), ("a", "3")]);
        check("a&&=b&c==", &[("a", ""), ("", "b"), ("c", "=")]);
        check("q=a%2Bb+c%20d", &[("q", "a+b c d")]);
        check("match%5b%5D=%7B%7d", &[("match[]", "{}")]);
        check("a=%zz&b=%&c=%1&d=1", &[("d", "1")]);
        check("a=1;b=2&c=3", &[("c", "3")]);
        check("a=%ff", &[("a", "\u{fffd}")]);
        check("a=é", &[("a", "é")]);
    }
}
