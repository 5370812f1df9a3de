//! Native histograms: buckets whose bounds follow from one number, the schema.
//!
//! With a schema `n` between -4 and 8 each bound is the one before it times 2^(2^-n); schema -53 has custom bounds
//! instead. Non-empty buckets are written as [`Span`]s: runs of neighbours with gaps between them.
//!
//! One type serves integer and float histograms: counts are kept as absolute floats, and
//! [`integer`](Histogram::integer) says which of the two it was. Counts above 2^53 would lose their last
//! digits; a histogram would need nine quadrillion observations for that.
//!
//! Source: "Native Histograms" specification of the Prometheus project.

mod arithmetic;
pub mod layout;

pub use arithmetic::{Combined, IncompatibleBuckets};

/// The schema with custom bounds ("NHCB").
pub const CUSTOM_BUCKETS_SCHEMA: i8 = -53;
/// The coarsest exponential schema: bounds grow by 2^16.
pub const SCHEMA_MIN: i8 = -4;
/// The finest exponential schema: bounds grow by 2^(1/256).
pub const SCHEMA_MAX: i8 = 8;

/// A run of neighbouring buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// How many empty buckets lie before it: from the end of the previous span, or for the first from index 0
    /// (then it may be negative).
    pub offset: i32,
    /// How many buckets it has.
    pub length: u32,
}

/// What is known of counter resets between this histogram and the one before it in its series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResetHint {
    /// Nothing: compare the two.
    #[default]
    Unknown,
    /// The counter was reset.
    Reset,
    /// It was not.
    NotReset,
    /// It is no counter but a gauge, for which resets have no meaning.
    Gauge,
}

/// A native histogram with absolute counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Resolution: -4 to 8, or [`CUSTOM_BUCKETS_SCHEMA`].
    pub schema: i8,
    /// Half the width of the zero bucket.
    pub zero_threshold: f64,
    /// Observations in the zero bucket.
    pub zero_count: f64,
    /// All observations, NaN ones too.
    pub count: f64,
    /// Sum of the observations; [`STALE_NAN`](crate::STALE_NAN) makes the histogram a stale marker.
    pub sum: f64,
    /// Where the positive (or custom) buckets lie.
    pub positive_spans: Vec<Span>,
    /// Their counts; as many as the spans' lengths add up to.
    pub positive_buckets: Vec<f64>,
    /// Where the negative buckets lie; empty with custom bounds.
    pub negative_spans: Vec<Span>,
    /// Their counts.
    pub negative_buckets: Vec<f64>,
    /// Ascending finite upper bounds, with custom bounds; the last bucket's, +Inf, is not among them.
    pub custom_values: Vec<f64>,
    /// What is known of resets.
    pub reset_hint: ResetHint,
    /// Whether it was ingested with integer counts.
    pub integer: bool,
}

impl Histogram {
    /// Whether its bounds are custom ones.
    #[must_use]
    pub fn has_custom_buckets(&self) -> bool {
        self.schema == CUSTOM_BUCKETS_SCHEMA
    }
}
