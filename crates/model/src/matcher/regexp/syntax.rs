//! From RE2's syntax, which Prometheus' users write, to that of our engine.
//!
//! The two agree on almost everything. Where they don't, the expression is rewritten:
//!
//! | RE2 | here |
//! | --- | --- |
//! | `{` that begins no repetition is itself: `/api/{id}` | `\{` |
//! | `\d \w \s \b` and their opposites know ASCII only | classes written out |
//! | within brackets `[`, `&&`, `~~` and `--` are themselves | escaped |
//! | `\Q...\E` is itself | escaped |
//! | `\123` is an octal code | `\x{53}` |
//! | `\<`, `\_` and any other escaped punctuation is itself | escaped where need be |
//!
//! Source: the syntax page of RE2, and that of the package `regexp/syntax` of Go.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Names in brackets and colons: `[[:alpha:]]`.
const NAMED_CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// The expression in our engine's syntax, or what is wrong with it.
pub(super) fn translate(pattern: &str) -> Result<Cow<'_, str>, String> {
    if !pattern.contains(['{', '[', '\\']) {
        return Ok(Cow::Borrowed(pattern));
    }
    let mut translator = Translator {
        rest: pattern,
        out: String::with_capacity(pattern.len() + 8),
    };
    while let Some(c) = translator.take() {
        match c {
            '\\' => translator.escape(false),
            '{' => translator.brace(),
            '[' => translator.class()?,
            c => translator.out.push(c),
        }
    }
    Ok(Cow::Owned(translator.out))
}

struct Translator<'p> {
    rest: &'p str,
    out: String,
}

impl Translator<'_> {
    fn take(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let found = self.rest.starts_with(wanted);
        if found {
            self.rest = &self.rest[wanted.len_utf8()..];
        }
        found
    }

    /// Behind a `{`.
    fn brace(&mut self) {
        if !is_repetition(self.rest) {
            self.out.push('\\');
        }
        self.out.push('{');
    }

    /// Behind a `[`, to behind its `]`.
    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.take_if('^') {
            self.out.push('^');
        }
        if self.take_if(']') {
            self.out.push_str("\\]");
        } else if self.take_if('-') {
            self.out.push_str("\\-");
        }
        while let Some(c) = self.take() {
            match c {
                ']' => {
                    self.out.push(']');
                    return Ok(());
                }
                '\\' => self.escape(true),
                '[' if self.rest.starts_with(':') => self.named_class()?,
                '[' | '&' | '~' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                // The second of two is the end of a range, or nothing special.
                '-' if self.take_if('-') => self.out.push_str("-\\-"),
                c => self.out.push(c),
            }
        }
        Ok(())
    }

    /// Behind the bracket of `[:alpha:]` or `[:^alpha:]`.
    fn named_class(&mut self) -> Result<(), String> {
        let Some((name, rest)) = self.rest[1..].split_once(":]") else {
            self.out.push_str("\\[");
            return Ok(());
        };
        if !NAMED_CLASSES.contains(&name.trim_start_matches('^')) {
            return Err(format!("invalid character class range: `[:{name}:]`"));
        }
        let _infallible = write!(self.out, "[:{name}:]");
        self.rest = rest;
        Ok(())
    }

    /// Behind a backslash.
    fn escape(&mut self, in_class: bool) {
        let Some(c) = self.take() else {
            self.out.push('\\');
            return;
        };
        match c {
            'd' | 'w' | 's' if in_class => self.out.push_str(ascii_members(c)),
            'd' | 'w' | 's' => {
                let _infallible = write!(self.out, "[{}]", ascii_members(c));
            }
            'D' | 'W' | 'S' => {
                let members = ascii_members(c.to_ascii_lowercase());
                let _infallible = write!(self.out, "[^{members}]");
            }
            'b' if !in_class => self.out.push_str("(?-u:\\b)"),
            'Q' if !in_class => {
                let (literal, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
                self.out.push_str(&regex::escape(literal));
                self.rest = rest;
            }
            '0'..='7' if c == '0' || self.rest.starts_with(is_octal) => self.octal(c),
            c if c.is_ascii_punctuation() || c == ' ' => {
                // As a code, it has no meaning left that it could be mistaken for.
                let _infallible = write!(self.out, "\\x{{{:x}}}", u32::from(c));
            }
            c => {
                self.out.push('\\');
                self.out.push(c);
                // The braces of `\x{1f600}` and `\p{Greek}` are part of them.
                if matches!(c, 'x' | 'p' | 'P') && self.rest.starts_with('{') {
                    let end = self.rest.find('}').map_or(0, |at| at + 1);
                    let (argument, rest) = self.rest.split_at(end);
                    self.out.push_str(argument);
                    self.rest = rest;
                }
            }
        }
    }

    /// At most three digits, of which the first is taken.
    fn octal(&mut self, first: char) {
        let mut code = first.to_digit(8).unwrap_or(0);
        for _ in 0..2 {
            let Some(digit) = self.rest.chars().next().and_then(|c| c.to_digit(8)) else {
                break;
            };
            self.take();
            code = code * 8 + digit;
        }
        let _infallible = write!(self.out, "\\x{{{code:x}}}");
    }
}

fn is_octal(c: char) -> bool {
    c.is_digit(8)
}

/// What stands for a class of ASCII characters between brackets.
fn ascii_members(class: char) -> &'static str {
    match class {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        _ => r"\t\n\x0c\r ",
    }
}

/// Whether `3}`, `3,}` or `3,5}` follows.
fn is_repetition(rest: &str) -> bool {
    let Some((counts, _)) = rest.split_once('}') else {
        return false;
    };
    let is_count = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match counts.split_once(',') {
        None => is_count(counts),
        Some((least, most)) => is_count(least) && (most.is_empty() || is_count(most)),
    }
}

#[cfg(test)]
mod tests;
