//! Operators with their modifiers.

use std::fmt;

use crate::ast::{Binary, BinaryOp, Cardinality, Expr, VectorMatching};
use crate::print::LabelList;
use crate::print::number::GoGeneral;

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `+Inf ^ 2` would read back as a sign before `Inf ^ 2`: the one place where Prometheus' form is not kept.
        match &*self.lhs {
            Expr::Number(base) if self.op == BinaryOp::Pow && base.value == f64::INFINITY => {
                f.write_str("Inf")?;
            }
            lhs => lhs.fmt(f)?,
        }
        write!(f, " {} {}", Operator(self), self.rhs)
    }
}

/// An operator without its sides: `* on (job) group_left (team)`.
pub(super) struct Operator<'a>(pub(super) &'a Binary);

impl fmt::Display for Operator<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.op.as_str())?;
        if self.0.return_bool {
            f.write_str(" bool")?;
        }
        match &self.0.matching {
            Some(matching) => matching.fmt(f),
            None => Ok(()),
        }
    }
}

impl fmt::Display for VectorMatching {
    /// With a space before each clause.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = match self.cardinality {
            Cardinality::ManyToOne => Some("group_left"),
            Cardinality::OneToMany => Some("group_right"),
            Cardinality::OneToOne | Cardinality::ManyToMany => None,
        };
        if self.on || !self.labels.is_empty() || group.is_some() {
            let clause = if self.on { "on" } else { "ignoring" };
            write!(f, " {clause} ({})", LabelList(&self.labels))?;
        }
        if let Some(group) = group {
            write!(f, " {group} ({})", LabelList(&self.include))?;
        }
        let (left, right) = (self.fill.left, self.fill.right);
        if let (Some(a), Some(b)) = (left, right)
            && a.to_bits() == b.to_bits()
        {
            return write!(f, " fill ({})", GoGeneral(a));
        }
        for (clause, value) in [("fill_left", left), ("fill_right", right)] {
            if let Some(value) = value {
                write!(f, " {clause} ({})", GoGeneral(value))?;
            }
        }
        Ok(())
    }
}
