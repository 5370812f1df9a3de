//! Prints a tree over several lines, as `/api/v1/format_query` does.
//!
//! An expression whose one-line form fits into [`COLUMNS_MAX`] bytes stays on one line, wherever it stands. A longer one
//! is taken apart one level, and its parts are printed two spaces further right by the same rule.
//!
//! Two oddities are kept because they are what Prometheus prints: the indentation does not count towards the
//! limit, and a subquery that fits is not indented.

use std::fmt::{self, Write as _};

use crate::ast::{Aggregate, Binary, Call, Expr, Paren, Subquery};
use crate::print::AggregateHead;
use crate::print::binary::Operator;
use crate::print::selector::SubquerySuffix;

/// The most bytes that an expression may take on one line, its indentation not counted.
const COLUMNS_MAX: usize = 100;

/// The expression over as many lines as it needs.
#[must_use]
pub fn pretty(expr: &Expr) -> String {
    let mut printer = Printer { out: String::new() };
    printer.expr(expr, 0);
    printer.out
}

struct Printer {
    out: String,
}

impl Printer {
    fn expr(&mut self, expr: &Expr, level: usize) {
        match expr {
            Expr::Unary(node) => {
                self.indent(level);
                self.put(node.op.as_str());
                // The sign takes the place of the operand's own indentation.
                let start = self.out.len();
                self.expr(&node.expr, level);
                let operand = self.out.split_off(start);
                self.put(operand.trim());
            }
            Expr::Subquery(node) if !fits(expr) => self.subquery(node, level),
            Expr::Subquery(_) => self.put(expr),
            Expr::Binary(node) if !fits(expr) => self.binary(node, level),
            Expr::Aggregate(node) if !fits(expr) => self.aggregate(node, level),
            Expr::Call(node) if !fits(expr) => self.call(node, level),
            Expr::Paren(node) if !fits(expr) => self.paren(node, level),
            _ => {
                self.indent(level);
                self.put(expr);
            }
        }
    }

    fn binary(&mut self, node: &Binary, level: usize) {
        self.expr(&node.lhs, level + 1);
        self.put('\n');
        self.indent(level);
        self.put(Operator(node));
        self.put('\n');
        self.expr(&node.rhs, level + 1);
    }

    fn aggregate(&mut self, node: &Aggregate, level: usize) {
        self.indent(level);
        self.put(AggregateHead(node));
        self.put("(\n");
        if let Some(param) = &node.param {
            self.expr(param, level + 1);
            self.put(",\n");
        }
        self.expr(&node.expr, level + 1);
        self.close(level);
    }

    fn call(&mut self, node: &Call, level: usize) {
        self.indent(level);
        self.put(node.function.name);
        self.put("(\n");
        for (index, arg) in node.args.iter().enumerate() {
            self.put(if index == 0 { "" } else { ",\n" });
            self.expr(arg, level + 1);
        }
        self.close(level);
    }

    fn paren(&mut self, node: &Paren, level: usize) {
        self.indent(level);
        self.put("(\n");
        self.expr(&node.expr, level + 1);
        self.close(level);
    }

    fn subquery(&mut self, node: &Subquery, level: usize) {
        self.expr(&node.expr, level);
        self.put(SubquerySuffix(node));
    }

    fn close(&mut self, level: usize) {
        self.put('\n');
        self.indent(level);
        self.put(')');
    }

    fn indent(&mut self, level: usize) {
        for _ in 0..level {
            self.put("  ");
        }
    }

    fn put(&mut self, text: impl fmt::Display) {
        let written = write!(self.out, "{text}");
        debug_assert!(written.is_ok(), "a string takes all that is written");
    }
}

/// Whether the one-line form is short enough. Stops printing as soon as it is not.
fn fits(expr: &Expr) -> bool {
    let mut room = Room { bytes: COLUMNS_MAX };
    write!(room, "{expr}").is_ok()
}

/// Takes text until it is full.
struct Room {
    bytes: usize,
}

impl fmt::Write for Room {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes = self.bytes.checked_sub(text.len()).ok_or(fmt::Error)?;
        Ok(())
    }
}
