//! JSON as Prometheus' API writes it.
//!
//! Small answers are serde values, printed by `to_bytes`; results of queries, which are large, are written by
//! [`result`] straight from the engine's columns, in pieces.
//!
//! Both escape text as Go's encoder does (`<` becomes `\u003c`), and print floats as Go does: the shortest digits that
//! read back as the same number, plain between 1e-6 and 1e21, else with an exponent of at least two digits.

mod digits;
pub mod histogram;
pub mod labels;
pub mod number;
mod points;
pub mod result;
pub mod text;
mod times;

use std::io;

use serde::Serialize;

/// Prints a value.
///
/// # Panics
///
/// When a value can't be JSON at all (a map whose keys are no strings): a bug, not an input.
pub(crate) fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, GoFormatter);
    value
        .serialize(&mut serializer)
        .expect("answers are made of strings, numbers, lists and maps with string keys");
    out
}

/// Prints strings and floats as Go does.
struct GoFormatter;

impl serde_json::ser::Formatter for GoFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Quotes and control characters never come here: they are escaped apart.
        let mut out = Vec::with_capacity(fragment.len());
        text::push_fragment(&mut out, fragment);
        writer.write_all(&out)
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let mut out = Vec::with_capacity(24);
        number::push_json_float(&mut out, value);
        writer.write_all(&out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &impl Serialize, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&to_bytes(value)), expected);
    }

    #[test]
    fn text_is_escaped_for_html() {
        check(&"a<b>&c", r#""a\u003cb\u003e\u0026c""#);
        check(&"\u{2028}\u{1}\t\n\"\\é", r#""\u2028\u0001\t\n\"\\é""#);
    }

    #[test]
    fn floats_look_like_those_of_go() {
        check(&0.0, "0");
        check(&0.002_993_429, "0.002993429");
        check(&1e-7, "1e-7");
        check(&1e21, "1e+21");
        check(&f64::NAN, "null");
    }
}
