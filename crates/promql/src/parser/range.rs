//! What stands in brackets: ranges and subqueries.

use crate::ast::{Expr, MatrixSelector, Subquery, VectorSelector};
use crate::parser::{Parsed, Parser, Tree};
use crate::span::Span;
use crate::token::TokenKind;

impl Parser<'_> {
    /// The bracket that comes next, behind `tree`.
    pub(super) fn brackets(&mut self, tree: Tree) -> Parsed<Tree> {
        let left = self.take()?;
        let range = self.within(
            "subquery or range selector",
            "number, duration, step(), or range()",
            Self::positive_duration,
        )?;
        if self.take_if(TokenKind::Colon)?.is_some() {
            let step = match self.peek()?.kind {
                TokenKind::RightBracket => None,
                _ => Some(self.within(
                    "subquery selector",
                    "number, duration, step(), range(), or \"]\"",
                    Self::positive_duration,
                )?),
            };
            let right = self.within("subquery selector", "\"]\"", |parser| {
                parser.expect(TokenKind::RightBracket)
            })?;
            let span = tree.expr.span().to(right.span);
            let subquery = Subquery {
                expr: tree.expr,
                range,
                step,
                offset: None,
                at: None,
                span,
            };
            return self.tree(Expr::Subquery(subquery), tree.height);
        }
        let right = self.within("subquery or range", "\":\" or \"]\"", |parser| {
            parser.expect(TokenKind::RightBracket)
        })?;
        let selector = self.bare_vector(*tree.expr, left.span.to(right.span))?;
        let span = selector.span.to(right.span);
        Ok(Tree::leaf(Expr::Matrix(MatrixSelector {
            selector,
            range,
            span,
        })))
    }

    /// The selector before a range, which must not have been moved in time yet.
    fn bare_vector(&self, expr: Expr, brackets: Span) -> Parsed<VectorSelector> {
        let Expr::Vector(selector) = expr else {
            return Err(self.error(brackets, "ranges only allowed for vector selectors"));
        };
        if selector.offset.is_some() {
            return Err(self.error(brackets, "no offset modifiers allowed before range"));
        }
        if selector.at.is_some() {
            return Err(self.error(brackets, "no @ modifiers allowed before range"));
        }
        Ok(selector)
    }
}
