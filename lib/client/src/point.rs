//! What one series of a family says at one moment, borrowed from whoever says it.

use ferula_exposition::write::Exemplar;

use crate::labels::{LabelNames, LabelText};

/// The labels of a point.
///
/// Children of a [`Family`](crate::Family) keep their labels as text that is ready for the page
/// ([`text`](Self::text)); a collector from outside gives pairs. A sink may ask for either.
#[derive(Clone, Copy, Debug)]
pub struct LabelPairs<'a>(Source<'a>);

#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    Pairs(&'a [(&'a str, &'a str)]),
    Rendered {
        names: &'a LabelNames,
        text: &'a LabelText,
    },
    /// Pairs with one more among them.
    Joined {
        pairs: &'a [(&'a str, &'a str)],
        /// Before which pair it stands.
        place: usize,
        extra: (&'a str, &'a str),
        /// All of them as text, if their names can stand in any.
        text: Option<&'a str>,
    },
}

impl<'a> LabelPairs<'a> {
    /// No labels.
    pub const NONE: Self = Self(Source::Pairs(&[]));

    pub(crate) fn rendered(names: &'a LabelNames, text: &'a LabelText) -> Self {
        Self(Source::Rendered { names, text })
    }

    /// `pairs` with `extra` before the one at `place`, and all of them as text.
    pub(crate) fn joined(
        pairs: &'a [(&'a str, &'a str)],
        place: usize,
        extra: (&'a str, &'a str),
        text: Option<&'a str>,
    ) -> Self {
        Self(Source::Joined {
            pairs,
            place,
            extra,
            text,
        })
    }

    /// The pairs as the text formats write them (`a="b",c="d"`, escaped, without braces), when they
    /// are kept that way: what stands before `le` or `quantile`, and what stands after it, which is mostly nothing.
    ///
    /// Names that only readers of UTF-8 take are not kept so, since they depend on the reader.
    #[must_use]
    pub fn text(&self) -> Option<(&'a str, &'a str)> {
        match self.0 {
            Source::Rendered { names, text } if names.bare() => Some(text.rendered()),
            Source::Joined { text, .. } => text.map(|text| (text, "")),
            _ => None,
        }
    }

    /// The pairs, in the family's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let (before, extra, after) = match self.0 {
            Source::Pairs(pairs) => (pairs, None, &[][..]),
            Source::Rendered { .. } => (&[][..], None, &[][..]),
            Source::Joined {
                pairs,
                place,
                extra,
                ..
            } => (&pairs[..place], Some(extra), &pairs[place..]),
        };
        let (names, text) = match self.0 {
            Source::Rendered { names, text } => (names.names(), Some(text)),
            _ => (&[][..], None),
        };
        let values = text.into_iter().flat_map(LabelText::values);
        let listed = before.iter().copied().chain(extra);
        listed
            .chain(after.iter().copied())
            .chain(names.iter().map(AsRef::as_ref).zip(values))
    }
}

impl<'a> From<&'a [(&'a str, &'a str)]> for LabelPairs<'a> {
    fn from(pairs: &'a [(&'a str, &'a str)]) -> Self {
        Self(Source::Pairs(pairs))
    }
}

impl<'a, const N: usize> From<&'a [(&'a str, &'a str); N]> for LabelPairs<'a> {
    fn from(pairs: &'a [(&'a str, &'a str); N]) -> Self {
        Self(Source::Pairs(pairs))
    }
}

/// One series' state.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Point<'a> {
    /// A counter.
    Counter {
        /// The total so far.
        total: f64,
        /// When counting began, in seconds since 1970.
        created_seconds: Option<f64>,
        /// The latest example.
        exemplar: Option<Exemplar<'a>>,
    },
    /// A gauge's value.
    Gauge(f64),
    /// A value of unknown kind.
    Unknown(f64),
    /// A histogram with classic buckets.
    Histogram(HistogramPoint<'a>),
    /// A summary.
    Summary(SummaryPoint<'a>),
    /// An info metric: its pairs, beside the family's labels.
    Info(LabelPairs<'a>),
    /// A state set: each state's name and whether it holds.
    StateSet(&'a [(&'a str, bool)]),
}

impl Point<'_> {
    /// A counter's total, nothing else known.
    #[must_use]
    pub fn counter(total: f64) -> Self {
        Self::Counter {
            total,
            created_seconds: None,
            exemplar: None,
        }
    }
}

/// A classic histogram's state.
#[derive(Clone, Copy, Debug)]
pub struct HistogramPoint<'a> {
    /// Upper bounds, inclusive, ascending, without `+Inf`.
    pub bounds: &'a [f64],
    /// Observations per bucket, not cumulative; one longer than `bounds`, the last for `+Inf`.
    pub counts: &'a [u64],
    /// The sum of the observations; `None` where they can be negative, so that it is no counter.
    pub sum: Option<f64>,
    /// When counting began, in seconds since 1970.
    pub created_seconds: Option<f64>,
    /// The latest example of each bucket: empty, or as long as `counts`.
    pub exemplars: &'a [Option<Exemplar<'a>>],
    /// Native buckets, which text formats cannot show.
    pub native: Option<NativePoint<'a>>,
}

impl HistogramPoint<'_> {
    /// For each bucket the observations in it and all before it. They stay at the greatest number there is: counts in a damaged segment may be
    /// anything.
    pub fn cumulative(&self) -> impl Iterator<Item = u64> {
        self.counts.iter().scan(0_u64, |count, own| {
            *count = count.saturating_add(*own);
            Some(*count)
        })
    }

    /// All observations.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.cumulative().last().unwrap_or(0)
    }
}

/// A histogram's native buckets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NativePoint<'a> {
    /// Each power of two has `2^schema` buckets; below 0, a bucket has `2^-schema` powers of two.
    pub schema: i32,
    /// Values up to this size are in the zero bucket.
    pub zero_threshold: f64,
    /// How many are.
    pub zero_count: u64,
    /// Observations that were no number, and are in no bucket.
    pub nan_count: u64,
    /// Index and count of each bucket that has something in it, by index, which is that of its upper bound: `2^(index / 2^schema)`.
    pub positive: &'a [(i32, u64)],
    /// The same of the negative values.
    pub negative: &'a [(i32, u64)],
}

impl NativePoint<'_> {
    /// All observations.
    #[must_use]
    pub fn count(&self) -> u64 {
        let buckets = self.positive.iter().chain(self.negative);
        let outside = self.zero_count.saturating_add(self.nan_count);
        buckets.fold(outside, |count, &(_, own)| count.saturating_add(own))
    }
}

/// A summary's state.
#[derive(Clone, Copy, Debug)]
pub struct SummaryPoint<'a> {
    /// Quantile (0 to 1) and value.
    pub quantiles: &'a [(f64, f64)],
    /// How many observations.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// When counting began, in seconds since 1970.
    pub created_seconds: Option<f64>,
}
