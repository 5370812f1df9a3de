//! Aggregations: `sum by (job) (up)`, `sum(up) without (instance)`, `topk(3, up)`.

use crate::ast::{Aggregate, AggregateOp, Expr, Grouping};
use crate::parser::{Failure, Parsed, Parser, Tree};
use crate::span::Span;
use crate::token::{Keyword, Token, TokenKind};

impl Parser<'_> {
    /// The name of an aggregation is one only before a parenthesis or a clause; else it names a metric.
    pub(super) fn aggregate_or_selector(&mut self, name: Token, op: AggregateOp) -> Parsed<Tree> {
        self.take()?;
        match self.peek()?.kind {
            TokenKind::LeftParen | TokenKind::Keyword(Keyword::By | Keyword::Without) => {
                self.within("aggregation", "", |parser| parser.aggregate(name, op))
            }
            _ => self.selector(Some(name)),
        }
    }

    fn aggregate(&mut self, name: Token, op: AggregateOp) -> Parsed<Tree> {
        let before = self.grouping_clause()?;
        let left = self.peek()?;
        if left.kind != TokenKind::LeftParen {
            return Err(Failure::Unexpected(left));
        }
        let args = self.args()?;
        let grouping = match before {
            Some(grouping) => grouping,
            None => self.grouping_clause()?.unwrap_or(Grouping::By(Vec::new())),
        };
        let span = Span::new(name.span.start, self.taken_end);
        self.check_aggregate(op, args.len(), span)?;

        let height = args.iter().map(|arg| arg.height).max().unwrap_or(0);
        let mut args = args.into_iter().rev().map(|arg| arg.expr);
        let Some(expr) = args.next() else {
            return Err(self.no_arguments(span));
        };
        let aggregate = Aggregate {
            op,
            expr,
            param: args.next(),
            grouping,
            span,
        };
        self.tree(Expr::Aggregate(aggregate), height)
    }

    fn check_aggregate(&self, op: AggregateOp, args: usize, span: Span) -> Parsed<()> {
        if args == 0 {
            return Err(self.no_arguments(span));
        }
        if op.is_experimental() && !self.features.experimental_functions {
            let message = format!(
                "{}() is experimental and must be enabled with --enable-feature=promql-experimental-functions",
                op.as_str()
            );
            return Err(self.error(span, message));
        }
        let wanted = 1 + usize::from(op.parameter().is_some());
        if args != wanted {
            let message = format!(
                "wrong number of arguments for aggregate expression provided, expected {wanted}, got {args}"
            );
            return Err(self.error(span, message));
        }
        Ok(())
    }

    fn no_arguments(&self, span: Span) -> Failure {
        self.error(span, "no arguments for aggregate expression provided")
    }

    /// `by (...)` or `without (...)`, if it follows.
    fn grouping_clause(&mut self) -> Parsed<Option<Grouping>> {
        match self.peek()?.kind {
            TokenKind::Keyword(Keyword::By) => {
                self.take()?;
                Ok(Some(Grouping::By(self.grouping_labels()?)))
            }
            TokenKind::Keyword(Keyword::Without) => {
                self.take()?;
                Ok(Some(Grouping::Without(self.grouping_labels()?)))
            }
            _ => Ok(None),
        }
    }
}
