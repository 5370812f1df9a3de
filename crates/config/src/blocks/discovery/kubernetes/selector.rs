//! Kubernetes' selectors, as far as their form goes: `a=b,c!=d` for fields, and for labels also `a in (b,c)`, `!a`,
//! `a` and `a>1`.

/// # Errors
///
/// When `text` is no selector of fields; the message is for the user.
pub(super) fn check_fields(text: &str) -> Result<(), String> {
    for term in text.split(',').filter(|term| !term.trim().is_empty()) {
        if !term.contains('=') || term.starts_with('=') {
            return Err(format!(
                "invalid selector: {text:?}; can't understand {term:?}"
            ));
        }
    }
    Ok(())
}

/// # Errors
///
/// When `text` is no selector of labels; the message is for the user.
pub(super) fn check_labels(text: &str) -> Result<(), String> {
    let refusal = || Err(format!("unable to parse requirement: {text:?}"));
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = end_of_requirement(rest);
        if !is_requirement(rest[..end].trim()) {
            return refusal();
        }
        if end == rest.len() {
            break;
        }
        rest = rest[end + 1..].trim_start();
        if rest.is_empty() {
            return refusal();
        }
    }
    Ok(())
}

/// The comma that ends it, or the end of the text; commas in parentheses do not.
fn end_of_requirement(text: &str) -> usize {
    let mut depth = 0_i32;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b',' if depth == 0 => return index,
            _ => {}
        }
    }
    text.len()
}

fn is_requirement(text: &str) -> bool {
    if let Some(key) = text.strip_prefix('!') {
        return is_key(key.trim());
    }
    for operator in ["!=", "==", "=", ">", "<"] {
        if let Some((key, value)) = text.split_once(operator) {
            return is_key(key.trim()) && is_value(value.trim());
        }
    }
    let mut words = text.splitn(2, char::is_whitespace);
    let key = words.next().unwrap_or_default();
    let Some(set) = words.next().map(str::trim) else {
        return is_key(key);
    };
    let values = set.strip_prefix("notin").or_else(|| set.strip_prefix("in"));
    let values = values
        .map(str::trim)
        .and_then(|values| values.strip_prefix('('));
    let values = values.and_then(|values| values.strip_suffix(')'));
    is_key(key)
        && values.is_some_and(|values| values.split(',').all(|value| is_value(value.trim())))
}

/// `name` or `prefix/name`.
fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| is_word(byte) || byte == b'/')
}

fn is_value(value: &str) -> bool {
    value.bytes().all(is_word)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{check_fields, check_labels};

    #[test]
    fn labels() {
        // The forms of Kubernetes' documentation, "Labels and Selectors".
        for text in [
            "",
            "environment=production,tier!=frontend",
            "environment in (production, qa)",
            "tier notin (frontend, backend)",
            "partition",
            "!partition",
            "app.kubernetes.io/name==web,partition,environment notin (qa)",
        ] {
            assert_eq!(check_labels(text), Ok(()), "{text}");
        }
        for text in ["a b", "a in b", "=b", "a=b,", "a in (b", "a=b c"] {
            assert!(check_labels(text).is_err(), "{text}");
        }
    }

    #[test]
    fn fields() {
        for text in [
            "",
            "metadata.name=my-service",
            "status.phase!=Running,spec.restartPolicy==Always",
        ] {
            assert_eq!(check_fields(text), Ok(()), "{text}");
        }
        assert!(check_fields("metadata.name").is_err());
    }
}
