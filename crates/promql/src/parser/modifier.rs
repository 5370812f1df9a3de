//! What follows a selector and moves it in time, or changes how its edges are read.

use model::Timestamp;

use crate::ast::{At, Duration, Expr, Extension};
use crate::parser::{Failure, Parsed, Parser, Tree};
use crate::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// The `offset` that comes next, behind `tree`.
    pub(super) fn offset(&mut self, mut tree: Tree) -> Parsed<Tree> {
        self.take()?;
        let offset = self.within(
            "offset",
            "number, duration, step(), or range()",
            Self::offset_duration,
        )?;
        let span = tree.expr.span();
        let (slot, end) = match &mut *tree.expr {
            Expr::Vector(node) => (&mut node.offset, &mut node.span.end),
            Expr::Matrix(node) => (&mut node.selector.offset, &mut node.span.end),
            Expr::Subquery(node) => (&mut node.offset, &mut node.span.end),
            _ => {
                let message = "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery";
                return Err(self.error(span, message));
            }
        };
        if slot.is_some() {
            return Err(self.error(span, "offset may not be set multiple times"));
        }
        *slot = (offset != Duration::Millis(0)).then_some(offset);
        *end = self.taken_end;
        Ok(tree)
    }

    /// The `@` that comes next, behind `tree`.
    pub(super) fn at(&mut self, mut tree: Tree) -> Parsed<Tree> {
        self.take()?;
        let span = tree.expr.span();
        let at = match self.within("@", "timestamp", Self::at_time)? {
            AtTime::Edge(at) => at,
            AtTime::Seconds(seconds) => At::Time(self.timestamp(seconds, &tree)?),
        };
        let (slot, end) = match &mut *tree.expr {
            Expr::Vector(node) => (&mut node.at, &mut node.span.end),
            Expr::Matrix(node) => (&mut node.selector.at, &mut node.span.end),
            Expr::Subquery(node) => (&mut node.at, &mut node.span.end),
            _ => {
                let message = "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery";
                return Err(self.error(span, message));
            }
        };
        if slot.is_some() {
            return Err(self.error(span, "@ <timestamp> may not be set multiple times"));
        }
        *slot = Some(at);
        *end = self.taken_end;
        Ok(tree)
    }

    fn at_time(&mut self) -> Parsed<AtTime> {
        let edge = match self.peek()?.kind {
            TokenKind::Keyword(Keyword::Start) => At::Start,
            TokenKind::Keyword(Keyword::End) => At::End,
            _ => return Ok(AtTime::Seconds(self.signed_number()?)),
        };
        self.take()?;
        self.expect(TokenKind::LeftParen)?;
        self.expect(TokenKind::RightParen)?;
        Ok(AtTime::Edge(edge))
    }

    /// Rounded to milliseconds.
    fn timestamp(&self, seconds: f64, tree: &Tree) -> Parsed<Timestamp> {
        if let Some(time) = Timestamp::from_seconds(seconds)
            && seconds.abs() < i64::MAX as f64
        {
            return Ok(time);
        }
        let number = match seconds {
            f64::INFINITY => "+Inf".to_owned(),
            f64::NEG_INFINITY => "-Inf".to_owned(),
            seconds => format!("{seconds:.6}"),
        };
        let message = format!("timestamp out of bounds for @ modifier: {number}");
        Err(self.error(tree.expr.span(), message))
    }

    /// The `anchored` or `smoothed` that comes next, behind `tree`.
    pub(super) fn extension(&mut self, mut tree: Tree) -> Parsed<Tree> {
        let token = self.take()?;
        let extension = match token.kind {
            TokenKind::Keyword(Keyword::Anchored) => Extension::Anchored,
            TokenKind::Keyword(Keyword::Smoothed) => Extension::Smoothed,
            _ => return Err(Failure::Unexpected(token)),
        };
        let word = extension.as_str();
        let span = tree.expr.span();
        if !self.features.extended_range_selectors {
            let message = format!("{word} modifier is experimental and not enabled");
            return Err(self.error(span, message));
        }
        let (slot, end) = match &mut *tree.expr {
            Expr::Vector(node) => (&mut node.extension, &mut node.span.end),
            Expr::Matrix(node) => (&mut node.selector.extension, &mut node.span.end),
            Expr::Subquery(_) => {
                let message = format!("{word} modifier is not supported for subqueries");
                return Err(self.error(span, message));
            }
            _ => return Err(self.error(span, format!("{word} modifier not implemented"))),
        };
        if slot.is_some_and(|other| other != extension) {
            let message = "anchored and smoothed modifiers cannot be used together";
            return Err(self.error(span, message));
        }
        *slot = Some(extension);
        *end = self.taken_end;
        Ok(tree)
    }
}

enum AtTime {
    Edge(At),
    Seconds(f64),
}
