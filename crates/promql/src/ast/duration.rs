//! Lengths of time in brackets and after `offset`: literals, or expressions that need to know the query.

use crate::ast::BinaryOp;
use crate::span::Span;

/// A length of time as it was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Duration {
    /// A literal that is a whole number of milliseconds.
    Millis(i64),
    /// Anything that has to be computed, and literals that are not.
    Expr(DurationExpr),
}

/// A part of a duration expression. All parts are numbers of seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct DurationExpr {
    /// What it is.
    pub kind: DurationKind,
    /// Whether it stands in parentheses of its own.
    pub wrapped: bool,
    /// Without those parentheses.
    pub span: Span,
}

/// What a part of a duration expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum DurationKind {
    /// A number of seconds.
    Number {
        /// Seconds.
        seconds: f64,
        /// Whether it was written as a duration, and so prints as one.
        is_duration: bool,
    },
    /// `step()`: the step of the query.
    Step,
    /// `range()`: the length of the query's range.
    Range,
    /// `-expr`
    Negate(Box<DurationExpr>),
    /// `min_of(a, b)`
    MinOf(Box<DurationExpr>, Box<DurationExpr>),
    /// `max_of(a, b)`
    MaxOf(Box<DurationExpr>, Box<DurationExpr>),
    /// Arithmetic, one of `+ - * / % ^`.
    Binary {
        /// Which.
        op: BinaryOp,
        /// Left of it.
        lhs: Box<DurationExpr>,
        /// Right of it.
        rhs: Box<DurationExpr>,
    },
}

/// What `step()` and `range()` stand for. Both are 0 in an instant query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryTimes {
    /// The step, in milliseconds.
    pub step_ms: i64,
    /// End less start, in milliseconds.
    pub range_ms: i64,
}

/// A duration expression without a usable value. The words are those of Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationValueError {
    /// A `/` whose right side came out as zero.
    #[error("division by zero")]
    DivisionByZero,
    /// A `%` whose right side came out as zero.
    #[error("modulo by zero")]
    ModuloByZero,
    /// A range or a step that is zero, negative or NaN.
    #[error("duration must be greater than 0")]
    NotPositive,
    /// More milliseconds than there are, or no number.
    #[error("duration is out of range")]
    OutOfRange,
}

impl Duration {
    /// Its value in milliseconds, of either sign, as for `offset`.
    ///
    /// # Errors
    ///
    /// When an expression divides by zero or does not fit.
    pub fn to_ms(&self, times: QueryTimes) -> Result<i64, DurationValueError> {
        match self {
            Self::Millis(ms) => Ok(*ms),
            Self::Expr(expr) => millis(expr.seconds(times)?),
        }
    }

    /// Its value in milliseconds, as for a range or a step, which must be positive. A positive value below a
    /// millisecond is 0.
    ///
    /// # Errors
    ///
    /// As [`to_ms`](Self::to_ms), and when an expression comes out as zero or less.
    pub fn to_positive_ms(&self, times: QueryTimes) -> Result<i64, DurationValueError> {
        match self {
            Self::Millis(ms) => Ok(*ms),
            Self::Expr(expr) => {
                let seconds = expr.seconds(times)?;
                if seconds <= 0.0 {
                    return Err(DurationValueError::NotPositive);
                }
                millis(seconds)
            }
        }
    }
}

impl DurationExpr {
    /// Its value in seconds.
    ///
    /// # Errors
    ///
    /// When it divides by zero.
    pub fn seconds(&self, times: QueryTimes) -> Result<f64, DurationValueError> {
        Ok(match &self.kind {
            DurationKind::Number { seconds, .. } => *seconds,
            DurationKind::Step => times.step_ms as f64 / 1000.0,
            DurationKind::Range => times.range_ms as f64 / 1000.0,
            DurationKind::Negate(expr) => -expr.seconds(times)?,
            DurationKind::MinOf(a, b) => a.seconds(times)?.min(b.seconds(times)?),
            DurationKind::MaxOf(a, b) => a.seconds(times)?.max(b.seconds(times)?),
            DurationKind::Binary { op, lhs, rhs } => {
                compute(*op, lhs.seconds(times)?, rhs.seconds(times)?)?
            }
        })
    }
}

fn compute(op: BinaryOp, lhs: f64, rhs: f64) -> Result<f64, DurationValueError> {
    Ok(match op {
        BinaryOp::Add => lhs + rhs,
        BinaryOp::Sub => lhs - rhs,
        BinaryOp::Mul => lhs * rhs,
        BinaryOp::Div if rhs == 0.0 => return Err(DurationValueError::DivisionByZero),
        BinaryOp::Div => lhs / rhs,
        BinaryOp::Mod if rhs == 0.0 => return Err(DurationValueError::ModuloByZero),
        BinaryOp::Mod => lhs % rhs,
        BinaryOp::Pow => lhs.powf(rhs),
        _ => unreachable!("the parser makes duration expressions of arithmetic only"),
    })
}

fn millis(seconds: f64) -> Result<i64, DurationValueError> {
    let ms = seconds * 1000.0;
    if ms.is_nan() || ms.abs() >= i64::MAX as f64 {
        return Err(DurationValueError::OutOfRange);
    }
    Ok(ms as i64)
}
