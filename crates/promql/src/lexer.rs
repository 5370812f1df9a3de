//! Cuts a query into tokens, one at a time and only when the parser asks.
//!
//! The same character means different things in different places, so the lexer keeps track of where it is:
//!
//! ```text
//!  outside      up * on (job) 1.5e3      words may be keywords, numbers may be durations
//!  in braces    {job="a", le!~"x.*"}     words are names, `=~` and `!~` exist
//!  in brackets  [5m + step() : 1m]       no names, only the words of duration expressions
//! ```
//!
//! Comments and spaces are skipped everywhere. An error ends the stream: the parser stops at the first one.

pub(crate) mod number;
pub(crate) mod string;

use crate::ast::BinaryOp;
use crate::error::ParseError;
use crate::quote::GoQuotedChar;
use crate::span::Span;
use crate::token::{Token, TokenKind, word};

/// Where the lexer is, and how far it is into the text.
pub(crate) struct Lexer<'q> {
    text: &'q str,
    /// Start of the token at hand.
    start: usize,
    /// Behind the last character that was looked at and taken.
    at: usize,
    parens_open: usize,
    in_braces: bool,
    bracket: Option<Bracket>,
}

/// What was seen since a `[`.
#[derive(Clone, Copy, Debug, Default)]
struct Bracket {
    /// A number or a word, which a colon must follow.
    duration: bool,
    colon: bool,
    /// Since the first number, other words than those of duration expressions are complained about in another way.
    number: bool,
}

type Lexed<T> = Result<T, ParseError>;

impl<'q> Lexer<'q> {
    pub(crate) fn new(text: &'q str) -> Self {
        Self {
            text,
            start: 0,
            at: 0,
            parens_open: 0,
            in_braces: false,
            bracket: None,
        }
    }

    /// The next token; [`TokenKind::End`] for ever at the end.
    pub(crate) fn next(&mut self) -> Lexed<Token> {
        self.skip_blanks();
        self.start = self.at;
        let kind = if self.in_braces {
            self.inside_braces()?
        } else {
            self.outside()?
        };
        Ok(Token {
            kind,
            span: Span::new(self.start, self.at),
        })
    }

    fn outside(&mut self) -> Lexed<TokenKind> {
        use TokenKind as T;
        let Some(c) = self.bump() else {
            return self.end();
        };
        Ok(match c {
            ',' => T::Comma,
            '+' => T::Operator(BinaryOp::Add),
            '-' => T::Operator(BinaryOp::Sub),
            '*' => T::Operator(BinaryOp::Mul),
            '/' => T::Operator(BinaryOp::Div),
            '%' => T::Operator(BinaryOp::Mod),
            '^' => T::Operator(BinaryOp::Pow),
            '(' => {
                self.parens_open += 1;
                T::LeftParen
            }
            ')' => self.right_paren()?,
            ':' if self.bracket.is_some() => self.colon()?,
            ']' => self.right_bracket()?,
            '0'..='9' => self.number()?,
            '.' if self.peek().is_some_and(|c| c.is_ascii_digit()) => self.number()?,
            c if is_word_start(c) || c == ':' => self.word(c)?,
            c if self.in_bare_bracket() => return Err(self.not_in_duration(c)),
            '=' => self.equal()?,
            '!' => self.not_equal()?,
            '<' => self.less(),
            '>' => self.greater(),
            '@' => T::At,
            '"' | '\'' | '`' => self.string(c)?,
            '{' => {
                self.in_braces = true;
                T::LeftBrace
            }
            '[' => self.left_bracket(c)?,
            c => {
                return Err(self.error(format!("unexpected character: {}", GoQuotedChar(Some(c)))));
            }
        })
    }

    fn inside_braces(&mut self) -> Lexed<TokenKind> {
        use TokenKind as T;
        let Some(c) = self.bump() else {
            return Err(self.error("unexpected end of input inside braces"));
        };
        Ok(match c {
            ',' => T::Comma,
            '"' | '\'' | '`' => self.string(c)?,
            c if is_word_start(c) => {
                self.take_while(is_word_part);
                T::Identifier
            }
            '=' if self.take('~') => T::EqualRegex,
            '=' => T::Assign,
            '!' if self.take('~') => T::NotEqualRegex,
            '!' if self.take('=') => T::Operator(BinaryOp::NotEqual),
            '!' => {
                let next = GoQuotedChar(self.peek());
                return Err(self.error(format!(
                    "unexpected character after '!' inside braces: {next}"
                )));
            }
            '{' => return Err(self.error("unexpected left brace '{'")),
            '}' => {
                self.in_braces = false;
                T::RightBrace
            }
            c => {
                let c = GoQuotedChar(Some(c));
                return Err(self.error(format!("unexpected character inside braces: {c}")));
            }
        })
    }

    fn end(&self) -> Lexed<TokenKind> {
        if self.in_bare_bracket() {
            return Err(self.error("unexpected end of input in duration expression"));
        }
        if self.parens_open > 0 {
            return Err(self.error("unclosed left parenthesis"));
        }
        if self.bracket.is_some() {
            return Err(self.error("unclosed left bracket"));
        }
        Ok(TokenKind::End)
    }

    fn right_paren(&mut self) -> Lexed<TokenKind> {
        if self.parens_open == 0 {
            // Prometheus points behind it, and people compare positions.
            self.start = self.at;
            return Err(self.error("unexpected right parenthesis ')'"));
        }
        self.parens_open -= 1;
        Ok(TokenKind::RightParen)
    }

    fn left_bracket(&mut self, c: char) -> Lexed<TokenKind> {
        if self.bracket.is_some() {
            let c = GoQuotedChar(Some(c));
            return Err(self.error(format!("unexpected left bracket {c}")));
        }
        self.bracket = Some(Bracket::default());
        Ok(TokenKind::LeftBracket)
    }

    fn right_bracket(&mut self) -> Lexed<TokenKind> {
        if self.bracket.take().is_none() {
            return Err(self.error("unexpected right bracket ']'"));
        }
        Ok(TokenKind::RightBracket)
    }

    fn colon(&mut self) -> Lexed<TokenKind> {
        let seen = self.bracket.unwrap_or_default();
        if !seen.duration {
            return Err(self.error("unexpected colon before duration in duration expression"));
        }
        if seen.colon {
            return Err(self.error(if seen.number {
                "unexpected colon ':'"
            } else {
                "unexpected repeated colon in duration expression"
            }));
        }
        self.bracket = Some(Bracket {
            colon: true,
            ..seen
        });
        Ok(TokenKind::Colon)
    }

    fn number(&mut self) -> Lexed<TokenKind> {
        if let Some(bracket) = &mut self.bracket {
            bracket.duration = true;
            bracket.number = true;
        }
        self.at = self.start;
        let (kind, end) = number::scan(&self.text[self.start..]);
        self.at = self.start + end;
        kind.ok_or_else(|| {
            let scanned = crate::quote::GoQuoted(&self.text[self.start..self.at]);
            self.error(format!("bad number or duration syntax: {scanned}"))
        })
    }

    fn string(&mut self, quote: char) -> Lexed<TokenKind> {
        let scanned = string::scan(&self.text[self.at..], quote);
        match scanned {
            Ok(length) => {
                self.at += length;
                Ok(TokenKind::String)
            }
            Err(message) => Err(self.error(message)),
        }
    }

    fn word(&mut self, first: char) -> Lexed<TokenKind> {
        if self.bracket.is_some() {
            return self.duration_word(first);
        }
        self.take_while(|c| is_word_part(c) || c == ':');
        let text = &self.text[self.start..self.at];
        Ok(match word(text) {
            // New keywords that old queries may have as names: they need their parenthesis.
            Some(TokenKind::Keyword(keyword)) if keyword.is_fill() && !self.paren_follows() => {
                TokenKind::Identifier
            }
            Some(kind) => kind,
            None if text.contains(':') => TokenKind::MetricIdentifier,
            None => TokenKind::Identifier,
        })
    }

    /// `step`, `range`, `min_of` and `max_of` are the only words between brackets.
    fn duration_word(&mut self, first: char) -> Lexed<TokenKind> {
        let after_first = self.at;
        self.take_while(is_word_part);
        if let Some(kind @ TokenKind::Keyword(keyword)) = word(&self.text[self.start..self.at])
            && keyword.is_duration()
        {
            if let Some(bracket) = &mut self.bracket {
                bracket.duration = true;
            }
            return Ok(kind);
        }
        self.at = after_first;
        if self.in_bare_bracket() {
            return Err(self.not_in_duration(first));
        }
        let first = GoQuotedChar(Some(first));
        Err(self.error(format!("unexpected character: {first}, expected ':'")))
    }

    fn equal(&mut self) -> Lexed<TokenKind> {
        if self.take('=') {
            return Ok(TokenKind::Operator(BinaryOp::Equal));
        }
        if self.peek() == Some('~') {
            return Err(self.error("unexpected character after '=': '~'"));
        }
        Ok(TokenKind::Assign)
    }

    fn not_equal(&mut self) -> Lexed<TokenKind> {
        if self.take('=') {
            return Ok(TokenKind::Operator(BinaryOp::NotEqual));
        }
        let next = GoQuotedChar(self.peek());
        Err(self.error(format!("unexpected character after '!': {next}")))
    }

    fn less(&mut self) -> TokenKind {
        TokenKind::Operator(if self.take('=') {
            BinaryOp::LessOrEqual
        } else if self.take('/') {
            BinaryOp::TrimUpper
        } else {
            BinaryOp::Less
        })
    }

    fn greater(&mut self) -> TokenKind {
        TokenKind::Operator(if self.take('=') {
            BinaryOp::GreaterOrEqual
        } else if self.take('/') {
            BinaryOp::TrimLower
        } else {
            BinaryOp::Greater
        })
    }

    /// Whether a bracket is open in which no number was seen yet.
    fn in_bare_bracket(&self) -> bool {
        self.bracket.is_some_and(|bracket| !bracket.number)
    }

    fn not_in_duration(&self, c: char) -> ParseError {
        let c = GoQuotedChar(Some(c));
        self.error(format!("unexpected character in duration expression: {c}"))
    }

    /// An error from the start of the token to the end of the text.
    fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError::new(self.text, Span::new(self.start, self.text.len()), message)
    }

    fn paren_follows(&self) -> bool {
        self.text[self.at..]
            .trim_start_matches(is_space)
            .starts_with('(')
    }

    fn skip_blanks(&mut self) {
        loop {
            self.take_while(is_space);
            if !self.text[self.at..].starts_with('#') || self.in_bare_bracket() {
                return;
            }
            self.take_while(|c| c != '\n' && c != '\r');
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = &self.text[self.at..];
        self.at += rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn is_word_start(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic()
}

fn is_word_part(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}
