//! What the lexer cuts a query into.

use crate::ast::{AggregateOp, BinaryOp};
use crate::quote::GoQuoted;
use crate::span::Span;

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// What a piece is. Spelled-out operators and aggregations are of their kind wherever they stand; the parser knows
/// where they may be names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    End,
    Comma,
    Colon,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    /// `=`, of a matcher.
    Assign,
    /// `=~`
    EqualRegex,
    /// `!~`
    NotEqualRegex,
    /// `@`
    At,
    Operator(BinaryOp),
    Aggregate(AggregateOp),
    Keyword(Keyword),
    Identifier,
    /// An identifier with a colon in it, which only metrics may have.
    MetricIdentifier,
    Number,
    Duration,
    String,
}

/// Words with a meaning of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    Anchored,
    Bool,
    By,
    Fill,
    FillLeft,
    FillRight,
    GroupLeft,
    GroupRight,
    Ignoring,
    Offset,
    On,
    Smoothed,
    Without,
    /// `start`, `end`, `step`, `range`, `min_of` and `max_of` are names of functions too.
    Start,
    End,
    Step,
    Range,
    MinOf,
    MaxOf,
}

impl Keyword {
    /// Whether it can be called as a function.
    pub(crate) fn is_function(self) -> bool {
        matches!(
            self,
            Self::Start | Self::End | Self::Step | Self::Range | Self::MinOf | Self::MaxOf
        )
    }

    /// Whether it may stand in a duration expression.
    pub(crate) fn is_duration(self) -> bool {
        matches!(self, Self::Step | Self::Range | Self::MinOf | Self::MaxOf)
    }

    /// Whether it fills in missing series.
    pub(crate) fn is_fill(self) -> bool {
        matches!(self, Self::Fill | Self::FillLeft | Self::FillRight)
    }
}

/// The kind of a word; its case does not matter.
pub(crate) fn word(text: &str) -> Option<TokenKind> {
    use crate::token::Keyword as K;
    use TokenKind::{Aggregate, Keyword, Number, Operator};
    /// The longest of the words below.
    const LETTERS_MAX: usize = 12;
    if text.len() > LETTERS_MAX {
        return None;
    }
    let mut lower = [0; LETTERS_MAX];
    let lower = &mut lower[..text.len()];
    lower.copy_from_slice(text.as_bytes());
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"and" => Operator(BinaryOp::And),
        b"or" => Operator(BinaryOp::Or),
        b"unless" => Operator(BinaryOp::Unless),
        b"atan2" => Operator(BinaryOp::Atan2),
        b"anchored" => Keyword(K::Anchored),
        b"bool" => Keyword(K::Bool),
        b"by" => Keyword(K::By),
        b"end" => Keyword(K::End),
        b"fill" => Keyword(K::Fill),
        b"fill_left" => Keyword(K::FillLeft),
        b"fill_right" => Keyword(K::FillRight),
        b"group_left" => Keyword(K::GroupLeft),
        b"group_right" => Keyword(K::GroupRight),
        b"ignoring" => Keyword(K::Ignoring),
        b"max_of" => Keyword(K::MaxOf),
        b"min_of" => Keyword(K::MinOf),
        b"offset" => Keyword(K::Offset),
        b"on" => Keyword(K::On),
        b"range" => Keyword(K::Range),
        b"smoothed" => Keyword(K::Smoothed),
        b"start" => Keyword(K::Start),
        b"step" => Keyword(K::Step),
        b"without" => Keyword(K::Without),
        b"inf" | b"nan" => Number,
        lower => Aggregate(
            *AggregateOp::ALL
                .iter()
                .find(|op| op.as_str().as_bytes() == lower)?,
        ),
    })
}

impl Token {
    /// As messages name it: `identifier "foo"`, `<by>`, `<op:+>`, `end of input`.
    pub(crate) fn describe(self, text: &str) -> String {
        use TokenKind as T;
        let own = self.span.text(text);
        match self.kind {
            T::End => "end of input".to_owned(),
            T::Identifier => format!("identifier {}", GoQuoted(own)),
            T::MetricIdentifier => format!("metric identifier {}", GoQuoted(own)),
            T::Number => format!("number {}", shortened(own)),
            T::Duration => format!("duration {}", shortened(own)),
            T::String => format!("string {}", shortened(own)),
            T::Aggregate(_) => format!("<aggr:{own}>"),
            T::Operator(_) | T::EqualRegex | T::NotEqualRegex | T::At => format!("<op:{own}>"),
            T::Keyword(keyword) if !keyword.is_function() => format!("<{own}>"),
            _ => shortened(own),
        }
    }
}

/// Quotes at most ten characters.
fn shortened(text: &str) -> String {
    const CHARACTERS_MAX: usize = 10;
    if text.len() <= CHARACTERS_MAX {
        return GoQuoted(text).to_string();
    }
    let cut = text
        .char_indices()
        .nth(CHARACTERS_MAX)
        .map_or(text.len(), |(at, _)| at);
    format!("{}...", GoQuoted(&text[..cut]))
}
