//! Operators between two expressions, with their modifiers.

use crate::ast::{Binary, BinaryOp, Cardinality, Expr, Fill, VectorMatching};
use crate::parser::{Parsed, Parser, Tree};
use crate::span::Span;
use crate::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// The operator that comes next, with `lhs` on its left.
    pub(super) fn binary(&mut self, lhs: Tree, op: BinaryOp) -> Parsed<Tree> {
        let op_token = self.take()?;
        let return_bool = self.take_keyword(Keyword::Bool)?;
        let matching = self.matching()?;
        let op_span = Span::new(op_token.span.start, self.taken_end);
        let above = u8::from(!op.is_right_associative());
        let rhs = self.expression(op.precedence() + above)?;
        let span = lhs.expr.span().to(rhs.expr.span());
        if !matching.fill.is_empty() && !self.features.binop_fill_modifiers {
            let message = "binop fill modifiers are experimental and not enabled";
            return Err(self.error(span, message));
        }
        let height = lhs.height.max(rhs.height);
        let binary = Binary {
            op,
            lhs: lhs.expr,
            rhs: rhs.expr,
            return_bool,
            matching: Some(matching),
            op_span,
            span,
        };
        self.tree(Expr::Binary(binary), height)
    }

    /// `on (...)` or `ignoring (...)`, `group_left` or `group_right`, and `fill`; each may be missing.
    fn matching(&mut self) -> Parsed<VectorMatching> {
        let mut matching = VectorMatching {
            cardinality: Cardinality::OneToOne,
            on: false,
            labels: Vec::new(),
            include: Vec::new(),
            fill: Fill::default(),
        };
        matching.on = self.take_keyword(Keyword::On)?;
        if matching.on || self.take_keyword(Keyword::Ignoring)? {
            matching.labels = self.grouping_labels()?;
            if self.take_keyword(Keyword::GroupLeft)? {
                matching.cardinality = Cardinality::ManyToOne;
            } else if self.take_keyword(Keyword::GroupRight)? {
                matching.cardinality = Cardinality::OneToMany;
            }
            let grouped = matching.cardinality != Cardinality::OneToOne;
            if grouped && self.peek()?.kind == TokenKind::LeftParen {
                matching.include = self.grouping_labels()?;
            }
        }
        matching.fill = self.fill()?;
        Ok(matching)
    }

    /// `fill (0)`, or `fill_left (0)` and `fill_right (0)` in any order.
    fn fill(&mut self) -> Parsed<Fill> {
        let mut fill = Fill::default();
        if self.take_keyword(Keyword::Fill)? {
            let value = self.fill_value()?;
            fill.left = Some(value);
            fill.right = Some(value);
            return Ok(fill);
        }
        loop {
            if fill.left.is_none() && self.take_keyword(Keyword::FillLeft)? {
                fill.left = Some(self.fill_value()?);
            } else if fill.right.is_none() && self.take_keyword(Keyword::FillRight)? {
                fill.right = Some(self.fill_value()?);
            } else {
                return Ok(fill);
            }
        }
    }

    fn fill_value(&mut self) -> Parsed<f64> {
        self.expect(TokenKind::LeftParen)?;
        let value = self.signed_number()?;
        self.expect(TokenKind::RightParen)?;
        Ok(value)
    }

    /// A number that may have a sign.
    pub(super) fn signed_number(&mut self) -> Parsed<f64> {
        let negative = self.take_if(TokenKind::Operator(BinaryOp::Sub))?.is_some();
        if !negative {
            self.take_if(TokenKind::Operator(BinaryOp::Add))?;
        }
        let value = self.number_literal()?.value;
        Ok(if negative { -value } else { value })
    }

    fn take_keyword(&mut self, keyword: Keyword) -> Parsed<bool> {
        Ok(self.take_if(TokenKind::Keyword(keyword))?.is_some())
    }
}
