//! The functions of the language, as one table.
//!
//! The aggregations are no functions: their table is [`AggregateOp`](crate::AggregateOp).
//!
//! Source: the function reference of Prometheus 3.14, and the change logs up to it.

use Stability::{Experimental, Stable};
use ValueType::{Matrix, Scalar, String, Vector};
use Variadic::{None, Unlimited, UpTo};

use crate::ast::ValueType;

/// How many arguments may stand where the last of [`Function::args`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variadic {
    /// Exactly one: the function takes what is listed.
    None,
    /// None, or up to so many.
    UpTo(usize),
    /// None, or any number.
    Unlimited,
}

impl Variadic {
    /// As `/api/v1/parse_query` writes it: 0, the number, or -1.
    #[must_use]
    pub fn as_number(self) -> i64 {
        match self {
            None => 0,
            UpTo(count) => i64::try_from(count).unwrap_or(i64::MAX),
            Unlimited => -1,
        }
    }
}

/// Whether a function may still change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// It may not.
    Stable,
    /// It may, and needs [`experimental_functions`](crate::Features::experimental_functions).
    Experimental,
}

/// What a function takes and yields.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// As it is written; the case matters.
    pub name: &'static str,
    /// The types of its arguments.
    pub args: &'static [ValueType],
    /// What may follow them, or whether the last may be missing.
    pub variadic: Variadic,
    /// What it yields.
    pub returns: ValueType,
    /// Whether it needs a feature.
    pub stability: Stability,
    /// The first Prometheus that knows it, major and minor version; 2.0 stands for all before, too.
    pub since: (u8, u8),
}

impl Function {
    /// The function of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        let index = FUNCTIONS
            .binary_search_by(|function| function.name.cmp(name))
            .ok()?;
        Some(&FUNCTIONS[index])
    }

    /// Whether it needs [`experimental_functions`](crate::Features::experimental_functions).
    #[must_use]
    pub fn is_experimental(&self) -> bool {
        self.stability == Experimental
    }

    /// The type that its argument number `index` (from 0) must have.
    #[must_use]
    pub fn arg_type(&self, index: usize) -> Option<ValueType> {
        match self.variadic {
            None => self.args.get(index).copied(),
            UpTo(_) | Unlimited => self.args.get(index).or(self.args.last()).copied(),
        }
    }
}

const fn row(
    name: &'static str,
    args: &'static [ValueType],
    variadic: Variadic,
    returns: ValueType,
    stability: Stability,
    since: (u8, u8),
) -> Function {
    Function {
        name,
        args,
        variadic,
        returns,
        stability,
        since,
    }
}

/// All functions, by name.
#[rustfmt::skip]
pub static FUNCTIONS: [Function; 90] = [
    row("abs", &[Vector], None, Vector, Stable, (2, 0)),
    row("absent", &[Vector], None, Vector, Stable, (2, 0)),
    row("absent_over_time", &[Matrix], None, Vector, Stable, (2, 16)),
    row("acos", &[Vector], None, Vector, Stable, (2, 31)),
    row("acosh", &[Vector], None, Vector, Stable, (2, 31)),
    row("asin", &[Vector], None, Vector, Stable, (2, 31)),
    row("asinh", &[Vector], None, Vector, Stable, (2, 31)),
    row("atan", &[Vector], None, Vector, Stable, (2, 31)),
    row("atanh", &[Vector], None, Vector, Stable, (2, 31)),
    row("avg_over_time", &[Matrix], None, Vector, Stable, (2, 0)),
    row("ceil", &[Vector], None, Vector, Stable, (2, 0)),
    row("changes", &[Matrix], None, Vector, Stable, (2, 0)),
    row("clamp", &[Vector, Scalar, Scalar], None, Vector, Stable, (2, 26)),
    row("clamp_max", &[Vector, Scalar], None, Vector, Stable, (2, 0)),
    row("clamp_min", &[Vector, Scalar], None, Vector, Stable, (2, 0)),
    row("cos", &[Vector], None, Vector, Stable, (2, 31)),
    row("cosh", &[Vector], None, Vector, Stable, (2, 31)),
    row("count_over_time", &[Matrix], None, Vector, Stable, (2, 0)),
    row("day_of_month", &[Vector], UpTo(1), Vector, Stable, (2, 0)),
    row("day_of_week", &[Vector], UpTo(1), Vector, Stable, (2, 0)),
    row("day_of_year", &[Vector], UpTo(1), Vector, Stable, (2, 35)),
    row("days_in_month", &[Vector], UpTo(1), Vector, Stable, (2, 0)),
    row("deg", &[Vector], None, Vector, Stable, (2, 31)),
    row("delta", &[Matrix], None, Vector, Stable, (2, 0)),
    row("deriv", &[Matrix], None, Vector, Stable, (2, 0)),
    row("double_exponential_smoothing", &[Matrix, Scalar, Scalar], None, Vector, Experimental, (3, 0)),
    row("end", &[], None, Scalar, Experimental, (3, 12)),
    row("exp", &[Vector], None, Vector, Stable, (2, 0)),
    row("first_over_time", &[Matrix], None, Vector, Stable, (3, 7)),
    row("floor", &[Vector], None, Vector, Stable, (2, 0)),
    row("histogram_avg", &[Vector], None, Vector, Stable, (2, 51)),
    row("histogram_count", &[Vector], None, Vector, Stable, (2, 40)),
    row("histogram_fraction", &[Scalar, Scalar, Vector], None, Vector, Stable, (2, 40)),
    row("histogram_quantile", &[Scalar, Vector], None, Vector, Stable, (2, 0)),
    row("histogram_quantiles", &[Vector, String, Scalar, Scalar], UpTo(9), Vector, Experimental, (3, 11)),
    row("histogram_stddev", &[Vector], None, Vector, Stable, (2, 47)),
    row("histogram_stdvar", &[Vector], None, Vector, Stable, (2, 47)),
    row("histogram_sum", &[Vector], None, Vector, Stable, (2, 40)),
    row("hour", &[Vector], UpTo(1), Vector, Stable, (2, 0)),
    row("idelta", &[Matrix], None, Vector, Stable, (2, 0)),
    row("increase", &[Matrix], None, Vector, Stable, (2, 0)),
    row("info", &[Vector, Vector], UpTo(1), Vector, Experimental, (3, 0)),
    row("irate", &[Matrix], None, Vector, Stable, (2, 0)),
    row("label_join", &[Vector, String, String, String], Unlimited, Vector, Stable, (2, 0)),
    row("label_replace", &[Vector, String, String, String, String], None, Vector, Stable, (2, 0)),
    row("last_over_time", &[Matrix], None, Vector, Stable, (2, 26)),
    row("ln", &[Vector], None, Vector, Stable, (2, 0)),
    row("log10", &[Vector], None, Vector, Stable, (2, 0)),
    row("log2", &[Vector], None, Vector, Stable, (2, 0)),
    row("mad_over_time", &[Matrix], None, Vector, Experimental, (2, 49)),
    row("max_of", &[Scalar, Scalar], None, Scalar, Experimental, (3, 13)),
    row("max_over_time", &[Matrix], None, Vector, Stable, (2, 0)),
    row("min_of", &[Scalar, Scalar], None, Scalar, Experimental, (3, 13)),
    row("min_over_time", &[Matrix], None, Vector, Stable, (2, 0)),
    row("minute", &[Vector], UpTo(1), Vector, Stable, (2, 0)),
    row("month", &[Vector], UpTo(1), Vector, Stable, (2, 0)),
    row("pi", &[], None, Scalar, Stable, (2, 31)),
    row("predict_linear", &[Matrix, Scalar], None, Vector, Stable, (2, 0)),
    row("present_over_time", &[Matrix], None, Vector, Stable, (2, 29)),
    row("quantile_over_time", &[Scalar, Matrix], None, Vector, Stable, (2, 0)),
    row("rad", &[Vector], None, Vector, Stable, (2, 31)),
    row("range", &[], None, Scalar, Experimental, (3, 12)),
    row("rate", &[Matrix], None, Vector, Stable, (2, 0)),
    row("resets", &[Matrix], None, Vector, Stable, (2, 0)),
    row("round", &[Vector, Scalar], UpTo(1), Vector, Stable, (2, 0)),
    row("scalar", &[Vector], None, Scalar, Stable, (2, 0)),
    row("sgn", &[Vector], None, Vector, Stable, (2, 26)),
    row("sin", &[Vector], None, Vector, Stable, (2, 31)),
    row("sinh", &[Vector], None, Vector, Stable, (2, 31)),
    row("sort", &[Vector], None, Vector, Stable, (2, 0)),
    row("sort_by_label", &[Vector, String], Unlimited, Vector, Experimental, (2, 49)),
    row("sort_by_label_desc", &[Vector, String], Unlimited, Vector, Experimental, (2, 49)),
    row("sort_desc", &[Vector], None, Vector, Stable, (2, 0)),
    row("sqrt", &[Vector], None, Vector, Stable, (2, 0)),
    row("start", &[], None, Scalar, Experimental, (3, 12)),
    row("start_timestamp", &[Vector], None, Vector, Experimental, (3, 14)),
    row("stddev_over_time", &[Matrix], None, Vector, Stable, (2, 0)),
    row("stdvar_over_time", &[Matrix], None, Vector, Stable, (2, 0)),
    row("step", &[], None, Scalar, Experimental, (3, 12)),
    row("sum_over_time", &[Matrix], None, Vector, Stable, (2, 0)),
    row("tan", &[Vector], None, Vector, Stable, (2, 31)),
    row("tanh", &[Vector], None, Vector, Stable, (2, 31)),
    row("time", &[], None, Scalar, Stable, (2, 0)),
    row("timestamp", &[Vector], None, Vector, Stable, (2, 0)),
    row("ts_of_first_over_time", &[Matrix], None, Vector, Experimental, (3, 7)),
    row("ts_of_last_over_time", &[Matrix], None, Vector, Experimental, (3, 5)),
    row("ts_of_max_over_time", &[Matrix], None, Vector, Experimental, (3, 5)),
    row("ts_of_min_over_time", &[Matrix], None, Vector, Experimental, (3, 5)),
    row("vector", &[Scalar], None, Vector, Stable, (2, 0)),
    row("year", &[Vector], UpTo(1), Vector, Stable, (2, 0)),
];

#[cfg(test)]
mod tests;
