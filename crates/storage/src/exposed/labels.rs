//! Labels of a series, as a store keeps them.

use ferula_exposition::Kind;
use ferula_exposition::error::Problem;
use ferula_exposition::float;
use ferula_exposition::read::Labels;
use model::LabelsBuilder;

/// Why a series' labels can't be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExposedLabelsError {
    /// The text is no series.
    Syntax(Problem),
    /// This label is there twice.
    Duplicate(String),
    /// The metric's name, or a label's, is empty.
    NoName,
}

/// Adds `labels` of a family of `kind` to the empty `builder`.
pub(super) fn read(
    labels: Labels<'_>,
    kind: Kind,
    builder: &mut LabelsBuilder,
) -> Result<(), ExposedLabelsError> {
    let mut scratch = Vec::new();
    for label in labels {
        let label = label.map_err(ExposedLabelsError::Syntax)?;
        if label.name.is_empty()
            || (label.name == model::labels::METRIC_NAME && label.value.is_empty())
        {
            return Err(ExposedLabelsError::NoName);
        }
        if !builder.value(&label.name).is_empty() {
            return Err(ExposedLabelsError::Duplicate(label.name.into_owned()));
        }
        let value = match (kind, &*label.name) {
            (Kind::Histogram, "le") | (Kind::Summary, "quantile") => {
                canonical(&label.value, &mut scratch)
            }
            _ => &label.value,
        };
        builder.set(&label.name, value);
    }
    Ok(())
}

/// The float form of `value`, or `value` itself if it is no float.
fn canonical<'v>(value: &'v str, scratch: &'v mut Vec<u8>) -> &'v str {
    let Ok(number) = float::parse(value) else {
        return value;
    };
    scratch.clear();
    float::push_float(scratch, number);
    // Only ASCII is ever pushed.
    std::str::from_utf8(scratch).unwrap_or(value)
}
