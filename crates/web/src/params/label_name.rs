//! Label names in a path.
//!
//! A name that a path can't carry is sent in "values" escaping: `U__` before it, each underscore doubled, and each
//! other character that a classic name does not have as its code point in hex between underscores (`U__http_2e_status`).
//!
//! Source: "UTF-8 support" of Prometheus' documentation.

use std::borrow::Cow;

use model::labels::{LABEL_BYTES_MAX, Quoted};

use crate::errors::ApiError;

const PREFIX: &str = "U__";

/// Digits of the largest code point.
const HEX_DIGITS_MAX: usize = 6;

/// Reads the name in a path. What starts like an escaped name but isn't one is taken as it stands.
pub(crate) fn read(segment: &str) -> Result<Cow<'_, str>, ApiError> {
    let name = match segment.strip_prefix(PREFIX).and_then(unescape) {
        Some(name) => Cow::Owned(name),
        None => Cow::Borrowed(segment),
    };
    if name.is_empty() || name.len() > LABEL_BYTES_MAX {
        return Err(ApiError::BadData(format!(
            "invalid label name: {}",
            Quoted(&name)
        )));
    }
    Ok(name)
}

fn unescape(escaped: &str) -> Option<String> {
    let mut name = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find('_') {
        name.push_str(&rest[..at]);
        let (code, after) = rest[at + 1..].split_once('_')?;
        name.push(match code.len() {
            0 => '_',
            1..=HEX_DIGITS_MAX => code_point(code)?,
            _ => return None,
        });
        rest = after;
    }
    name.push_str(rest);
    Some(name)
}

fn code_point(hex: &str) -> Option<char> {
    let digits = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = u32::from_str_radix(hex, 16).ok().filter(|_| digits)?;
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(segment: &str, expected: &str) {
        assert_eq!(read(segment).as_deref(), Ok(expected));
    }

    #[test]
    fn decodes_escaped_names() {
        check("job", "job");
        check("a-b", "a-b");
        check("U__http_2e_status:sum", "http.status:sum");
        check("U__my__name", "my_name");
        check("U___1f600_", "\u{1f600}");
    }

    #[test]
    fn leaves_what_only_looks_escaped() {
        check("U__a_b", "U__a_b");
        check("U__a_zz_", "U__a_zz_");
        check("U__a_d800_", "U__a_d800_");
        check("U__a_+1_", "U__a_+1_");
        check("U__a_1234567_", "U__a_1234567_");
    }

    #[test]
    fn a_name_is_needed() {
        assert_eq!(
            read("").map_err(|error| error.to_string()),
            Err(r#"invalid label name: """#.to_owned())
        );
    }
}
