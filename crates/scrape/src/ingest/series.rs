//! What a series on a page means to the store: its labels joined with the target's, after the job's rules.

use ferula_exposition::Format;
use ferula_exposition::read::Series;
use model::labels::METRIC_NAME;
use model::relabel::{self, Verdict};
use model::{Labels, LabelsBuilder};
use storage::exposed::{ExposedSample, Page};

use super::{Row, kinds, limits};
use crate::error::PageError;

/// Stands before the name of a label that the target has too.
const EXPORTED: &str = "exported_";

/// How a label without a value ends.
const EMPTY_VALUE: &str = "\"\"";

/// What a series means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    /// The rules drop it.
    Dropped,
    /// The target's labels and these.
    InTarget(Labels),
    /// These, since the target's were changed.
    Whole(Labels),
}

/// Reads a sample's labels, with its type and unit among them if it `tells_kinds`, and applies the job's rules.
pub(super) fn resolve(
    row: Row<'_>,
    page: &Page<'_>,
    sample: &ExposedSample<'_>,
    tells_kinds: bool,
) -> Result<Resolved, PageError> {
    let mut labels = LabelsBuilder::default();
    sample
        .labels(&mut labels)
        .map_err(|error| page.error(error))?;
    if tells_kinds {
        kinds::add(page, &mut labels);
    }
    if stays_as_it_is(row, &labels, sample.key()) {
        return Ok(Resolved::InTarget(labels.build()));
    }
    if row.job.honor_labels {
        join_honoring(row.target, &mut labels, sample.key());
    } else {
        join(row.target, &mut labels);
    }
    if relabel::apply(&row.job.metric_relabel_rules, &mut labels) == Verdict::Drop {
        return Ok(Resolved::Dropped);
    }
    if labels.value(METRIC_NAME).is_empty() {
        return Err(PageError::MissingName);
    }
    limits::check(&labels, &row.job.limits)?;
    let has_all = row
        .target
        .iter()
        .all(|(name, value)| labels.value(name) == value);
    if has_all {
        labels.retain(|name, _| row.target.get(name).is_none());
        Ok(Resolved::InTarget(labels.build()))
    } else {
        Ok(Resolved::Whole(labels.build()))
    }
}

/// Whether the target's labels can simply stand beside the page's: there is no rule, no limit, and no name that both have. Nearly
/// all series are so, and new ones come by the thousand.
fn stays_as_it_is(row: Row<'_>, labels: &LabelsBuilder, key: &str) -> bool {
    let limits = &row.job.limits;
    let is_limited =
        limits.labels > 0 || limits.label_name_bytes > 0 || limits.label_value_bytes > 0;
    let may_be_empty = row.job.honor_labels && key.contains(EMPTY_VALUE);
    let mut names = row.target.iter().map(|(name, _)| name);
    row.job.metric_relabel_rules.is_empty()
        && !is_limited
        && !may_be_empty
        && names.all(|name| labels.value(name).is_empty())
}

/// The target's labels win; the page's own of the same name get another one. Short names first, so that `exported_a` makes
/// way for the new name of `a`.
fn join(target: &Labels, labels: &mut LabelsBuilder) {
    let mut renamed: Vec<(String, String)> = Vec::new();
    for (name, value) in target {
        let own = labels.value(name);
        if !own.is_empty() {
            renamed.push((name.to_owned(), own.to_owned()));
        }
        labels.set(name, value);
    }
    renamed.sort_by_key(|(name, _)| name.len());
    for (name, value) in renamed {
        let mut name = format!("{EXPORTED}{name}");
        while !labels.value(&name).is_empty() {
            name.insert_str(0, EXPORTED);
        }
        labels.set(&name, &value);
    }
}

/// The page's labels win, even if they are empty: `instance=""` says that there is to be none.
fn join_honoring(target: &Labels, labels: &mut LabelsBuilder, key: &str) {
    let empty = names_without_value(key);
    for (name, value) in target {
        if labels.value(name).is_empty() && !empty.iter().any(|own| own == name) {
            labels.set(name, value);
        }
    }
}

/// Empty labels are gone from a label set, so they are looked for in the text.
fn names_without_value(key: &str) -> Vec<String> {
    if !key.contains(EMPTY_VALUE) {
        return Vec::new();
    }
    // Either format's labels can be read by the rules of the laxer one.
    Series::new(key, Format::Text)
        .labels()
        .filter_map(Result::ok)
        .filter(|label| label.value.is_empty())
        .map(|label| label.name.into_owned())
        .collect()
}
