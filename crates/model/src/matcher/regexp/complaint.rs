//! What is wrong with an expression, in the words of Go's parser: people search for them, and scripts match them.

use regex_syntax::ast::ErrorKind as Syntax;
use regex_syntax::ast::Span;
use regex_syntax::hir::ErrorKind as Meaning;

/// Says what is wrong with `pattern`, if its syntax or its classes are.
pub(super) fn about(pattern: &str) -> Option<String> {
    match regex_syntax::Parser::new().parse(pattern).err()? {
        regex_syntax::Error::Parse(error) => Some(syntax(error.kind(), error.span(), pattern)),
        regex_syntax::Error::Translate(error) => {
            let what = match error.kind() {
                Meaning::UnicodePropertyNotFound | Meaning::UnicodePropertyValueNotFound => {
                    "invalid character class range"
                }
                _ => return Some(format!("{}: `{pattern}`", error.kind())),
            };
            Some(format!("{what}: `{}`", text(error.span(), pattern)))
        }
        error => Some(format!("{error}: `{pattern}`")),
    }
}

fn syntax(kind: &Syntax, span: &Span, pattern: &str) -> String {
    let own = text(span, pattern);
    match kind {
        Syntax::GroupUnclosed => format!("missing closing ): `{pattern}`"),
        Syntax::GroupUnopened => format!("unexpected ): `{pattern}`"),
        Syntax::ClassUnclosed => {
            let from = &pattern[span.start.offset..];
            format!("missing closing ]: `{from}`")
        }
        Syntax::RepetitionMissing => {
            // The complaint is about the place before the operator, or about the operator.
            let from = &pattern[span.start.offset..];
            let operator = from.trim_start_matches(|c| !matches!(c, '*' | '+' | '?' | '{'));
            let operator: String = operator.chars().take(1).collect();
            format!("missing argument to repetition operator: `{operator}`")
        }
        Syntax::ClassRangeInvalid => format!("invalid character class range: `{own}`"),
        Syntax::EscapeUnexpectedEof => "trailing backslash at end of expression: ``".to_owned(),
        Syntax::EscapeUnrecognized | Syntax::UnsupportedBackreference => {
            format!("invalid escape sequence: `{own}`")
        }
        Syntax::GroupNameDuplicate { .. } => format!("duplicate capture group name: `{own}`"),
        Syntax::UnsupportedLookAround => format!("invalid or unsupported Perl syntax: `{own}`"),
        kind => format!("{kind}: `{own}`"),
    }
}

fn text<'p>(span: &Span, pattern: &'p str) -> &'p str {
    pattern
        .get(span.start.offset..span.end.offset)
        .unwrap_or(pattern)
}
