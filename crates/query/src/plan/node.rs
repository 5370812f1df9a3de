//! The nodes of a plan.

use model::Matcher;
use promql::{AggregateOp, BinaryOp, Extension, Grouping, Span, VectorMatching};

use crate::function::{MapFunction, WindowFunction};
use crate::steps::Steps;

/// A plan, by what it yields.
#[derive(Debug)]
pub(crate) enum Node {
    /// An instant vector.
    Instant(InstantNode),
    /// A range vector; only at the top of an instant query.
    Range(RangeNode),
    /// A number per step.
    Scalar(ScalarNode),
    /// A text.
    String(String),
}

/// Yields an instant vector.
#[derive(Debug)]
pub(crate) enum InstantNode {
    /// The newest sample of each series.
    Select(Select),
    /// `timestamp`, `start_timestamp`: when the newest sample of each series was taken, or its counter began.
    SampleTime(Select, Yield),
    /// A function of range vectors.
    Window(WindowNode),
    /// A function of each sample by itself.
    Map(MapNode),
    /// The same of anything but a selector: the evaluation time, and 0.
    EvaluationTime(Box<InstantNode>, Yield),
    /// `vector(s)`
    FromScalar(ScalarNode),
    /// `absent(v)`; with the labels that equality matchers promise.
    Absent(Box<InstantNode>, model::Labels),
    /// `absent_over_time(r)`
    AbsentOverTime(RangeNode, model::Labels),
    /// `label_replace`, `label_join`
    Relabel(Box<InstantNode>, Relabel),
    /// `sort`, `sort_desc`, `sort_by_label`, `sort_by_label_desc`
    Sort(Box<InstantNode>, Sort, Span),
    /// Functions of histograms, native and classic.
    Histogram(HistogramNode),
    /// `info`
    Info(InfoNode),
    /// An aggregation.
    Aggregate(AggregateNode),
    /// Between two instant vectors.
    Binary(BinaryVectors),
    /// Between an instant vector and a scalar.
    BinaryScalar(VectorScalar),
    /// The same at each step: computed at the first one.
    Once(Box<InstantNode>),
}

/// What a selector yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Yield {
    /// The samples' values.
    Value,
    /// The samples' times, in seconds.
    Time,
    /// The times at which the counters behind the samples began, in seconds; 0 where that is unknown.
    Start,
}

/// Yields a range vector.
#[derive(Debug)]
pub(crate) enum RangeNode {
    /// Samples as they are stored.
    Select(Select, i64),
    /// Results of an expression.
    Subquery(SubqueryNode),
}

/// Yields a number per step.
#[derive(Debug)]
pub(crate) enum ScalarNode {
    /// The same number at each step.
    Constant(f64),
    /// `time()`
    Time,
    /// `scalar(v)`
    FromInstant(Box<InstantNode>),
    /// `-s`
    Negate(Box<ScalarNode>),
    /// Between two scalars.
    Binary(BinaryScalars),
    /// `min_of`, `max_of`
    Extreme {
        /// The larger, not the smaller.
        largest: bool,
        /// One.
        lhs: Box<ScalarNode>,
        /// The other.
        rhs: Box<ScalarNode>,
    },
}

/// Which samples, and when.
#[derive(Clone, Debug)]
pub(crate) struct Select {
    /// All of them must pass.
    pub matchers: Vec<Matcher>,
    /// `@`, in milliseconds.
    pub at: Option<i64>,
    /// `offset`, in milliseconds.
    pub offset_ms: i64,
    /// `anchored` or `smoothed`.
    pub extension: Option<Extension>,
    /// Whether nobody will look at the buckets of histograms.
    pub counts_only: bool,
    /// Whether nobody will look at values, but only at whether there are any.
    pub presence_only: bool,
    /// Where it stands.
    pub span: Span,
}

impl Select {
    /// The moments at which it looks, for an evaluation at `steps`.
    pub(crate) fn moments(&self, steps: Steps) -> Steps {
        moments(steps, self.at, self.offset_ms)
    }
}

/// An expression as a range vector.
#[derive(Debug)]
pub(crate) struct SubqueryNode {
    /// What is evaluated.
    pub expr: Box<InstantNode>,
    /// Width, in milliseconds.
    pub range_ms: i64,
    /// Resolution, in milliseconds; more than 0.
    pub step_ms: i64,
    /// `@`, in milliseconds.
    pub at: Option<i64>,
    /// `offset`, in milliseconds.
    pub offset_ms: i64,
}

impl SubqueryNode {
    /// The ends of its windows, for an evaluation at `steps`.
    pub(crate) fn ends(&self, steps: Steps) -> Steps {
        moments(steps, self.at, self.offset_ms)
    }

    /// When its expression is evaluated: at absolute multiples of the resolution, so that moving the query's start
    /// does not change them. The left border is open.
    pub(crate) fn grid(&self, steps: Steps) -> Steps {
        let ends = self.ends(steps);
        let after = ends.start.saturating_sub(self.range_ms);
        let first = after
            .div_euclid(self.step_ms)
            .saturating_add(1)
            .saturating_mul(self.step_ms);
        Steps::between(first, ends.last(), self.step_ms)
    }
}

fn moments(steps: Steps, at: Option<i64>, offset_ms: i64) -> Steps {
    at.map_or(steps, |at| steps.pinned(at)).earlier(offset_ms)
}

/// A call of a function of range vectors.
#[derive(Debug)]
pub(crate) struct WindowNode {
    /// Its row in the table.
    pub function: &'static WindowFunction,
    /// The range vector.
    pub range: RangeNode,
    /// Its other arguments, in order.
    pub parameters: Vec<ScalarNode>,
    /// Where the range vector stands.
    pub range_span: Span,
    /// Where the first parameter stands, if there is one.
    pub parameter_span: Span,
}

/// A call of a function that looks at one sample at a time.
#[derive(Debug)]
pub(crate) struct MapNode {
    /// Its row in the table.
    pub function: &'static MapFunction,
    /// The instant vector.
    pub input: Box<InstantNode>,
    /// Its other arguments, in order.
    pub parameters: Vec<ScalarNode>,
}

/// A change of labels.
#[derive(Debug)]
pub(crate) enum Relabel {
    /// `label_replace`
    Replace {
        /// The label that is set.
        destination: String,
        /// What it is set to, with references to groups.
        replacement: String,
        /// The label that is looked at.
        source: String,
        /// What it must look like.
        pattern: model::Regexp,
    },
    /// `label_join`
    Join {
        /// The label that is set.
        destination: String,
        /// What stands between.
        separator: String,
        /// The labels whose values are joined.
        sources: Vec<String>,
    },
}

/// An order of series.
#[derive(Clone, Debug)]
pub(crate) struct Sort {
    /// By the values of these labels, or by the sample's value.
    pub labels: Option<Vec<String>>,
    /// Largest first.
    pub descending: bool,
}

/// A call of a function of histograms.
#[derive(Debug)]
pub(crate) struct HistogramNode {
    /// Which.
    pub function: HistogramFunction,
    /// The instant vector.
    pub input: Box<InstantNode>,
    /// Its scalars, in order.
    pub parameters: Vec<ScalarNode>,
    /// The label of `histogram_quantiles`.
    pub label: String,
    /// Where the vector stands.
    pub input_span: Span,
    /// Where the scalars stand.
    pub parameter_spans: Vec<Span>,
}

/// A call of `info`.
#[derive(Debug)]
pub(crate) struct InfoNode {
    /// The series to which labels are joined.
    pub input: Box<InstantNode>,
    /// The info series.
    pub select: Select,
    /// Conditions on the names of info metrics.
    pub names: Vec<Matcher>,
    /// Conditions on the labels that are joined; without any, all are.
    pub data: Vec<Matcher>,
}

/// The functions of histograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HistogramFunction {
    Avg,
    Count,
    Fraction,
    Quantile,
    Quantiles,
    Stddev,
    Stdvar,
    Sum,
}

/// An aggregation.
#[derive(Debug)]
pub(crate) struct AggregateNode {
    /// Which.
    pub op: AggregateOp,
    /// Over what.
    pub input: Box<InstantNode>,
    /// Its number, if it takes one.
    pub parameter: Option<ScalarNode>,
    /// The label of `count_values`.
    pub label: String,
    /// The groups.
    pub grouping: Grouping,
    /// Where the vector stands.
    pub input_span: Span,
    /// Where the parameter stands.
    pub parameter_span: Span,
}

/// An operator between instant vectors.
#[derive(Debug)]
pub(crate) struct BinaryVectors {
    /// Which.
    pub op: BinaryOp,
    /// Left of it.
    pub lhs: Box<InstantNode>,
    /// Right of it.
    pub rhs: Box<InstantNode>,
    /// Whether a comparison answers 0 and 1.
    pub return_bool: bool,
    /// What belongs together.
    pub matching: VectorMatching,
    /// Where all of it stands.
    pub span: Span,
}

/// An operator between an instant vector and a scalar.
#[derive(Debug)]
pub(crate) struct VectorScalar {
    /// Which.
    pub op: BinaryOp,
    /// The vector.
    pub vector: Box<InstantNode>,
    /// The scalar.
    pub scalar: ScalarNode,
    /// Whether the scalar stands on the left.
    pub scalar_first: bool,
    /// Whether a comparison answers 0 and 1.
    pub return_bool: bool,
    /// Where all of it stands.
    pub span: Span,
}

/// An operator between scalars. A comparison answers 0 and 1.
#[derive(Debug)]
pub(crate) struct BinaryScalars {
    /// Which.
    pub op: BinaryOp,
    /// Left of it.
    pub lhs: Box<ScalarNode>,
    /// Right of it.
    pub rhs: Box<ScalarNode>,
}

impl InstantNode {
    /// Whether the order of its series means something, so that it must not be sorted away.
    pub(crate) fn is_ordered(&self) -> bool {
        match self {
            Self::Sort(..) => true,
            Self::Aggregate(node) => matches!(node.op, AggregateOp::Topk | AggregateOp::Bottomk),
            Self::Map(node) => node.input.is_ordered(),
            Self::Relabel(input, _) | Self::Once(input) => input.is_ordered(),
            Self::BinaryScalar(node) => node.vector.is_ordered(),
            _ => false,
        }
    }
}
