//! What must be written differently than it is meant: quotes in values, and names outside of the old alphabet.
//!
//! Label values and help texts escape backslash and line feed as `\\` and `\n`; label values, and the help texts of OpenMetrics,
//! escape the double quote too. Any other backslash stands for itself together with what follows it.
//!
//! Names may be any UTF-8 since Prometheus 3. A reader that does not say that it can take quoted names gets them in the old
//! alphabet, by one of three [schemes](Escaping).

use std::borrow::Cow;
use std::fmt::Write as _;

use memchr::{memchr, memchr2, memchr3};

/// What becomes of names that are not made of `[a-zA-Z0-9_:]`.
///
/// Source: "Content negotiation" of the Prometheus documentation; the words are those of the `escaping` parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Escaping {
    /// They are quoted: `{"my.metric"} 1`.
    AllowUtf8,
    /// Every other character becomes an underscore.
    #[default]
    Underscores,
    /// A dot becomes `_dot_`, an underscore two, every other character `__`.
    Dots,
    /// `U__`, and then every other character as `_<hexadecimal>_` and an underscore as two.
    Values,
}

impl Escaping {
    /// The value of the `escaping` parameter.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllowUtf8 => "allow-utf-8",
            Self::Underscores => "underscores",
            Self::Dots => "dots",
            Self::Values => "values",
        }
    }

    /// The scheme that a parameter's value names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "allow-utf-8" => Self::AllowUtf8,
            "underscores" => Self::Underscores,
            "dots" => Self::Dots,
            "values" => Self::Values,
            _ => return None,
        })
    }

    /// `name` in the old alphabet by this scheme; itself if it needs no change or may be quoted.
    ///
    /// A colon is at home in metric names and foreign in label names: `colons` says which of the two this is.
    #[must_use]
    pub fn name(self, name: &str, colons: bool) -> Cow<'_, str> {
        match self {
            Self::AllowUtf8 => Cow::Borrowed(name),
            Self::Underscores | Self::Values if is_bare(name, colons) => Cow::Borrowed(name),
            Self::Dots if is_bare(name, colons) && !name.contains('_') => Cow::Borrowed(name),
            _ => Cow::Owned(self.rewritten(name, colons)),
        }
    }

    fn rewritten(self, name: &str, colons: bool) -> String {
        let mut out = String::with_capacity(name.len() + 8);
        if self == Self::Values {
            out.push_str("U__");
        }
        for (index, c) in name.chars().enumerate() {
            let at_home = c.is_ascii_alphabetic()
                || c == '_'
                || (c == ':' && colons)
                || (c.is_ascii_digit() && index > 0);
            match (self, c) {
                (Self::Dots | Self::Values, '_') => out.push_str("__"),
                (Self::Dots, '.') => out.push_str("_dot_"),
                _ if at_home => out.push(c),
                (Self::Dots, _) => out.push_str("__"),
                (Self::Values, _) => {
                    let _infallible = write!(out, "_{:x}_", u32::from(c));
                }
                _ => out.push('_'),
            }
        }
        out
    }
}

/// Whether `name` may stand without quotes: `[a-zA-Z_][a-zA-Z0-9_]*`, and colons too where they are allowed.
#[must_use]
pub fn is_bare(name: &str, colons: bool) -> bool {
    let letter = |b: u8| b.is_ascii_alphabetic() || b == b'_' || (colons && b == b':');
    let mut bytes = name.bytes();
    bytes.next().is_some_and(letter) && bytes.all(|b| letter(b) || b.is_ascii_digit())
}

/// Appends `text` with backslash, line feed and double quote escaped: label values, quoted names, OpenMetrics help.
pub fn push_quoted(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(at) = memchr3(b'\\', b'\n', b'"', rest) {
        push_escape(out, rest, at);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// Appends `text` with backslash and line feed escaped: help in the Prometheus text format.
pub fn push_help(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(at) = memchr2(b'\\', b'\n', rest) {
        push_escape(out, rest, at);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

fn push_escape(out: &mut Vec<u8>, text: &[u8], at: usize) {
    out.extend_from_slice(&text[..at]);
    out.push(b'\\');
    out.push(if text[at] == b'\n' { b'n' } else { text[at] });
}

/// `text` without its escapes: `\\`, `\n` and `\"`. A backslash before anything else stands for itself.
#[must_use]
pub fn unescape(text: &str) -> Cow<'_, str> {
    match memchr(b'\\', text.as_bytes()) {
        None => Cow::Borrowed(text),
        Some(first) => Cow::Owned(unescaped_from(text, first, true)),
    }
}

/// As [`unescape`], but `\"` stands for itself: help in the Prometheus text format, which does not quote.
#[must_use]
pub fn unescape_help(text: &str) -> Cow<'_, str> {
    match memchr(b'\\', text.as_bytes()) {
        None => Cow::Borrowed(text),
        Some(first) => Cow::Owned(unescaped_from(text, first, false)),
    }
}

fn unescaped_from(text: &str, first: usize, quotes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut next = Some(first);
    while let Some(at) = next {
        out.push_str(&rest[..at]);
        let taken = match rest.as_bytes().get(at + 1) {
            Some(b'\\') => {
                out.push('\\');
                2
            }
            Some(b'n') => {
                out.push('\n');
                2
            }
            Some(b'"') if quotes => {
                out.push('"');
                2
            }
            _ => {
                out.push('\\');
                1
            }
        };
        rest = &rest[at + taken..];
        next = memchr(b'\\', rest.as_bytes());
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
