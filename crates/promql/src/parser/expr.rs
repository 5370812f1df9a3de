//! Expressions: precedence, signs, what stands at their beginning and what may follow them.

use crate::ast::{BinaryOp, Expr, NumberLiteral, Paren, Unary, UnaryOp};
use crate::parser::{Failure, Parsed, Parser, Tree};
use crate::token::{Keyword, Token, TokenKind};

impl Parser<'_> {
    /// An expression whose operators outside of parentheses bind at least as tightly as `precedence_min`.
    pub(super) fn expression(&mut self, precedence_min: u8) -> Parsed<Tree> {
        self.nested(|parser| {
            let mut tree = parser.signed()?;
            while let TokenKind::Operator(op) = parser.peek()?.kind
                && op.precedence() >= precedence_min
            {
                tree = parser.binary(tree, op)?;
            }
            Ok(tree)
        })
    }

    /// An operand with its sign, if it has one. A sign binds as tightly as `*`, so `-a^2` is `-(a^2)`.
    fn signed(&mut self) -> Parsed<Tree> {
        let token = self.peek()?;
        let op = match token.kind {
            TokenKind::Operator(BinaryOp::Add) => UnaryOp::Plus,
            TokenKind::Operator(BinaryOp::Sub) => UnaryOp::Minus,
            _ => return self.operand(),
        };
        self.take()?;
        let operand = self.expression(BinaryOp::Mul.precedence() + 1)?;
        let span = token.span.to(operand.expr.span());
        if let Expr::Number(literal) = *operand.expr {
            let value = match op {
                UnaryOp::Plus => literal.value,
                UnaryOp::Minus => -literal.value,
            };
            return Ok(Tree::leaf(Expr::Number(NumberLiteral {
                value,
                span,
                ..literal
            })));
        }
        let Tree { expr, height } = operand;
        self.tree(Expr::Unary(Unary { op, expr, span }), height)
    }

    /// An operand and all that follows it: brackets, `offset`, `@`, `anchored`, `smoothed`.
    fn operand(&mut self) -> Parsed<Tree> {
        let mut tree = self.primary()?;
        loop {
            let token = self.peek()?;
            tree = match token.kind {
                TokenKind::LeftBracket => self.brackets(tree)?,
                TokenKind::At => self.at(tree)?,
                TokenKind::Keyword(Keyword::Offset) => self.offset(tree)?,
                TokenKind::Keyword(Keyword::Anchored | Keyword::Smoothed) => {
                    self.extension(tree)?
                }
                _ => return Ok(tree),
            };
        }
    }

    fn primary(&mut self) -> Parsed<Tree> {
        let token = self.peek()?;
        match token.kind {
            TokenKind::Number | TokenKind::Duration => {
                Ok(Tree::leaf(Expr::Number(self.number_literal()?)))
            }
            TokenKind::String => Ok(Tree::leaf(Expr::String(self.string_literal()?))),
            TokenKind::LeftParen => self.paren(),
            TokenKind::LeftBrace => self.selector(None),
            TokenKind::Identifier => self.call_or_selector(token),
            TokenKind::Keyword(keyword) if keyword.is_function() => self.call_or_selector(token),
            TokenKind::Aggregate(op) => self.aggregate_or_selector(token, op),
            kind if kind.may_name_metric() => {
                self.take()?;
                self.selector(Some(token))
            }
            _ => Err(Failure::Unexpected(token)),
        }
    }

    fn paren(&mut self) -> Parsed<Tree> {
        let left = self.take()?;
        let inside = self.expression(0)?;
        let right = self.expect(TokenKind::RightParen)?;
        let paren = Paren {
            expr: inside.expr,
            span: left.span.to(right.span),
        };
        self.tree(Expr::Paren(paren), inside.height)
    }

    fn call_or_selector(&mut self, name: Token) -> Parsed<Tree> {
        self.take()?;
        if self.peek()?.kind == TokenKind::LeftParen {
            return self.call(name);
        }
        self.selector(Some(name))
    }
}

impl TokenKind {
    /// Whether a metric may bear this name without quotes. Most keywords may be names where an operand is expected;
    /// the ones that may not have never been allowed to.
    pub(super) fn may_name_metric(self) -> bool {
        match self {
            Self::Identifier | Self::MetricIdentifier | Self::Aggregate(_) => true,
            Self::Operator(BinaryOp::And | BinaryOp::Or | BinaryOp::Unless) => true,
            Self::Keyword(keyword) => !matches!(
                keyword,
                Keyword::Bool
                    | Keyword::On
                    | Keyword::Ignoring
                    | Keyword::GroupLeft
                    | Keyword::GroupRight
                    | Keyword::Fill
                    | Keyword::FillLeft
                    | Keyword::FillRight
            ),
            _ => false,
        }
    }

    /// Whether an expression may begin with it.
    pub(super) fn may_begin_expression(self) -> bool {
        self.may_name_metric()
            || matches!(
                self,
                Self::Number
                    | Self::Duration
                    | Self::String
                    | Self::LeftParen
                    | Self::LeftBrace
                    | Self::Operator(BinaryOp::Add | BinaryOp::Sub)
            )
    }
}
