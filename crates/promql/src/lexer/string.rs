//! Strings: where they end, and what they say.
//!
//! Double and single quotes take Go's escapes; between backticks everything is as it stands, line breaks included.

use std::str::Chars;

/// Scans a string behind its opening quote and answers how many bytes it takes, the closing quote included.
pub(super) fn scan(text: &str, quote: char) -> Result<usize, String> {
    if quote == '`' {
        return match text.find('`') {
            Some(at) => Ok(at + 1),
            None => Err("unterminated raw string".to_owned()),
        };
    }
    let mut chars = text.chars();
    loop {
        match chars.next() {
            None | Some('\n') => return Err("unterminated quoted string".to_owned()),
            Some('\\') => {
                escaped(&mut chars, quote)?;
            }
            Some(c) if c == quote => return Ok(text.len() - chars.as_str().len()),
            Some(_) => {}
        }
    }
}

/// What stands between the quotes of a scanned string, escapes resolved. Bytes that make no UTF-8 give an error with
/// them.
pub(crate) fn unquote(literal: &str) -> Result<String, Vec<u8>> {
    let Some(quote) = literal.chars().next() else {
        return Ok(String::new());
    };
    let inside = &literal[1..literal.len() - 1];
    if quote == '`' || !inside.contains('\\') {
        return Ok(inside.to_owned());
    }
    let mut bytes = Vec::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        let unit = match c {
            '\\' => escaped(&mut chars, quote).unwrap_or(Escaped::Char(c)),
            c => Escaped::Char(c),
        };
        match unit {
            Escaped::Byte(byte) => bytes.push(byte),
            Escaped::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    String::from_utf8(bytes).map_err(std::string::FromUtf8Error::into_bytes)
}

/// What an escape stands for: `\xff` and `\377` are bytes, not characters.
enum Escaped {
    Byte(u8),
    Char(char),
}

/// Reads an escape behind its backslash.
fn escaped(chars: &mut Chars<'_>, quote: char) -> Result<Escaped, String> {
    let Some(c) = chars.next() else {
        return Err("escape sequence not terminated".to_owned());
    };
    Ok(Escaped::Char(match c {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        c if c == quote => quote,
        '0'..='7' => return code_byte(digits(Some(c), chars, 3, 8)?),
        'x' => {
            let first = chars.next();
            return code_byte(digits(first, chars, 2, 16)?);
        }
        'u' | 'U' => {
            let first = chars.next();
            let code = digits(first, chars, if c == 'u' { 4 } else { 8 }, 16)?;
            char::from_u32(code).ok_or_else(invalid_code_point)?
        }
        c => return Err(format!("unknown escape sequence {}", code_point(c))),
    }))
}

fn code_byte(code: u32) -> Result<Escaped, String> {
    u8::try_from(code)
        .map(Escaped::Byte)
        .map_err(|_| invalid_code_point())
}

fn invalid_code_point() -> String {
    "escape sequence is an invalid Unicode code point".to_owned()
}

/// Reads `count` digits, of which the first is already taken.
fn digits(
    first: Option<char>,
    chars: &mut Chars<'_>,
    count: usize,
    base: u32,
) -> Result<u32, String> {
    let mut code: u32 = 0;
    let mut next = first;
    for index in 0..count {
        if index > 0 {
            next = chars.next();
        }
        let Some(c) = next else {
            return Err("escape sequence not terminated".to_owned());
        };
        let digit = c
            .to_digit(base)
            .ok_or_else(|| format!("illegal character {} in escape sequence", code_point(c)))?;
        code = code.wrapping_mul(base).wrapping_add(digit);
    }
    Ok(code)
}

/// `U+0071 'q'`
fn code_point(c: char) -> String {
    format!("U+{:04X} '{c}'", u32::from(c))
}
