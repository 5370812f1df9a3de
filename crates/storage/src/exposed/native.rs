//! Native histograms, which no text has: they came beside one.

use ferula_exposition::protobuf::{self, NativeSample};
use model::histogram::{Histogram, ResetHint, Span};

use super::{ExposedSample, Line};

/// A native histogram with all that a row needs of it.
#[derive(Clone, Debug)]
pub struct ExposedHistogram {
    /// The series as a page would write it.
    series: String,
    /// The value.
    pub histogram: Histogram,
    timestamp_ms: Option<i64>,
}

impl ExposedHistogram {
    /// Series and time, as those of any sample. Its value is none.
    #[must_use]
    pub fn sample(&self) -> ExposedSample<'_> {
        ExposedSample::beside(&self.series, self.timestamp_ms)
    }

    /// What stands for it in a layout, where it follows on the lines of the page.
    #[must_use]
    pub fn line(&self) -> Line<'_> {
        Line::new(&self.series, 0, None)
    }
}

impl From<NativeSample> for ExposedHistogram {
    fn from(sample: NativeSample) -> Self {
        let own = sample.histogram;
        let spans = |spans: Vec<protobuf::Span>| {
            let span = |span: protobuf::Span| Span {
                offset: span.offset,
                length: span.length,
            };
            spans.into_iter().map(span).collect()
        };
        Self {
            series: sample.series,
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
            timestamp_ms: sample.timestamp_ms,
        }
    }
}
