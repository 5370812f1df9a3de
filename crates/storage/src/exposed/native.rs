//! Native histograms, from the page's own struct to the model's.

use ferula_exposition::read;
use model::histogram::{Histogram, ResetHint, Span};
use model::{Labels, Timestamp};

/// A native histogram with all that a row needs of it.
#[derive(Clone, Debug)]
pub struct ExposedHistogram {
    /// The series' labels, metric name included.
    pub labels: Labels,
    /// The value.
    pub histogram: Histogram,
    /// The sample's own time, if the page gives one.
    pub timestamp: Option<Timestamp>,
}

impl ExposedHistogram {
    pub(super) fn new(sample: read::NativeSample) -> Self {
        let own = sample.histogram;
        let spans = |spans: Vec<read::Span>| {
            let span = |span: read::Span| Span {
                offset: span.offset,
                length: span.length,
            };
            spans.into_iter().map(span).collect()
        };
        Self {
            labels: Labels::from_pairs(sample.labels),
            histogram: Histogram {
                schema: i8::try_from(own.schema).unwrap_or(i8::MAX),
                zero_threshold: own.zero_threshold,
                zero_count: own.zero_count,
                count: own.count,
                sum: own.sum,
                positive_spans: spans(own.positive_spans),
                positive_buckets: own.positive_buckets,
                negative_spans: spans(own.negative_spans),
                negative_buckets: own.negative_buckets,
                custom_values: Vec::new(),
                reset_hint: if own.gauge {
                    ResetHint::Gauge
                } else {
                    ResetHint::Unknown
                },
                integer: own.integer,
            },
            timestamp: sample.timestamp_ms.map(Timestamp),
        }
    }
}
