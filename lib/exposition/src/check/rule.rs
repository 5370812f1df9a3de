//! The rules, one by one, in the words that their breaking deserves.

use thiserror::Error;

use crate::kind::{Kind, Suffix};

/// A rule that a page breaks. All are of OpenMetrics 1.0; those marked with (text) hold for the Prometheus text format too.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rule {
    /// (text) A family has one HELP, one TYPE and one UNIT.
    #[error("second {0} line for metric name {1:?}")]
    RepeatedMetadata(&'static str, String),
    /// (text) In the Prometheus text format that holds for TYPE only.
    #[error("second TYPE line for metric name {0:?}, or TYPE reported after samples")]
    LateType(String),
    /// A family is described before its samples.
    #[error("{0} line for metric name {1:?} after its samples")]
    LateMetadata(&'static str, String),
    /// A family's lines stand together.
    #[error("metric family {0:?} is interrupted by another one or comes twice")]
    InterruptedFamily(String),
    /// No two families may have samples of one name.
    #[error(
        "metric family {family:?} of type {kind} may have samples named {sample:?}, as another one"
    )]
    Clash {
        /// The later family.
        family: String,
        /// Its kind.
        kind: Kind,
        /// The name that both could have.
        sample: String,
    },
    /// Samples of some kinds have a suffix.
    #[error("sample {0:?} of a metric family of type {1} needs a suffix")]
    Suffix(String, Kind),
    /// Info and state sets have no unit.
    #[error("a metric family of type {0} has no unit, got {1:?}")]
    UnitOfKind(Kind, String),
    /// Lines end with a line feed.
    #[error("line ends with a carriage return")]
    CarriageReturn,
    /// Labels are parted by commas, and the last one has none.
    #[error("comma after the last label")]
    TrailingComma,
    /// (text) A label name is used once.
    #[error("label name {0:?} is not unique")]
    RepeatedLabel(String),
    /// This sample needs that label.
    #[error("sample {0:?} needs the label {1:?}")]
    MissingLabel(String, String),
    /// A label that only other samples of the family may have.
    #[error("sample {0:?} may not have the label {1:?}")]
    ForeignLabel(String, &'static str),
    /// `le` and `quantile` are numbers; infinity is `+Inf`; a quantile lies between 0 and 1.
    #[error("invalid {0} label: {1:?}")]
    Bound(&'static str, String),
    /// What counts is a number and not negative.
    #[error("{0:?} can't be {1}")]
    Value(String, String),
    /// What counts observations is an integer.
    #[error("{0:?} must be an integer, got {1}")]
    NotInteger(String, String),
    /// An info is 1.
    #[error("{0:?} of type info must be 1, got {1}")]
    InfoValue(String, String),
    /// A state is 0 or 1.
    #[error("{0:?} of type stateset must be 0 or 1, got {1}")]
    StateValue(String, String),
    /// Exemplars belong to counters' totals and to buckets.
    #[error("{0:?} of type {1} can't have an exemplar")]
    ExemplarPlace(String, Kind),
    /// An exemplar's labels are short.
    #[error("exemplar labels have {0} characters, more than {1}")]
    ExemplarLength(usize, usize),
    /// An exemplar lies in its bucket.
    #[error("exemplar value {0} is not in the bucket that ends at {1}")]
    ExemplarValue(String, String),
    /// A metric's samples stand together.
    #[error("samples of one metric of {0:?} are interrupted by those of another one")]
    InterruptedMetric(String),
    /// All samples of a metric have a timestamp, or none.
    #[error("some samples of one metric of {0:?} have a timestamp and some don't")]
    MixedTimestamps(String),
    /// A metric's points come in the order of time.
    #[error("timestamps of one metric of {0:?} go backwards")]
    BackwardTimestamps(String),
    /// A point has each sample once.
    #[error("{0:?} comes twice for the same time")]
    RepeatedSample(String),
    /// Buckets ascend.
    #[error("bucket bounds of {0:?} don't ascend")]
    BucketOrder(String),
    /// Buckets are cumulative.
    #[error("bucket values of {0:?} go down")]
    BucketValues(String),
    /// A point has what its kind needs.
    #[error("{family:?} of type {kind} lacks {what}")]
    Incomplete {
        /// The family.
        family: String,
        /// Its kind.
        kind: Kind,
        /// What is missing.
        what: &'static str,
    },
    /// The count is the value of the last bucket.
    #[error("count of {0:?} is not the value of its +Inf bucket")]
    CountMismatch(String),
    /// A histogram with negative bounds has no sum, since that could go down.
    #[error("{0:?} has negative bucket bounds, so it can't have a sum")]
    SumOfNegatives(String),
    /// A sum of what isn't negative isn't negative.
    #[error("{0:?} has no negative bucket bounds, so its sum can't be negative")]
    NegativeSum(String),
}

impl Rule {
    /// What its author may do about it, if we have an idea.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::InterruptedFamily(name) if name.ends_with("_total") => {
                Some("the TYPE line of a counter names the family, without _total")
            }
            Self::Clash { sample, .. } if sample.ends_with(Suffix::Created.as_str()) => {
                Some("counters, histograms and summaries claim the suffix _created")
            }
            Self::Bound(..) => Some("infinity is written +Inf"),
            Self::CarriageReturn => Some("lines must end with a line feed alone"),
            _ => None,
        }
    }
}
