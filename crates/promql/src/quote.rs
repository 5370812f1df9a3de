//! Quoting as Go does it, since messages and printed queries hold Go's quotes.

use std::fmt::{self, Write as _};

/// Prints text in double quotes, escaped as Go's `strconv.Quote` does.
pub(crate) struct GoQuoted<'a>(pub(crate) &'a str);

impl fmt::Display for GoQuoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            escape(f, c, '"')?;
        }
        f.write_char('"')
    }
}

/// The same for bytes that may make no UTF-8; those that don't are printed as `\xff`.
pub(crate) struct GoQuotedBytes<'a>(pub(crate) &'a [u8]);

impl fmt::Display for GoQuotedBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                escape(f, c, '"')?;
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        f.write_char('"')
    }
}

/// Prints one character in single quotes; the end of the text prints as the replacement character.
pub(crate) struct GoQuotedChar(pub(crate) Option<char>);

impl fmt::Display for GoQuotedChar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('\'')?;
        escape(f, self.0.unwrap_or(char::REPLACEMENT_CHARACTER), '\'')?;
        f.write_char('\'')
    }
}

fn escape(f: &mut fmt::Formatter<'_>, c: char, quote: char) -> fmt::Result {
    match c {
        '\\' => f.write_str("\\\\"),
        '\x07' => f.write_str("\\a"),
        '\x08' => f.write_str("\\b"),
        '\x0c' => f.write_str("\\f"),
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        '\x0b' => f.write_str("\\v"),
        c if c == quote => write!(f, "\\{c}"),
        c if is_printable(c) => f.write_char(c),
        c => match u32::from(c) {
            code @ (0..0x20 | 0x7f) => write!(f, "\\x{code:02x}"),
            code @ 0..0x1_0000 => write!(f, "\\u{code:04x}"),
            code => write!(f, "\\U{code:08x}"),
        },
    }
}

/// Letters, marks, numbers, punctuation, symbols and the plain space. Characters that no one has assigned yet count
/// as printable, unlike in Go; both forms read back as the same text.
fn is_printable(c: char) -> bool {
    let invisible = matches!(
        u32::from(c),
        0xad | 0x600..=0x605
            | 0x61c
            | 0x6dd
            | 0x70f
            | 0x180e
            | 0x200b..=0x200f
            | 0x202a..=0x202e
            | 0x2060..=0x206f
            | 0xe000..=0xf8ff
            | 0xfeff
            | 0xfff0..=0xfffb
            | 0xfffe..=0xffff
            | 0xe_0000..=0x10_ffff
    );
    c == ' ' || !(c.is_control() || c.is_whitespace() || invisible)
}
