//! Builds the tree.
//!
//! A recursive descent with precedence climbing. It asks the lexer for one token at a time and only when a decision
//! needs it, so that of two mistakes the one that stands first in the text is reported.
//!
//! A token that fits nowhere is a `Failure::Unexpected` first. It travels up to the innermost construct that has
//! words for it ("in label matching, expected ..."), which makes it an error; what no one names is named by its token
//! alone. These constructs and their words are those of Prometheus.
//!
//! Invariant: no tree is higher than [`HEIGHT_MAX`], and no recursion of the parser is deeper than [`NESTING_MAX`], so
//! neither parsing a tree nor walking or dropping it can use up a thread's stack.

mod aggregate;
mod binary;
mod call;
mod duration;
mod expr;
mod grouping;
mod literal;
mod modifier;
mod range;
mod selector;

use model::{Labels, Matcher};

use crate::ast::Expr;
use crate::check;
use crate::error::ParseError;
use crate::features::Features;
use crate::lexer::Lexer;
use crate::span::Span;
use crate::token::{Token, TokenKind};

/// The longest query that is read, in bytes.
pub const QUERY_BYTES_MAX: usize = 1 << 20;

/// How deep expressions may be nested by parentheses, calls, signs and the like.
pub const NESTING_MAX: usize = 256;

/// How high a tree may be; a chain of operators such as `a + b + c` makes it one higher for each.
pub const HEIGHT_MAX: usize = 512;

/// How many matchers a selector may have, and labels a clause such as `by (...)`.
pub const LABELS_MAX: usize = 1024;

/// Reads a query and checks its types.
///
/// # Errors
///
/// When the text is no query, its types don't fit, it uses something experimental that `features` leaves off, or it is
/// larger than the limits of this module.
pub fn parse(text: &str, features: &Features) -> Result<Expr, ParseError> {
    let mut expr = Parser::new(text, features)?.whole(Parser::query)?;
    check::check(&mut expr, text)?;
    Ok(expr)
}

/// Reads a selector as it stands in the `match[]` parameters of the HTTP API, and answers with its matchers.
///
/// # Errors
///
/// When the text is not exactly one selector without modifiers. That the selector must not match everything is the
/// caller's rule.
pub fn parse_selector(text: &str) -> Result<Vec<Matcher>, ParseError> {
    let selector = Parser::new(text, &Features::STABLE)?.whole(Parser::bare_selector)?;
    Ok(selector.matchers)
}

/// Reads the labels of one series: `name{a="1", "b.c"="2"}`.
///
/// # Errors
///
/// When the text is not exactly that.
pub fn parse_metric(text: &str) -> Result<Labels, ParseError> {
    Parser::new(text, &Features::STABLE)?.whole(Parser::metric)
}

/// Why the parser stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// At a token that does not belong there, and no one has said yet what would.
    Unexpected(Token),
    /// For good.
    Error(Box<ParseError>),
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Self::Error(Box::new(error))
    }
}

pub(crate) type Parsed<T> = Result<T, Failure>;

/// An expression and how many levels of nodes it has.
#[derive(Debug)]
struct Tree {
    /// Boxed from the start: it is moved through many frames, which must stay small.
    expr: Box<Expr>,
    height: usize,
}

impl Tree {
    fn leaf(expr: Expr) -> Self {
        Self {
            expr: Box::new(expr),
            height: 1,
        }
    }
}

pub(crate) struct Parser<'q> {
    text: &'q str,
    features: &'q Features,
    lexer: Lexer<'q>,
    /// The token that was asked for and not taken yet.
    ahead: Option<Token>,
    /// Where the last token that was taken ends.
    taken_end: usize,
    nesting: usize,
}

impl<'q> Parser<'q> {
    pub(crate) fn new(text: &'q str, features: &'q Features) -> Result<Self, ParseError> {
        if text.len() > QUERY_BYTES_MAX {
            let message = format!(
                "query is longer than {QUERY_BYTES_MAX} bytes: {}",
                text.len()
            );
            return Err(ParseError::new(text, Span::new(0, text.len()), message));
        }
        Ok(Self {
            text,
            features,
            lexer: Lexer::new(text),
            ahead: None,
            taken_end: 0,
            nesting: 0,
        })
    }

    /// Reads something that must end with the text.
    fn whole<T>(mut self, read: impl Fn(&mut Self) -> Parsed<T>) -> Result<T, ParseError> {
        let result = read(&mut self).and_then(|value| {
            self.expect(TokenKind::End)?;
            Ok(value)
        });
        result.map_err(|failure| self.named(failure, "", ""))
    }

    fn query(&mut self) -> Parsed<Expr> {
        if self.peek()?.kind == TokenKind::End {
            // Nothing to point at, so it points at the start.
            return Err(self.error(Span::default(), "no expression found in input"));
        }
        Ok(*self.expression(0)?.expr)
    }

    fn peek(&mut self) -> Parsed<Token> {
        if let Some(token) = self.ahead {
            return Ok(token);
        }
        let token = self.lexer.next()?;
        self.ahead = Some(token);
        Ok(token)
    }

    fn take(&mut self) -> Parsed<Token> {
        let token = self.peek()?;
        self.ahead = None;
        self.taken_end = token.span.end;
        Ok(token)
    }

    /// Takes the next token if it is of this kind.
    fn take_if(&mut self, kind: TokenKind) -> Parsed<Option<Token>> {
        if self.peek()?.kind == kind {
            return self.take().map(Some);
        }
        Ok(None)
    }

    fn expect(&mut self, kind: TokenKind) -> Parsed<Token> {
        let token = self.peek()?;
        if token.kind == kind {
            return self.take();
        }
        Err(Failure::Unexpected(token))
    }

    /// What a token says.
    fn text_of(&self, token: Token) -> &'q str {
        token.span.text(self.text)
    }

    fn error(&self, span: Span, message: impl Into<String>) -> Failure {
        ParseError::new(self.text, span, message).into()
    }

    /// Runs `read`; a token that it can't place is named with the construct it stands in, and with what would be right.
    fn within<T>(
        &mut self,
        construct: &str,
        expected: &str,
        read: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        read(self).map_err(|failure| self.named(failure, construct, expected).into())
    }

    fn named(&self, failure: Failure, construct: &str, expected: &str) -> ParseError {
        let token = match failure {
            Failure::Error(error) => return *error,
            Failure::Unexpected(token) => token,
        };
        let mut message = format!("unexpected {}", token.describe(self.text));
        if !construct.is_empty() {
            message.push_str(" in ");
            message.push_str(construct);
        }
        if !expected.is_empty() {
            message.push_str(", expected ");
            message.push_str(expected);
        }
        ParseError::new(self.text, token.span, message)
    }

    /// Runs `read` one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting == NESTING_MAX {
            let span = self.peek()?.span;
            let message = format!("query is nested too deeply: more than {NESTING_MAX} levels");
            return Err(self.error(span, message));
        }
        self.nesting += 1;
        let result = read(self);
        self.nesting -= 1;
        result
    }

    /// The node above subtrees of such height.
    fn tree(&self, expr: Expr, height_below: usize) -> Parsed<Tree> {
        if height_below == HEIGHT_MAX {
            let message = format!("query has too many operators in a row: more than {HEIGHT_MAX}");
            return Err(self.error(expr.span(), message));
        }
        Ok(Tree {
            expr: Box::new(expr),
            height: height_below + 1,
        })
    }
}

#[cfg(test)]
mod tests;
