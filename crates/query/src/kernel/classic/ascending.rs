//! Quantiles of classic histograms whose counts surely ascend, which nearly all do, for many steps at once.
//!
//! Buckets lie in columns, one for each bound. A step whose buckets are all there, and clearly apart or equal, needs neither sorting nor lifting: [`prepare`](super::prepare)
//! would leave it as it is. What such steps have to be asked is asked column by column, without a branch, so that the compiler can make vector code of it.

use super::{Bucket, TOLERANCE, interpolate};

/// Steps that are looked at together.
const BLOCK: usize = 64;

/// Whether these are bounds of buckets that need no sorting, up to the one without which nobody knows how many observations there were.
pub(crate) fn are_in_order(bounds: &[f64]) -> bool {
    bounds.len() > 1
        && bounds.last() == Some(&f64::INFINITY)
        && bounds.windows(2).all(|pair| pair[0] < pair[1])
}

/// Writes the quantiles of steps that surely ascend, and sets `is_done` for them; all others are left alone. `columns` have the counts for each of `bounds`,
/// which are [in order](are_in_order).
pub(crate) fn quantiles(
    q: &[f64],
    bounds: &[f64],
    columns: &[&[f64]],
    out: &mut [f64],
    is_done: &mut [bool],
) {
    let Some((total, below)) = columns.split_last() else {
        return;
    };
    for start in (0..out.len()).step_by(BLOCK) {
        let block = start..out.len().min(start + BLOCK);
        let (q, total) = (&q[block.clone()], &total[block.clone()]);
        let is_done = &mut is_done[block.clone()];
        for (is_done, q) in is_done.iter_mut().zip(q) {
            *is_done = (0.0..=1.0).contains(q);
        }
        for pair in columns.windows(2) {
            let pair = pair[0][block.clone()].iter().zip(&pair[1][block.clone()]);
            for (is_done, (lower, upper)) in is_done.iter_mut().zip(pair) {
                *is_done &= surely_ascend(*lower, *upper);
            }
        }
        let mut ranks = [0.0; BLOCK];
        for ((rank, is_done), (q, total)) in
            ranks.iter_mut().zip(&mut *is_done).zip(q.iter().zip(total))
        {
            *rank = q * total;
            *is_done &= !rank.is_nan();
        }
        // How many buckets don't reach the rank, which is the number of the first that does.
        let mut reached = [0_u64; BLOCK];
        for column in below {
            let counts = ranks.iter().zip(&column[block.clone()]);
            for (reached, (rank, count)) in reached.iter_mut().zip(counts) {
                *reached += u64::from(count < rank);
            }
        }
        for (index, is_done) in is_done.iter().enumerate() {
            if *is_done {
                let step = start + index;
                let bucket = |bucket: usize| Bucket {
                    upper: bounds[bucket],
                    count: columns[bucket][step],
                };
                let reached = reached[index] as usize;
                out[step] = interpolate(ranks[index], reached, below.len(), bucket);
            }
        }
    }
}

/// Whether the counts of neighbours are equal, or farther apart than what may be taken for a rounding error. Not if one is absent.
fn surely_ascend(lower: f64, upper: f64) -> bool {
    let difference = upper - lower;
    let error_max = 2.0 * TOLERANCE * (lower.abs() + upper.abs());
    (lower == upper) | ((difference > error_max) & (difference > f64::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use super::super::{prepare, quantile};
    use super::*;

    const BOUNDS: [f64; 4] = [0.5, 1.0, 2.5, f64::INFINITY];

    /// Says the same as the way that looks at one step alone, or nothing.
    fn check(counts: [f64; 4], q: f64, done: bool) {
        let columns = counts.map(|count| vec![count; 70]);
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let (mut out, mut is_done) = ([7.0; 70], [false; 70]);
        quantiles(&[q; 70], &BOUNDS, &columns, &mut out, &mut is_done);
        assert_eq!(is_done, [done; 70], "{counts:?}");
        let pairs = BOUNDS.into_iter().zip(counts);
        let mut buckets: Vec<Bucket> = pairs
            .map(|(upper, count)| Bucket { upper, count })
            .collect();
        let forced = prepare(&mut buckets);
        if done {
            assert_eq!(forced, Some(None), "{counts:?}");
        }
        let expected = if done { quantile(q, &buckets) } else { 7.0 };
        for value in out {
            assert_eq!(value.to_bits(), expected.to_bits(), "{counts:?} {q}");
        }
    }

    #[test]
    fn counts_that_ascend_are_done() {
        for q in [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0] {
            check([1.0, 4.0, 4.0, 8.0], q, true);
            check([0.0, 0.0, 0.0, 8.0], q, true);
            check([0.0, 0.0, 0.0, 0.0], q, true);
            check([0.3, 0.7, 12.25, 12.25], q, true);
            check([1.0, 2.0, f64::INFINITY, f64::INFINITY], q, false);
        }
    }

    #[test]
    fn whatever_else_is_left_alone() {
        check([2.0, 1.0, 4.0, 8.0], 0.5, false);
        check([1.0, 1.0 + 1e-13, 4.0, 8.0], 0.5, false);
        check([0.0, f64::MIN_POSITIVE / 4.0, 4.0, 8.0], 0.5, false);
        check([1.0, crate::column::ABSENT, 4.0, 8.0], 0.5, false);
        check([1.0, f64::NAN, 4.0, 8.0], 0.5, false);
        for q in [-0.1, 1.1, f64::NAN] {
            check([1.0, 2.0, 4.0, 8.0], q, false);
        }
    }

    #[test]
    fn bounds_in_order_end_without_one() {
        assert!(are_in_order(&BOUNDS));
        assert!(!are_in_order(&[f64::INFINITY]));
        assert!(!are_in_order(&[1.0, 2.0]));
        assert!(!are_in_order(&[2.0, 1.0, f64::INFINITY]));
        assert!(!are_in_order(&[1.0, 1.0, f64::INFINITY]));
    }
}
