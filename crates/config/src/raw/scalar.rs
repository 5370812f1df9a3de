//! What a scalar means.
//!
//! The rules are those of Go's `yaml.v2`, which Prometheus reads its files with: YAML 1.2's core words, and of
//! YAML 1.1 the booleans `yes`, `no`, `on`, `off`, `y`, `n` in their three spellings, `_` inside of numbers, and
//! integers in base 2, 8 and 16.

/// A scalar: its text, and what the text means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scalar {
    /// The text without quotes. A string setting takes it whatever it would mean.
    pub(crate) text: String,
    pub(crate) word: Word,
}

/// What a scalar stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Word {
    Null,
    Flag(bool),
    Whole(i128),
    Number(f64),
    /// Quoted, or no word of the other kinds.
    Text,
    /// A plain `<<`.
    Merge,
}

/// Letters of a value that a message quotes; Go's YAML shows as many.
const QUOTED_LETTERS_MAX: usize = 10;

impl Scalar {
    /// A scalar without quotes or tag.
    pub(crate) fn plain(text: String) -> Self {
        let word = word(&text);
        Self { text, word }
    }

    /// A scalar that is text whatever it looks like.
    pub(crate) fn quoted(text: String) -> Self {
        Self {
            text,
            word: Word::Text,
        }
    }

    pub(super) fn described(&self) -> String {
        let tag = match self.word {
            Word::Null => return "!!null".to_owned(),
            Word::Flag(_) => "!!bool",
            Word::Whole(_) => "!!int",
            Word::Number(_) => "!!float",
            Word::Text => "!!str",
            Word::Merge => "!!merge",
        };
        let text = &self.text;
        if text.chars().count() <= QUOTED_LETTERS_MAX {
            return format!("{tag} `{text}`");
        }
        let start: String = text.chars().take(QUOTED_LETTERS_MAX - 3).collect();
        format!("{tag} `{start}...`")
    }
}

/// What a plain word means.
pub(crate) fn word(text: &str) -> Word {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Word::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Word::Flag(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Word::Flag(false);
        }
        "<<" => return Word::Merge,
        ".nan" | ".NaN" | ".NAN" => return Word::Number(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Word::Number(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Word::Number(f64::NEG_INFINITY),
        _ => {}
    }
    let starts_a_number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    if !starts_a_number {
        return Word::Text;
    }
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    if let Some(whole) = whole(&digits) {
        return Word::Whole(whole);
    }
    if is_decimal(&digits)
        && let Ok(number) = digits.parse::<f64>()
    {
        return Word::Number(number);
    }
    Word::Text
}

/// An integer as Go's `ParseInt` reads it with base 0, if it fits 64 bits, signed or not.
fn whole(digits: &str) -> Option<i128> {
    let (negative, rest) = match digits.as_bytes().first()? {
        b'-' => (true, &digits[1..]),
        b'+' => (false, &digits[1..]),
        _ => (false, digits),
    };
    let lower = rest.to_ascii_lowercase();
    let (base, body) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if body.is_empty() || !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let value = i128::from_str_radix(body, base).ok()?;
    let value = if negative { -value } else { value };
    (i128::from(i64::MIN)..=i128::from(u64::MAX))
        .contains(&value)
        .then_some(value)
}

/// `[-+]? (digits [. digits?] | . digits) ([eE] [-+]? digits)?`
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_is_fine = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(before) && digits(after) && !(before.is_empty() && after.is_empty()) && exponent_is_fine
}
