//! `$VAR` and `${VAR}` in values of external labels.

/// Replaces variables as Go's `os.Expand` does: `$$` is a dollar, an unclosed `${` is dropped, a lone `$` stays.
pub(crate) fn expand(text: &str, mut variable: impl FnMut(&str) -> String) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        expanded.push_str(&rest[..dollar]);
        let after = &rest[dollar + 1..];
        match name(after) {
            Name::None => expanded.push('$'),
            Name::Broken(_) => {}
            Name::Of("$", _) => expanded.push('$'),
            Name::Of(name, _) => expanded.push_str(&variable(name)),
        }
        rest = match name(after) {
            Name::None => after,
            Name::Broken(length) | Name::Of(_, length) => &after[length..],
        };
    }
    expanded.push_str(rest);
    expanded
}

/// What stands after a dollar, with its length.
#[derive(Clone, Copy)]
enum Name<'a> {
    None,
    Broken(usize),
    Of(&'a str, usize),
}

fn name(after: &str) -> Name<'_> {
    if let Some(inner) = after.strip_prefix('{') {
        return match inner.find('}') {
            None => Name::Broken(1),
            Some(0) => Name::Broken(2),
            Some(end) => Name::Of(&inner[..end], end + 2),
        };
    }
    let is_special = |byte: u8| byte.is_ascii_digit() || b"*#$@!?-".contains(&byte);
    if after.bytes().next().is_some_and(is_special) {
        return Name::Of(&after[..1], 1);
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let length = after
        .bytes()
        .position(|byte| !is_name(byte))
        .unwrap_or(after.len());
    if length == 0 {
        Name::None
    } else {
        Name::Of(&after[..length], length)
    }
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn expands_as_go_does() {
        let check = |text, expected| {
            let got = expand(text, |name| {
                if name == "A" {
                    "x".into()
                } else {
                    String::new()
                }
            });
            assert_eq!(got, expected, "{text}");
        };
        check("plain", "plain");
        check("$A", "x");
        check("${A}", "x");
        check("a${A}b$A", "axbx");
        check("$$A", "$A");
        check("$${A}", "${A}");
        check("foo$$bar", "foo$bar");
        check("$none-", "-");
        check("a$", "a$");
        check("a$ b", "a$ b");
        check("a${A", "aA");
        check("a${}b", "ab");
        check("$1b", "b");
    }
}
