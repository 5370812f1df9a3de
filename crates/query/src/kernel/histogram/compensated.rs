//! Sums and means of many histograms that keep what rounding would lose, as [`Sum`] does for floats.

use model::Histogram;

use crate::kernel::compensated::Sum;
use crate::kernel::histogram::combine::{Expanded, Incompatible, Remarks};
use crate::kernel::histogram::divided;
use crate::kernel::histogram::layout::Buckets;

/// What is wanted of many histograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
}

/// A sum or a mean on its way.
#[derive(Clone, Debug)]
pub(crate) struct Accumulated {
    /// The sum; or the mean, once the sum would have overflowed.
    sum: Expanded,
    /// What must be added to it; of the same layout.
    lost: Expanded,
    count: f64,
    wanted: Wanted,
    is_moving: bool,
}

impl Accumulated {
    /// Starts with a histogram.
    pub(crate) fn new(first: &Histogram, wanted: Wanted) -> Self {
        let sum = Expanded::new(first);
        Self {
            lost: emptied(&sum),
            sum,
            count: 1.0,
            wanted,
            is_moving: false,
        }
    }

    /// Takes in another one.
    pub(crate) fn add(&mut self, other: &Histogram) -> Result<Remarks, Incompatible> {
        self.count += 1.0;
        if !self.is_moving {
            let before =
                (self.wanted == Wanted::Mean).then(|| (self.sum.clone(), self.lost.clone()));
            let remarks = self.plus(Expanded::new(other))?;
            let Some((sum, lost)) = before.filter(|_| overflows(&self.sum)) else {
                return Ok(remarks);
            };
            (self.sum, self.lost) = (sum, lost);
            self.is_moving = true;
            scale(&mut self.sum, 1.0 / (self.count - 1.0));
            scale(&mut self.lost, 1.0 / (self.count - 1.0));
        }
        let share = (self.count - 1.0) / self.count;
        scale(&mut self.sum, share);
        scale(&mut self.lost, share);
        self.plus(Expanded::new(&divided(other, self.count)))
    }

    fn plus(&mut self, mut other: Expanded) -> Result<Remarks, Incompatible> {
        let remarks = self.sum.align(&mut other)?;
        self.lost.follow(&self.sum);
        for (sum, lost, value) in [
            (&mut self.sum.count, &mut self.lost.count, other.count),
            (&mut self.sum.sum, &mut self.lost.sum, other.sum),
            (
                &mut self.sum.zero_count,
                &mut self.lost.zero_count,
                other.zero_count,
            ),
        ] {
            add_to(sum, lost, value);
        }
        add_buckets(
            &mut self.sum.positive,
            &mut self.lost.positive,
            &other.positive,
        );
        add_buckets(
            &mut self.sum.negative,
            &mut self.lost.negative,
            &other.negative,
        );
        Ok(remarks)
    }

    /// The sum or mean.
    pub(crate) fn finish(&self) -> Histogram {
        let mut total = self.sum.clone();
        for (sum, lost) in [
            (&mut total.count, self.lost.count),
            (&mut total.sum, self.lost.sum),
            (&mut total.zero_count, self.lost.zero_count),
        ] {
            *sum += lost;
        }
        for (buckets, lost) in [
            (&mut total.positive, &self.lost.positive),
            (&mut total.negative, &self.lost.negative),
        ] {
            for (index, count) in lost {
                *slot(buckets, *index) += count;
            }
        }
        let total = total.to_histogram();
        if self.wanted == Wanted::Mean && !self.is_moving {
            divided(&total, self.count)
        } else {
            total
        }
    }
}

/// The same layout without any counts.
fn emptied(histogram: &Expanded) -> Expanded {
    Expanded {
        zero_count: 0.0,
        count: 0.0,
        sum: 0.0,
        positive: Buckets::new(),
        negative: Buckets::new(),
        ..histogram.clone()
    }
}

fn overflows(histogram: &Expanded) -> bool {
    let Expanded {
        count,
        sum,
        zero_count,
        ..
    } = histogram;
    let buckets = histogram.positive.iter().chain(&histogram.negative);
    [*count, *sum, *zero_count]
        .iter()
        .any(|count| count.is_infinite())
        || buckets.into_iter().any(|(_, count)| count.is_infinite())
}

fn scale(histogram: &mut Expanded, factor: f64) {
    histogram.count *= factor;
    histogram.sum *= factor;
    histogram.zero_count *= factor;
    let buckets = histogram.positive.iter_mut();
    for (_, count) in buckets.chain(&mut histogram.negative) {
        *count *= factor;
    }
}

fn add_to(sum: &mut f64, lost: &mut f64, value: f64) {
    let after = Sum {
        sum: *sum,
        lost: *lost,
    }
    .plus(value);
    *sum = after.sum;
    *lost = after.lost;
}

fn add_buckets(sums: &mut Buckets, lost: &mut Buckets, values: &Buckets) {
    for (index, value) in values {
        add_to(slot(sums, *index), slot(lost, *index), *value);
    }
}

/// The count of a bucket, which is made if it isn't there.
fn slot(buckets: &mut Buckets, index: i32) -> &mut f64 {
    let place = match buckets.binary_search_by_key(&index, |(index, _)| *index) {
        Ok(place) => place,
        Err(place) => {
            buckets.insert(place, (index, 0.0));
            place
        }
    };
    &mut buckets[place].1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(count: f64, sum: f64) -> Histogram {
        Histogram {
            count,
            sum,
            ..Histogram::default()
        }
    }

    #[test]
    fn small_terms_survive_between_large_ones() {
        let mut sum = Accumulated::new(&histogram(1.0, 1.0), Wanted::Sum);
        for value in [1e100, 1.0, -1e100] {
            sum.add(&histogram(1.0, value)).expect("one layout");
        }
        assert_eq!(sum.finish().sum, 2.0);
        assert_eq!(sum.finish().count, 4.0);
    }

    #[test]
    fn a_mean_does_not_overflow() {
        let mut mean = Accumulated::new(&histogram(f64::MAX, 1.0), Wanted::Mean);
        mean.add(&histogram(f64::MAX, 3.0)).expect("one layout");
        assert_eq!(mean.finish().count, f64::MAX);
        assert_eq!(mean.finish().sum, 2.0);
    }
}
