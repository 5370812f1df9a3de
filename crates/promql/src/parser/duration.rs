//! Lengths of time: literals, and expressions of them.
//!
//! In brackets the whole arithmetic is there. Behind `offset` only one operand belongs to the duration, since
//! `up offset 5m + 1` has always meant `(up offset 5m) + 1`; arithmetic needs parentheses there.

use crate::ast::{BinaryOp, Duration, DurationExpr, DurationKind, NumberLiteral};
use crate::parser::{Failure, Parsed, Parser};
use crate::span::Span;
use crate::token::{Keyword, TokenKind};

/// The longest duration, in seconds: Prometheus keeps nanoseconds in 63 bits.
const SECONDS_MAX: f64 = 9_223_372_036.854_776;

impl Parser<'_> {
    /// A range or a step: if it is a literal, it must be positive.
    pub(super) fn positive_duration(&mut self) -> Parsed<Duration> {
        let expr = self.duration_expr(0)?;
        if let Some(seconds) = literal(&expr)
            && (seconds <= 0.0 || seconds.is_nan())
        {
            return Err(self.error(expr.span, "duration must be greater than 0"));
        }
        Ok(plain(expr))
    }

    /// What follows `offset`.
    pub(super) fn offset_duration(&mut self) -> Parsed<Duration> {
        let sign = self.peek()?;
        let expr = match sign.kind {
            TokenKind::Operator(op @ (BinaryOp::Add | BinaryOp::Sub)) => {
                self.take()?;
                let operand = self.duration_operand()?;
                self.signed_duration(op, sign.span, operand)?
            }
            _ => self.duration_operand()?,
        };
        Ok(plain(expr))
    }

    fn duration_expr(&mut self, precedence_min: u8) -> Parsed<DurationExpr> {
        self.nested(|parser| {
            let mut lhs = parser.duration_signed()?;
            let mut height = 0;
            while let TokenKind::Operator(op) = parser.peek()?.kind
                && is_arithmetic(op)
                && op.precedence() >= precedence_min
            {
                lhs = parser.duration_binary(lhs, op)?;
                height += 1;
                if height > super::NESTING_MAX {
                    let message = "duration expression has too many operators in a row";
                    return Err(parser.error(lhs.span, message));
                }
            }
            Ok(lhs)
        })
    }

    fn duration_binary(&mut self, lhs: DurationExpr, op: BinaryOp) -> Parsed<DurationExpr> {
        let op_span = self.take()?.span;
        let above = u8::from(!op.is_right_associative());
        let rhs = self.duration_expr(op.precedence() + above)?;
        if literal(&rhs) == Some(0.0) {
            match op {
                BinaryOp::Div => return Err(self.error(op_span, "division by zero")),
                BinaryOp::Mod => return Err(self.error(op_span, "modulo by zero")),
                _ => {}
            }
        }
        let span = lhs.span.to(rhs.span);
        let (lhs, rhs) = (Box::new(lhs), Box::new(rhs));
        Ok(unwrapped(DurationKind::Binary { op, lhs, rhs }, span))
    }

    fn duration_signed(&mut self) -> Parsed<DurationExpr> {
        let sign = self.peek()?;
        match sign.kind {
            TokenKind::Operator(op @ (BinaryOp::Add | BinaryOp::Sub)) => {
                self.take()?;
                let operand = self.duration_expr(BinaryOp::Mul.precedence() + 1)?;
                self.signed_duration(op, sign.span, operand)
            }
            _ => self.duration_operand(),
        }
    }

    fn signed_duration(
        &self,
        sign: BinaryOp,
        sign_span: Span,
        operand: DurationExpr,
    ) -> Parsed<DurationExpr> {
        let span = sign_span.to(operand.span);
        if let DurationKind::Number {
            seconds,
            is_duration,
        } = operand.kind
            && !operand.wrapped
        {
            let seconds = if sign == BinaryOp::Sub {
                -seconds
            } else {
                seconds
            };
            let kind = DurationKind::Number {
                seconds,
                is_duration,
            };
            return Ok(unwrapped(kind, span));
        }
        if sign == BinaryOp::Add {
            return Ok(operand);
        }
        Ok(unwrapped(DurationKind::Negate(Box::new(operand)), span))
    }

    fn duration_operand(&mut self) -> Parsed<DurationExpr> {
        let token = self.peek()?;
        match token.kind {
            TokenKind::Number | TokenKind::Duration => {
                let NumberLiteral {
                    value: seconds,
                    is_duration,
                    span,
                } = self.number_literal()?;
                if seconds.abs() > SECONDS_MAX {
                    return Err(self.error(span, "duration out of range"));
                }
                let kind = DurationKind::Number {
                    seconds,
                    is_duration,
                };
                Ok(unwrapped(kind, span))
            }
            TokenKind::LeftParen => {
                self.take()?;
                let inside = self.duration_expr(0)?;
                self.expect(TokenKind::RightParen)?;
                Ok(DurationExpr {
                    wrapped: true,
                    ..inside
                })
            }
            TokenKind::Keyword(keyword) if keyword.is_duration() => self.duration_call(keyword),
            _ => Err(Failure::Unexpected(token)),
        }
    }

    /// `step()`, `range()`, `min_of(a, b)` or `max_of(a, b)`.
    fn duration_call(&mut self, keyword: Keyword) -> Parsed<DurationExpr> {
        let name = self.take()?;
        self.expect(TokenKind::LeftParen)?;
        let kind = match keyword {
            Keyword::Step => DurationKind::Step,
            Keyword::Range => DurationKind::Range,
            _ => {
                let a = Box::new(self.duration_expr(0)?);
                self.expect(TokenKind::Comma)?;
                let b = Box::new(self.duration_expr(0)?);
                if keyword == Keyword::MinOf {
                    DurationKind::MinOf(a, b)
                } else {
                    DurationKind::MaxOf(a, b)
                }
            }
        };
        let right = self.expect(TokenKind::RightParen)?;
        Ok(unwrapped(kind, name.span.to(right.span)))
    }
}

fn is_arithmetic(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Add
            | BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::Mod
            | BinaryOp::Pow
    )
}

fn unwrapped(kind: DurationKind, span: Span) -> DurationExpr {
    DurationExpr {
        kind,
        wrapped: false,
        span,
    }
}

/// The value of a bare literal, in seconds.
fn literal(expr: &DurationExpr) -> Option<f64> {
    match expr.kind {
        DurationKind::Number { seconds, .. } if !expr.wrapped => Some(seconds),
        _ => None,
    }
}

/// A bare literal becomes milliseconds, if it is a whole number of them; it is rounded to nanoseconds first.
fn plain(expr: DurationExpr) -> Duration {
    const NANOS_PER_MILLI: f64 = 1e6;
    let nanos = literal(&expr).map(|seconds| (seconds * 1e9).round());
    match nanos {
        Some(nanos) if nanos % NANOS_PER_MILLI == 0.0 => {
            Duration::Millis((nanos / NANOS_PER_MILLI) as i64)
        }
        _ => Duration::Expr(expr),
    }
}
