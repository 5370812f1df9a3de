//! Checks that types fit, once the syntax does.
//!
//! Children come before their parents, left before right, so the error that is reported is the one that Prometheus
//! reports. Two things are settled on the way: set operators match many to many, and only operators between two
//! instant vectors keep their matching.

mod binary;
mod call;

use model::labels::METRIC_NAME;

use crate::ast::{Aggregate, Expr, Subquery, Unary, ValueType, VectorSelector};
use crate::error::ParseError;
use crate::quote::GoQuoted;
use crate::span::Span;

type Checked<T> = Result<T, ParseError>;

/// Checks a tree that was parsed from `text`.
pub(crate) fn check(expr: &mut Expr, text: &str) -> Checked<()> {
    Checker { text }.expr(expr).map(|_| ())
}

/// Knows the text, for positions.
struct Checker<'q> {
    text: &'q str,
}

impl Checker<'_> {
    fn expr(&self, expr: &mut Expr) -> Checked<ValueType> {
        match expr {
            Expr::Number(_) | Expr::String(_) => {}
            Expr::Vector(node) => self.selector(node)?,
            Expr::Matrix(node) => self.selector(&node.selector)?,
            Expr::Subquery(node) => self.subquery(node)?,
            Expr::Unary(node) => self.unary(node)?,
            Expr::Binary(node) => self.binary(node)?,
            Expr::Aggregate(node) => self.aggregate(node)?,
            Expr::Call(node) => self.call(node)?,
            Expr::Paren(node) => return self.expr(&mut node.expr),
        }
        Ok(expr.value_type())
    }

    fn selector(&self, selector: &VectorSelector) -> Checked<()> {
        if let (Some(name), Some((_, inside))) = (&selector.name, selector.matchers.split_last()) {
            let Some(second) = inside.iter().find(|matcher| matcher.name() == METRIC_NAME) else {
                return Ok(());
            };
            let message = format!(
                "metric name must not be set twice: {} or {}",
                GoQuoted(name),
                GoQuoted(second.value())
            );
            return Err(self.error(selector.span, message));
        }
        if selector.matchers.iter().all(model::Matcher::matches_empty) {
            let message = "vector selector must contain at least one non-empty matcher";
            return Err(self.error(selector.span, message));
        }
        Ok(())
    }

    fn subquery(&self, subquery: &mut Subquery) -> Checked<()> {
        let found = self.expr(&mut subquery.expr)?;
        if found == ValueType::Vector {
            return Ok(());
        }
        let message = format!(
            "subquery is only allowed on instant vector, got {} instead",
            found.as_str()
        );
        Err(self.error(subquery.span, message))
    }

    fn unary(&self, unary: &mut Unary) -> Checked<()> {
        let found = self.expr(&mut unary.expr)?;
        if matches!(found, ValueType::Scalar | ValueType::Vector) {
            return Ok(());
        }
        let message = format!(
            "unary expression only allowed on expressions of type scalar or instant vector, got {}",
            GoQuoted(found.documented())
        );
        Err(self.error(unary.span, message))
    }

    fn aggregate(&self, aggregate: &mut Aggregate) -> Checked<()> {
        self.expect(
            &mut aggregate.expr,
            ValueType::Vector,
            "aggregation expression",
        )?;
        if let (Some(param), Some(wanted)) = (&mut aggregate.param, aggregate.op.parameter()) {
            self.expect(param, wanted, "aggregation parameter")?;
        }
        Ok(())
    }

    fn expect(&self, expr: &mut Expr, wanted: ValueType, place: &str) -> Checked<()> {
        let found = self.expr(expr)?;
        if found == wanted {
            return Ok(());
        }
        Err(self.mismatch(expr.span(), wanted, place, found))
    }

    fn mismatch(&self, span: Span, wanted: ValueType, place: &str, found: ValueType) -> ParseError {
        let (wanted, found) = (wanted.documented(), found.documented());
        self.error(
            span,
            format!("expected type {wanted} in {place}, got {found}"),
        )
    }

    fn error(&self, span: Span, message: impl Into<String>) -> ParseError {
        ParseError::new(self.text, span, message)
    }
}
