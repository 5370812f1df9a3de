//! The moments at which something is evaluated.

/// Evaluation times at equal distance. With a distance of 0 all moments are the same one: that is how a pinned
/// selector (`@`) sees the steps of its query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps {
    /// The first moment, in milliseconds.
    pub start: i64,
    /// Distance in milliseconds; never negative.
    pub step_ms: i64,
    /// How many moments.
    pub count: usize,
}

impl Steps {
    /// One moment.
    pub(crate) fn once(at: i64) -> Self {
        Self {
            start: at,
            step_ms: 0,
            count: 1,
        }
    }

    /// From `start` by `step_ms` until `end`, which is included; none when `end` is before `start`.
    pub(crate) fn between(start: i64, end: i64, step_ms: i64) -> Self {
        let count = if end < start {
            0
        } else if step_ms <= 0 {
            1
        } else {
            let span = end.saturating_sub(start);
            usize::try_from(span / step_ms).map_or(usize::MAX, |steps| steps.saturating_add(1))
        };
        Self {
            start,
            step_ms,
            count,
        }
    }

    /// The moment number `index`.
    #[inline]
    pub(crate) fn at(self, index: usize) -> i64 {
        let distance = self.step_ms.saturating_mul(index as i64);
        self.start.saturating_add(distance)
    }

    /// The last moment; the first one when there are none.
    pub(crate) fn last(self) -> i64 {
        self.at(self.count.saturating_sub(1))
    }

    /// All moments.
    pub(crate) fn iter(self) -> impl Iterator<Item = i64> {
        (0..self.count).map(move |index| self.at(index))
    }

    /// The same, earlier by `offset_ms`.
    pub(crate) fn earlier(self, offset_ms: i64) -> Self {
        Self {
            start: self.start.saturating_sub(offset_ms),
            ..self
        }
    }

    /// As many moments, all of them `at`.
    pub(crate) fn pinned(self, at: i64) -> Self {
        Self {
            start: at,
            step_ms: 0,
            count: self.count,
        }
    }
}
