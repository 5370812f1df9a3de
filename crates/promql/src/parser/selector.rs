//! Selectors of series, and the labels of one series.

use model::labels::METRIC_NAME;
use model::{Labels, LabelsBuilder, MatchOp, Matcher};

use crate::ast::{BinaryOp, Expr, VectorSelector};
use crate::parser::{Failure, LABELS_MAX, Parsed, Parser, Tree};
use crate::span::Span;
use crate::token::{Token, TokenKind};

const MATCHING: &str = "label matching";
const SET: &str = "label set";

impl Parser<'_> {
    /// A selector of which the name, if it has one, is taken.
    pub(super) fn selector(&mut self, name: Option<Token>) -> Parsed<Tree> {
        Ok(Tree::leaf(Expr::Vector(self.vector_selector(name)?)))
    }

    /// A selector and nothing else.
    pub(super) fn bare_selector(&mut self) -> Parsed<VectorSelector> {
        let token = self.peek()?;
        if token.kind == TokenKind::LeftBrace {
            return self.vector_selector(None);
        }
        if !token.kind.may_name_metric() {
            return Err(Failure::Unexpected(token));
        }
        self.take()?;
        self.vector_selector(Some(token))
    }

    fn vector_selector(&mut self, name: Option<Token>) -> Parsed<VectorSelector> {
        let next = self.peek()?;
        let mut matchers = Vec::new();
        if next.kind == TokenKind::LeftBrace {
            self.take()?;
            matchers = self.matchers()?;
        }
        let start = name.unwrap_or(next).span.start;
        let name = name.map(|token| self.text_of(token).to_owned());
        if let Some(name) = &name {
            matchers.push(Matcher::equal(METRIC_NAME, name));
        }
        Ok(VectorSelector {
            name,
            matchers,
            offset: None,
            at: None,
            extension: None,
            span: Span::new(start, self.taken_end),
        })
    }

    /// What stands between braces, the right one included.
    fn matchers(&mut self) -> Parsed<Vec<Matcher>> {
        let mut matchers = Vec::new();
        loop {
            if self.take_if(TokenKind::RightBrace)?.is_some() {
                return Ok(matchers);
            }
            matchers.push(self.within(MATCHING, "identifier or \"}\"", Self::matcher)?);
            self.check_count(matchers.len())?;
            if self.take_if(TokenKind::Comma)?.is_none() {
                self.within(MATCHING, "\",\" or \"}\"", |parser| {
                    parser.expect(TokenKind::RightBrace)
                })?;
                return Ok(matchers);
            }
        }
    }

    /// `name="value"`, `"quoted.name"=~"value"`, or a quoted metric name alone.
    fn matcher(&mut self) -> Parsed<Matcher> {
        let label = self.peek()?;
        let name = self.label_name(label)?;
        self.take()?;
        let next = self.peek()?;
        let op = match next.kind {
            TokenKind::Assign => MatchOp::Equal,
            TokenKind::Operator(BinaryOp::NotEqual) => MatchOp::NotEqual,
            TokenKind::EqualRegex => MatchOp::Regex,
            TokenKind::NotEqualRegex => MatchOp::NotRegex,
            _ if label.kind == TokenKind::String => return Ok(Matcher::equal(METRIC_NAME, name)),
            _ => {
                return self.within(MATCHING, "label matching operator", |_| {
                    Err(Failure::Unexpected(next))
                });
            }
        };
        self.take()?;
        let value = self.within(MATCHING, "string", |parser| {
            parser.expect(TokenKind::String)
        })?;
        let text = self.unquoted(value)?;
        Matcher::new(name, op, text)
            .map_err(|error| self.error(label.span.to(value.span), error.to_string()))
    }

    /// The labels of one series.
    pub(crate) fn metric(&mut self) -> Parsed<Labels> {
        let mut labels = LabelsBuilder::default();
        let token = self.peek()?;
        if token.kind.may_name_metric() {
            self.take()?;
            labels.set(METRIC_NAME, self.text_of(token));
        }
        if self.take_if(TokenKind::LeftBrace)?.is_none() {
            return Ok(labels.build());
        }
        let mut count = 0;
        loop {
            if self.take_if(TokenKind::RightBrace)?.is_some() {
                return Ok(labels.build());
            }
            let (name, value) = self.within(SET, "identifier or \"}\"", Self::label)?;
            labels.set(&name, &value);
            count += 1;
            self.check_count(count)?;
            if self.take_if(TokenKind::Comma)?.is_none() {
                self.within(SET, "\",\" or \"}\"", |parser| {
                    parser.expect(TokenKind::RightBrace)
                })?;
                return Ok(labels.build());
            }
        }
    }

    /// `name="value"`, or a quoted metric name alone.
    fn label(&mut self) -> Parsed<(String, String)> {
        let label = self.peek()?;
        let name = self.label_name(label)?;
        self.take()?;
        if self.take_if(TokenKind::Assign)?.is_none() {
            if label.kind == TokenKind::String {
                return Ok((METRIC_NAME.to_owned(), name));
            }
            self.within(SET, "\"=\"", |parser| parser.expect(TokenKind::Assign))?;
        }
        let value = self.within(SET, "string", |parser| parser.expect(TokenKind::String))?;
        Ok((name, self.unquoted(value)?))
    }

    fn label_name(&self, token: Token) -> Parsed<String> {
        match token.kind {
            TokenKind::Identifier => Ok(self.text_of(token).to_owned()),
            TokenKind::String => self.unquoted(token),
            _ => Err(Failure::Unexpected(token)),
        }
    }

    fn check_count(&mut self, count: usize) -> Parsed<()> {
        if count > LABELS_MAX {
            let span = self.peek()?.span;
            return Err(self.error(span, format!("more than {LABELS_MAX} labels")));
        }
        Ok(())
    }
}
