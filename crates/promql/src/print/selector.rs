//! Selectors, ranges and subqueries.

use std::fmt;

use model::labels::METRIC_NAME;
use model::{MatchOp, Matcher};

use crate::ast::{At, Duration, MatrixSelector, Subquery, VectorSelector};
use crate::print::label_name;
use crate::quote::GoQuoted;

impl fmt::Display for VectorSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Series(self), AtSuffix(self.at))?;
        if let Some(extension) = self.extension {
            write!(f, " {}", extension.as_str())?;
        }
        write!(f, "{}", OffsetSuffix(self.offset.as_ref()))
    }
}

impl fmt::Display for MatrixSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let selector = &self.selector;
        write!(f, "{}[{}]", Series(selector), self.range)?;
        if let Some(extension) = selector.extension {
            write!(f, " {}", extension.as_str())?;
        }
        let offset = OffsetSuffix(selector.offset.as_ref());
        write!(f, "{}{offset}", AtSuffix(selector.at))
    }
}

impl fmt::Display for Subquery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.expr, SubquerySuffix(self))
    }
}

/// What stands behind the expression of a subquery.
pub(super) struct SubquerySuffix<'a>(pub(super) &'a Subquery);

impl fmt::Display for SubquerySuffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}:", self.0.range)?;
        if let Some(step) = &self.0.step {
            step.fmt(f)?;
        }
        let offset = OffsetSuffix(self.0.offset.as_ref());
        write!(f, "]{}{offset}", AtSuffix(self.0.at))
    }
}

/// The name and the braces.
struct Series<'a>(&'a VectorSelector);

impl fmt::Display for Series<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let selector = self.0;
        let name = selector.name.as_deref().unwrap_or("");
        f.write_str(name)?;
        let says_name = |matcher: &&Matcher| {
            matcher.op() == MatchOp::Equal
                && matcher.name() == METRIC_NAME
                && !name.is_empty()
                && matcher.value() == name
        };
        let mut matchers: Vec<String> = selector
            .matchers
            .iter()
            .filter(|matcher| !says_name(matcher))
            .map(|matcher| MatcherText(matcher).to_string())
            .collect();
        matchers.sort_unstable();
        if matchers.is_empty() && !name.is_empty() {
            return Ok(());
        }
        write!(f, "{{{}}}", matchers.join(","))
    }
}

/// A matcher with Go's quotes.
struct MatcherText<'a>(&'a Matcher);

impl fmt::Display for MatcherText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        label_name(f, self.0.name())?;
        write!(f, "{}{}", self.0.op().as_str(), GoQuoted(self.0.value()))
    }
}

struct AtSuffix(Option<At>);

impl fmt::Display for AtSuffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(At::Start) => f.write_str(" @ start()"),
            Some(At::End) => f.write_str(" @ end()"),
            Some(At::Time(time)) => {
                let sign = if time.0 < 0 { "-" } else { "" };
                let ms = time.0.unsigned_abs();
                write!(f, " @ {sign}{}.{:03}", ms / 1000, ms % 1000)
            }
        }
    }
}

struct OffsetSuffix<'a>(Option<&'a Duration>);

impl fmt::Display for OffsetSuffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(offset) => write!(f, " offset {offset}"),
        }
    }
}
