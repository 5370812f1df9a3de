//! Prints trees as text.
//!
//! [`Display`](fmt::Display) writes one line in a canonical form: keywords in lower case, spaces round operators, matchers
//! in the order of their text, `by` and `without` before the arguments. Reading it again gives the same tree, but
//! for spans and the order of matchers. [`pretty`] breaks what is too long over several lines.
//!
//! Both forms are those of Prometheus, which people know from its expression browser and from `promtool`.

mod binary;
mod duration;
mod number;
mod pretty;
mod selector;

use std::fmt;

use crate::ast::{Aggregate, Call, Expr, NumberLiteral, Paren, StringLiteral, Unary};
use crate::print::number::GoDecimal;
use crate::quote::GoQuoted;
use model::duration::Milliseconds;
use model::labels::is_legacy_label_name;

pub use pretty::pretty;

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(node) => node.fmt(f),
            Self::String(node) => node.fmt(f),
            Self::Vector(node) => node.fmt(f),
            Self::Matrix(node) => node.fmt(f),
            Self::Subquery(node) => node.fmt(f),
            Self::Unary(node) => node.fmt(f),
            Self::Binary(node) => node.fmt(f),
            Self::Aggregate(node) => node.fmt(f),
            Self::Call(node) => node.fmt(f),
            Self::Paren(node) => node.fmt(f),
        }
    }
}

impl fmt::Display for NumberLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        seconds_or_number(f, self.value, self.is_duration)
    }
}

/// A number as it was written: as a duration, or as a plain decimal.
fn seconds_or_number(f: &mut fmt::Formatter<'_>, value: f64, is_duration: bool) -> fmt::Result {
    if is_duration {
        // Written in milliseconds, so that rounding only mends what the division by 1000 broke.
        write!(f, "{}", Milliseconds((value * 1000.0).round() as i64))
    } else {
        write!(f, "{}", GoDecimal(value))
    }
}

impl fmt::Display for StringLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.quoted())
    }
}

impl fmt::Display for Paren {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({})", self.expr)
    }
}

impl fmt::Display for Unary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.op.as_str(), self.expr)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.function.name)?;
        for (index, arg) in self.args.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{arg}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", AggregateHead(self))?;
        if let Some(param) = &self.param {
            write!(f, "{param}, ")?;
        }
        write!(f, "{})", self.expr)
    }
}

/// An aggregation up to its left parenthesis: `sum by (job) `.
struct AggregateHead<'a>(&'a Aggregate);

impl fmt::Display for AggregateHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (op, grouping) = (self.0.op.as_str(), &self.0.grouping);
        let labels = LabelList(grouping.labels());
        if grouping.is_without() {
            write!(f, "{op} without ({labels}) ")
        } else if grouping.labels().is_empty() {
            f.write_str(op)
        } else {
            write!(f, "{op} by ({labels}) ")
        }
    }
}

/// Labels with commas between them, quoted where they must be.
struct LabelList<'a>(&'a [String]);

impl fmt::Display for LabelList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, label) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            label_name(f, label)?;
        }
        Ok(())
    }
}

fn label_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    // `without` is the one word that may not stand for a label without quotes.
    if is_legacy_label_name(name) && !name.eq_ignore_ascii_case("without") {
        f.write_str(name)
    } else {
        write!(f, "{}", GoQuoted(name))
    }
}

#[cfg(test)]
mod tests;
