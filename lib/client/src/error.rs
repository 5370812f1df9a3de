//! What can go wrong, all of it at registration: updates have no errors.

/// Why a metric could not be built or registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another collector of the registry already shows a series of this name.
    #[error("duplicate metric name: {name}")]
    Duplicate {
        /// The sample name that both would show.
        name: String,
    },
    /// The name is not `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    #[error("invalid metric name: {name:?}, expected letters, digits, underscores and colons")]
    MetricName {
        /// The name as given.
        name: String,
    },
    /// The label name is not `[a-zA-Z_][a-zA-Z0-9_]*`, or starts with two underscores.
    #[error(
        "invalid label name: {name:?}, expected letters, digits and underscores, not starting with \"__\""
    )]
    LabelName {
        /// The name as given.
        name: String,
    },
    /// The label is written by the metric itself: `le`, `quantile`, or a state set's own name.
    #[error("label name is reserved for this kind of metric: {name}")]
    ReservedLabel {
        /// The name as given.
        name: String,
    },
    /// The label names of a family are a set.
    #[error("duplicate label name: {name}")]
    DuplicateLabel {
        /// The name given twice.
        name: String,
    },
    /// Bounds ascend strictly and are numbers; `+Inf` is implied.
    #[error("histogram bounds are not ascending numbers: {bounds:?}")]
    Bounds {
        /// The bounds as given, printed.
        bounds: String,
    },
    /// Native buckets that are finer than what is kept.
    #[error("native buckets have a schema of at most {max}, given: {schema}")]
    Schema {
        /// The schema as given.
        schema: u8,
        /// The finest that is kept.
        max: u8,
    },
    /// Quantiles are a few numbers between 0 and 1.
    #[error(
        "quantiles are 1 to 32 numbers between 0 and 1, of a window that is not empty: {quantiles}"
    )]
    Quantiles {
        /// The quantiles as given, printed.
        quantiles: String,
    },
    /// A state set has 1 to 64 different states.
    #[error("a state set has 1 to {max} different states: {states:?}")]
    States {
        /// The states as given.
        states: Vec<String>,
        /// The most that fit.
        max: usize,
    },
    /// Info metrics and state sets are not measured in anything.
    #[error("this kind of metric has no unit: {unit}")]
    Unit {
        /// The unit as given.
        unit: String,
    },
    /// A look-up gave another number of values than the family has labels.
    #[error("{family} has {expected} labels, number of values given: {given}")]
    LabelCount {
        /// The family's name.
        family: String,
        /// How many labels it has.
        expected: usize,
        /// How many values there were.
        given: usize,
    },
    /// A family's label names are not those of the type that should give the values.
    #[error("label names are {given:?}, the type has: {expected:?}")]
    LabelNames {
        /// The type's.
        expected: Vec<String>,
        /// The family's.
        given: Vec<String>,
    },
    /// More labels than a series should have.
    #[error("a metric has at most {max} labels, given: {given}")]
    TooManyLabels {
        /// How many there were.
        given: usize,
        /// The most that a family has.
        max: usize,
    },
}
