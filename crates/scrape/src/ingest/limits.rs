//! Limits on a series' labels. One series over the limit fails the whole scrape: half a page would look like a whole one.

use model::LabelsBuilder;
use model::labels::METRIC_NAME;

use crate::error::PageError;
use crate::options::Limits;

/// Checks the labels that a series has in the end, its metric's name and its target's labels included.
pub(super) fn check(labels: &LabelsBuilder, limits: &Limits) -> Result<(), PageError> {
    let metric = || labels.value(METRIC_NAME).to_owned();
    let is_over = |length: usize, limit: u64| limit > 0 && length as u64 > limit;
    let count = labels.iter().count();
    if is_over(count, limits.labels) {
        return Err(PageError::LabelLimit {
            metric: metric(),
            count,
            limit: limits.labels,
        });
    }
    if limits.label_name_bytes == 0 && limits.label_value_bytes == 0 {
        return Ok(());
    }
    for (name, value) in labels.iter() {
        if is_over(name.len(), limits.label_name_bytes) {
            return Err(PageError::LabelNameLimit {
                metric: metric(),
                name: name.to_owned(),
                length: name.len(),
                limit: limits.label_name_bytes,
            });
        }
        if is_over(value.len(), limits.label_value_bytes) {
            return Err(PageError::LabelValueLimit {
                metric: metric(),
                name: name.to_owned(),
                value: value.to_owned(),
                length: value.len(),
                limit: limits.label_value_bytes,
            });
        }
    }
    Ok(())
}
