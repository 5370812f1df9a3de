//! The functions of the language, as one table.
//!
//! The aggregations are no functions: their table is [`AggregateOp`](crate::AggregateOp).
//!
//! Source: the function reference of Prometheus 3.14.

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
) -> Function {
    Function {
        name,
        args,
        variadic,
        returns,
        stability,
    }
}

/// All functions, by name.
#[rustfmt::skip]
pub static FUNCTIONS: [Function; 90] = [
    row("abs", &[Vector], None, Vector, Stable),
    row("absent", &[Vector], None, Vector, Stable),
    row("absent_over_time", &[Matrix], None, Vector, Stable),
    row("acos", &[Vector], None, Vector, Stable),
    row("acosh", &[Vector], None, Vector, Stable),
    row("asin", &[Vector], None, Vector, Stable),
    row("asinh", &[Vector], None, Vector, Stable),
    row("atan", &[Vector], None, Vector, Stable),
    row("atanh", &[Vector], None, Vector, Stable),
    row("avg_over_time", &[Matrix], None, Vector, Stable),
    row("ceil", &[Vector], None, Vector, Stable),
    row("changes", &[Matrix], None, Vector, Stable),
    row("clamp", &[Vector, Scalar, Scalar], None, Vector, Stable),
    row("clamp_max", &[Vector, Scalar], None, Vector, Stable),
    row("clamp_min", &[Vector, Scalar], None, Vector, Stable),
    row("cos", &[Vector], None, Vector, Stable),
    row("cosh", &[Vector], None, Vector, Stable),
    row("count_over_time", &[Matrix], None, Vector, Stable),
    row("day_of_month", &[Vector], UpTo(1), Vector, Stable),
    row("day_of_week", &[Vector], UpTo(1), Vector, Stable),
    row("day_of_year", &[Vector], UpTo(1), Vector, Stable),
    row("days_in_month", &[Vector], UpTo(1), Vector, Stable),
    row("deg", &[Vector], None, Vector, Stable),
    row("delta", &[Matrix], None, Vector, Stable),
    row("deriv", &[Matrix], None, Vector, Stable),
    row("double_exponential_smoothing", &[Matrix, Scalar, Scalar], None, Vector, Experimental),
    row("end", &[], None, Scalar, Experimental),
    row("exp", &[Vector], None, Vector, Stable),
    row("first_over_time", &[Matrix], None, Vector, Stable),
    row("floor", &[Vector], None, Vector, Stable),
    row("histogram_avg", &[Vector], None, Vector, Stable),
    row("histogram_count", &[Vector], None, Vector, Stable),
    row("histogram_fraction", &[Scalar, Scalar, Vector], None, Vector, Stable),
    row("histogram_quantile", &[Scalar, Vector], None, Vector, Stable),
    row("histogram_quantiles", &[Vector, String, Scalar, Scalar], UpTo(9), Vector, Experimental),
    row("histogram_stddev", &[Vector], None, Vector, Stable),
    row("histogram_stdvar", &[Vector], None, Vector, Stable),
    row("histogram_sum", &[Vector], None, Vector, Stable),
    row("hour", &[Vector], UpTo(1), Vector, Stable),
    row("idelta", &[Matrix], None, Vector, Stable),
    row("increase", &[Matrix], None, Vector, Stable),
    row("info", &[Vector, Vector], UpTo(1), Vector, Experimental),
    row("irate", &[Matrix], None, Vector, Stable),
    row("label_join", &[Vector, String, String, String], Unlimited, Vector, Stable),
    row("label_replace", &[Vector, String, String, String, String], None, Vector, Stable),
    row("last_over_time", &[Matrix], None, Vector, Stable),
    row("ln", &[Vector], None, Vector, Stable),
    row("log10", &[Vector], None, Vector, Stable),
    row("log2", &[Vector], None, Vector, Stable),
    row("mad_over_time", &[Matrix], None, Vector, Experimental),
    row("max_of", &[Scalar, Scalar], None, Scalar, Experimental),
    row("max_over_time", &[Matrix], None, Vector, Stable),
    row("min_of", &[Scalar, Scalar], None, Scalar, Experimental),
    row("min_over_time", &[Matrix], None, Vector, Stable),
    row("minute", &[Vector], UpTo(1), Vector, Stable),
    row("month", &[Vector], UpTo(1), Vector, Stable),
    row("pi", &[], None, Scalar, Stable),
    row("predict_linear", &[Matrix, Scalar], None, Vector, Stable),
    row("present_over_time", &[Matrix], None, Vector, Stable),
    row("quantile_over_time", &[Scalar, Matrix], None, Vector, Stable),
    row("rad", &[Vector], None, Vector, Stable),
    row("range", &[], None, Scalar, Experimental),
    row("rate", &[Matrix], None, Vector, Stable),
    row("resets", &[Matrix], None, Vector, Stable),
    row("round", &[Vector, Scalar], UpTo(1), Vector, Stable),
    row("scalar", &[Vector], None, Scalar, Stable),
    row("sgn", &[Vector], None, Vector, Stable),
    row("sin", &[Vector], None, Vector, Stable),
    row("sinh", &[Vector], None, Vector, Stable),
    row("sort", &[Vector], None, Vector, Stable),
    row("sort_by_label", &[Vector, String], Unlimited, Vector, Experimental),
    row("sort_by_label_desc", &[Vector, String], Unlimited, Vector, Experimental),
    row("sort_desc", &[Vector], None, Vector, Stable),
    row("sqrt", &[Vector], None, Vector, Stable),
    row("start", &[], None, Scalar, Experimental),
    row("start_timestamp", &[Vector], None, Vector, Experimental),
    row("stddev_over_time", &[Matrix], None, Vector, Stable),
    row("stdvar_over_time", &[Matrix], None, Vector, Stable),
    row("step", &[], None, Scalar, Experimental),
    row("sum_over_time", &[Matrix], None, Vector, Stable),
    row("tan", &[Vector], None, Vector, Stable),
    row("tanh", &[Vector], None, Vector, Stable),
    row("time", &[], None, Scalar, Stable),
    row("timestamp", &[Vector], None, Vector, Stable),
    row("ts_of_first_over_time", &[Matrix], None, Vector, Experimental),
    row("ts_of_last_over_time", &[Matrix], None, Vector, Experimental),
    row("ts_of_max_over_time", &[Matrix], None, Vector, Experimental),
    row("ts_of_min_over_time", &[Matrix], None, Vector, Experimental),
    row("vector", &[Scalar], None, Vector, Stable),
    row("year", &[Vector], UpTo(1), Vector, Stable),
];

#[cfg(test)]
mod tests;
