//! Quantiles and fractions of classic histograms: cumulative counts per upper bound, as series with a label `le`.

pub(crate) mod ascending;

/// A bucket: how many observations were at most `upper`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bucket {
    /// Inclusive.
    pub upper: f64,
    /// Cumulative.
    pub count: f64,
}

/// Relative differences between neighbours up to this are taken for rounding errors, not for observations.
const TOLERANCE: f64 = 1e-12;

/// What had to be done to the counts so that they never fall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Forced {
    /// The first bucket that was lower than one before it.
    pub lowest: f64,
    /// The last such bucket.
    pub highest: f64,
    /// The largest difference.
    pub difference: f64,
}

/// Sorts buckets, merges those with equal bounds and makes counts ascend. `None` when the highest is not +Inf, without which nobody
/// knows how many observations there were.
pub(crate) fn prepare(buckets: &mut Vec<Bucket>) -> Option<Option<Forced>> {
    buckets.sort_by(|a, b| a.upper.total_cmp(&b.upper));
    if buckets
        .last()
        .is_none_or(|last| last.upper != f64::INFINITY)
    {
        return None;
    }
    buckets.dedup_by(|next, kept| {
        let same = next.upper == kept.upper;
        if same {
            kept.count += next.count;
        }
        same
    });
    Some(make_ascending(buckets))
}

fn make_ascending(buckets: &mut [Bucket]) -> Option<Forced> {
    let mut forced: Option<Forced> = None;
    let mut before = buckets[0].count;
    for bucket in &mut buckets[1..] {
        let now = bucket.count;
        if now == before {
            continue;
        }
        if is_almost(before, now) {
            bucket.count = before;
            continue;
        }
        if now < before {
            let difference = before - now;
            let lowest = forced.map_or(bucket.upper, |forced| forced.lowest);
            let largest = forced.map_or(0.0, |forced| forced.difference);
            forced = Some(Forced {
                lowest,
                highest: bucket.upper,
                difference: difference.max(largest),
            });
            bucket.count = before;
            continue;
        }
        before = now;
    }
    forced
}

/// Whether two numbers differ only as much as rounding makes them.
fn is_almost(a: f64, b: f64) -> bool {
    if a == b {
        return true;
    }
    let sum = a.abs() + b.abs();
    let difference = (a - b).abs();
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < TOLERANCE * f64::MIN_POSITIVE;
    }
    // Most neighbours differ by much, which takes no division to see.
    difference <= 2.0 * TOLERANCE * sum && difference / sum.min(f64::MAX) < TOLERANCE
}

/// The `q`-quantile of prepared buckets, as if observations were spread evenly within each.
///
/// In the highest bucket it is that bucket's lower bound, in the lowest one 0 is taken for the lower bound, unless its upper bound is
/// not positive.
pub(crate) fn quantile(q: f64, buckets: &[Bucket]) -> f64 {
    if buckets.len() < 2 {
        return f64::NAN;
    }
    let last = buckets.len() - 1;
    let rank = q * buckets[last].count;
    let reached = buckets[..last]
        .iter()
        .position(|bucket| bucket.count >= rank);
    interpolate(rank, reached.unwrap_or(last), last, |index| buckets[index])
}

/// The observation of this rank, which is in the bucket `reached`. The highest bucket is the `last`.
fn interpolate(rank: f64, reached: usize, last: usize, bucket: impl Fn(usize) -> Bucket) -> f64 {
    if bucket(last).count == 0.0 {
        return f64::NAN;
    }
    if reached == last {
        return bucket(last - 1).upper;
    }
    let Bucket { upper, count } = bucket(reached);
    if reached == 0 {
        if upper <= 0.0 {
            return upper;
        }
        return upper * (rank / count);
    }
    let below = bucket(reached - 1);
    below.upper + (upper - below.upper) * ((rank - below.count) / (count - below.count))
}

/// The share of observations between two bounds, of prepared buckets.
pub(crate) fn fraction(lower: f64, upper: f64, buckets: &[Bucket]) -> f64 {
    let total = buckets[buckets.len() - 1].count;
    if total == 0.0 || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    (rank(upper, buckets) - rank(lower, buckets)) / total
}

/// How many observations lie below a bound.
fn rank(bound: f64, buckets: &[Bucket]) -> f64 {
    let total = buckets[buckets.len() - 1].count;
    let mut below = Bucket {
        upper: if buckets[0].upper > 0.0 {
            0.0
        } else {
            f64::NEG_INFINITY
        },
        count: 0.0,
    };
    for bucket in buckets {
        if bound <= below.upper {
            return below.count;
        }
        if bound < bucket.upper {
            if below.upper == f64::NEG_INFINITY || bucket.upper == f64::INFINITY {
                return open_rank(below, *bucket);
            }
            let share = (bound - below.upper) / (bucket.upper - below.upper);
            return below.count + (bucket.count - below.count) * share;
        }
        below = *bucket;
    }
    total
}

/// In a bucket that is open to one side nothing can be interpolated: the lowest counts as reached, the highest as not reached.
fn open_rank(below: Bucket, bucket: Bucket) -> f64 {
    if below.upper == f64::NEG_INFINITY {
        bucket.count
    } else {
        below.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(pairs: &[(f64, f64)]) -> Vec<Bucket> {
        pairs
            .iter()
            .map(|(upper, count)| Bucket {
                upper: *upper,
                count: *count,
            })
            .collect()
    }

    fn check(pairs: &[(f64, f64)], q: f64, expected: f64) {
        let mut buckets = buckets(pairs);
        prepare(&mut buckets).expect("a bucket without upper bound");
        assert_eq!(quantile(q, &buckets), expected);
    }

    #[test]
    fn spreads_observations_evenly() {
        check(&[(1.0, 4.0), (2.0, 8.0), (f64::INFINITY, 8.0)], 0.75, 1.5);
        check(&[(1.0, 4.0), (2.0, 8.0), (f64::INFINITY, 8.0)], 0.25, 0.5);
    }

    #[test]
    fn the_open_bucket_answers_with_its_bound() {
        check(&[(1.0, 4.0), (f64::INFINITY, 8.0)], 0.9, 1.0);
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        check(
            &[(f64::INFINITY, 8.0), (2.0, 8.0), (1.0, 1.0), (1.0, 3.0)],
            0.75,
            1.5,
        );
    }

    #[test]
    fn counts_that_fall_are_lifted() {
        let mut buckets = buckets(&[(1.0, 4.0), (2.0, 3.0), (f64::INFINITY, 8.0)]);
        let forced = prepare(&mut buckets).expect("a bucket without upper bound");
        assert_eq!(
            forced.map(|forced| (forced.lowest, forced.difference)),
            Some((2.0, 1.0))
        );
        assert_eq!(buckets[1].count, 4.0);
    }

    #[test]
    fn without_the_open_bucket_nothing_is_known() {
        assert_eq!(prepare(&mut buckets(&[(1.0, 4.0)])), None);
    }
}
