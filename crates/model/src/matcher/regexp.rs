//! Regular expressions as Prometheus reads them: RE2's syntax, anchored at both ends, and `.` takes newlines too.
//!
//! Most expressions in dashboards are alternations of plain words, a prefix, or `.+`. They are recognised here and
//! never reach the regular-expression engine.

mod complaint;
mod syntax;
pub(crate) mod template;

use std::sync::OnceLock;

use regex::Regex;

/// The largest compiled expression.
const COMPILED_BYTES_MAX: usize = 10 << 20;

/// An expression that can't be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("error parsing regexp: {0}")]
pub struct RegexpError(String);

/// A checked, anchored expression.
#[derive(Clone, Debug)]
pub struct Regexp {
    form: Form,
    /// The expression in the engine's syntax, anchored.
    anchored: String,
    /// Compiled from the start when the form is general; else only if someone asks, since compiling takes longer than
    /// parsing the query around it.
    regex: OnceLock<Regex>,
}

/// What an expression amounts to.
#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// `.*`
    Any,
    /// `.+`
    NotEmpty,
    /// `a|b|c`, sorted.
    Words(Vec<String>),
    /// `5..|404`, where a dot is any one character.
    Shapes(Vec<String>),
    /// `abc.*` or (with the flag) `abc.+`
    Prefix(String, bool),
    /// `.*abc.*`
    Contains(String),
    /// Anything else.
    General,
}

impl Regexp {
    /// # Errors
    ///
    /// When `pattern` is no regular expression, or one that compiles to more than [`COMPILED_BYTES_MAX`].
    pub fn new(pattern: &str) -> Result<Self, RegexpError> {
        let form = recognise(pattern);
        if form != Form::General {
            return Ok(Self {
                form,
                anchored: anchored(pattern),
                regex: OnceLock::new(),
            });
        }
        // Looked at as it stands first, so that a message speaks of the user's text and not of our anchors.
        let translated = syntax::translate(pattern).map_err(RegexpError)?;
        if let Some(complaint) = complaint::about(&translated) {
            return Err(RegexpError(complaint));
        }
        let anchored = anchored(&translated);
        let regex = compile(&anchored, COMPILED_BYTES_MAX)?;
        Ok(Self {
            form,
            anchored,
            regex: OnceLock::from(regex),
        })
    }

    /// Whether all of `text` matches.
    #[inline]
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        match &self.form {
            Form::Any => true,
            Form::NotEmpty => !text.is_empty(),
            Form::Words(words) => words
                .binary_search_by(|word| word.as_str().cmp(text))
                .is_ok(),
            Form::Shapes(shapes) => shapes.iter().any(|shape| has_shape(text, shape)),
            Form::Prefix(prefix, more) => {
                text.starts_with(prefix) && (!more || text.len() > prefix.len())
            }
            Form::Contains(part) => text.contains(part),
            Form::General => self.regex().is_match(text),
        }
    }

    /// The words of an alternation of plain words, sorted: such a matcher is a handful of equality look-ups.
    #[must_use]
    pub fn words(&self) -> Option<&[String]> {
        match &self.form {
            Form::Words(words) => Some(words),
            _ => None,
        }
    }

    /// The literal that every match begins with, possibly empty.
    #[must_use]
    pub fn prefix(&self) -> &str {
        match &self.form {
            Form::Prefix(prefix, _) => prefix,
            _ => "",
        }
    }

    /// The literal that a text must contain to match, if that is all that is asked: `.*abc.*`.
    #[must_use]
    pub fn contained(&self) -> Option<&str> {
        match &self.form {
            Form::Contains(part) => Some(part),
            _ => None,
        }
    }

    /// `template` with the groups of `text` filled in by the rules of Go's `Regexp.Expand`, if `text` matches.
    #[must_use]
    pub fn expand(&self, text: &str, template: &str) -> Option<String> {
        let captures = self.regex().captures(text)?;
        Some(template::expand(template, &captures))
    }

    /// The compiled expression, for replacements with captured groups. It is anchored.
    #[must_use]
    pub fn regex(&self) -> &Regex {
        self.regex.get_or_init(|| {
            // Only recognised forms come here: words, and dots with a star or a plus.
            compile(&self.anchored, usize::MAX).expect("plain words and dots always compile")
        })
    }
}

/// What matches whole values only, newlines included.
fn anchored(pattern: &str) -> String {
    format!("^(?s:{pattern})$")
}

fn compile(pattern: &str, bytes_max: usize) -> Result<Regex, RegexpError> {
    regex::RegexBuilder::new(pattern)
        .size_limit(bytes_max)
        .build()
        .map_err(|error| RegexpError(error.to_string()))
}

fn recognise(pattern: &str) -> Form {
    if pattern == ".*" {
        return Form::Any;
    }
    if pattern == ".+" {
        return Form::NotEmpty;
    }
    let inner = strip_group(pattern);
    if inner.split('|').all(is_plain) {
        let mut words: Vec<String> = inner.split('|').map(str::to_owned).collect();
        words.sort_unstable();
        words.dedup();
        return Form::Words(words);
    }
    if inner.split('|').all(is_shape) {
        return Form::Shapes(inner.split('|').map(str::to_owned).collect());
    }
    if let Some(part) = pattern
        .strip_prefix(".*")
        .and_then(|rest| rest.strip_suffix(".*"))
        && is_plain(part)
    {
        return Form::Contains(part.to_owned());
    }
    for (suffix, more) in [(".*", false), (".+", true)] {
        if let Some(prefix) = pattern.strip_suffix(suffix)
            && is_plain(prefix)
        {
            return Form::Prefix(prefix.to_owned(), more);
        }
    }
    Form::General
}

/// `(a|b)` and `(?:a|b)` mean the same as `a|b` once anchored, if the parentheses are the only ones.
fn strip_group(pattern: &str) -> &str {
    pattern
        .strip_prefix("(?:")
        .or_else(|| pattern.strip_prefix('('))
        .and_then(|rest| rest.strip_suffix(')'))
        .filter(|inner| inner.split('|').all(is_shape))
        .unwrap_or(pattern)
}

/// Whether the two are of one length, and differ only where the shape has a dot.
fn has_shape(text: &str, shape: &str) -> bool {
    let mut chars = text.chars();
    shape
        .chars()
        .all(|wanted| chars.next().is_some_and(|c| wanted == '.' || wanted == c))
        && chars.next().is_none()
}

/// Whether no character but the dot has a special meaning.
fn is_shape(part: &str) -> bool {
    part.split('.').all(is_plain)
}

/// Whether no character has a special meaning.
fn is_plain(part: &str) -> bool {
    !part.bytes().any(|b| br"\.+*?()|[]{}^$".contains(&b))
}
