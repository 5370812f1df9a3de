//! Durations in brackets and behind `offset`.

use std::fmt;

use model::duration::Milliseconds;

use crate::ast::{Duration, DurationExpr, DurationKind};
use crate::print::seconds_or_number;

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Millis(ms) => write!(f, "{}", Milliseconds(*ms)),
            Self::Expr(expr) => expr.fmt(f),
        }
    }
}

impl fmt::Display for DurationExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.wrapped {
            write!(f, "({})", self.kind)
        } else {
            self.kind.fmt(f)
        }
    }
}

impl fmt::Display for DurationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number {
                seconds,
                is_duration,
            } => seconds_or_number(f, *seconds, *is_duration),
            Self::Step => f.write_str("step()"),
            Self::Range => f.write_str("range()"),
            Self::Negate(expr) => write!(f, "-{expr}"),
            Self::MinOf(a, b) => write!(f, "min_of({a}, {b})"),
            Self::MaxOf(a, b) => write!(f, "max_of({a}, {b})"),
            Self::Binary { op, lhs, rhs } => write!(f, "{lhs} {} {rhs}", op.as_str()),
        }
    }
}
