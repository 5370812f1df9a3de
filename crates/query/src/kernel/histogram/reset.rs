//! Whether a counter began anew between two of its histograms.

use model::Histogram;
use model::histogram::ResetHint;

use crate::kernel::histogram::combine::Expanded;
use crate::kernel::histogram::layout::Buckets;

/// Whether any count is lower than before, or the layout changed in a way in which only a new counter's does. A lower sum is no reset:
/// observations may be negative.
pub(crate) fn is_reset(before: &Histogram, now: &Histogram) -> bool {
    match now.reset_hint {
        ResetHint::Reset => return true,
        ResetHint::NotReset => return false,
        ResetHint::Unknown | ResetHint::Gauge => {}
    }
    if now.count < before.count || now.has_custom_buckets() != before.has_custom_buckets() {
        return true;
    }
    let (mut before, mut now) = (Expanded::new(before), Expanded::new(now));
    if before.schema == model::histogram::CUSTOM_BUCKETS_SCHEMA {
        return is_custom_reset(&mut before, &mut now);
    }
    if now.schema > before.schema || now.zero_threshold < before.zero_threshold {
        return true;
    }
    if now.zero_threshold > before.zero_threshold {
        before.widen_zero_bucket(now.zero_threshold);
        if before.zero_threshold != now.zero_threshold {
            // The threshold fell into a bucket that held something.
            return true;
        }
    }
    before.reduce_to(now.schema);
    now.zero_count < before.zero_count
        || any_fell(&before.positive, &now.positive)
        || any_fell(&before.negative, &now.negative)
}

fn is_custom_reset(before: &mut Expanded, now: &mut Expanded) -> bool {
    if before.custom_values != now.custom_values {
        let common: Vec<f64> = now
            .custom_values
            .iter()
            .copied()
            .filter(|bound| before.custom_values.contains(bound))
            .collect();
        before.map_to_bounds(&common);
        now.map_to_bounds(&common);
    }
    any_fell(&before.positive, &now.positive)
}

/// Whether any bucket holds less than before; a missing one holds nothing.
fn any_fell(before: &Buckets, now: &Buckets) -> bool {
    before.iter().any(|(index, count)| {
        let place = now.binary_search_by_key(index, |(index, _)| *index);
        let held = place.map_or(0.0, |place| now[place].1);
        held < *count
    })
}
