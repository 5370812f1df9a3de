//! Native histograms: room for what the protobuf format carries.

/// A native histogram with the labels of its series.
#[derive(Clone, Debug, PartialEq)]
pub struct NativeSample {
    /// Names and values, the metric name among them.
    pub labels: Vec<(String, String)>,
    /// The histogram.
    pub histogram: NativeHistogram,
    /// Its own time, in milliseconds since 1970.
    pub timestamp_ms: Option<i64>,
}

/// A run of neighbouring buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Empty buckets before it, from the end of the previous span (or from index 0).
    pub offset: i32,
    /// How many buckets it has.
    pub length: u32,
}

/// Buckets whose bounds follow from the schema.
#[derive(Clone, Debug, PartialEq)]
pub struct NativeHistogram {
    /// Bounds grow by 2^(2^-schema); from -4 to 8.
    pub schema: i32,
    /// Half the width of the zero bucket.
    pub zero_threshold: f64,
    /// Observations in it.
    pub zero_count: f64,
    /// All observations.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
    /// Where the positive buckets lie.
    pub positive_spans: Vec<Span>,
    /// Their counts, absolute.
    pub positive_buckets: Vec<f64>,
    /// Where the negative buckets lie.
    pub negative_spans: Vec<Span>,
    /// Their counts, absolute.
    pub negative_buckets: Vec<f64>,
    /// Whether the counts were integers on the wire.
    pub integer: bool,
    /// Whether it may go down.
    pub gauge: bool,
}
