//! Functions that change labels and leave values alone.

use model::Labels;

use crate::column::Column;
use crate::operator::{InstantOperator, Result};
use crate::plan::Relabel;
use crate::series::Series;

/// `label_replace` and `label_join`.
pub(crate) struct RelabelOperator<'q> {
    input: Box<dyn InstantOperator + 'q>,
    how: &'q Relabel,
}

impl<'q> RelabelOperator<'q> {
    pub(crate) fn new(input: Box<dyn InstantOperator + 'q>, how: &'q Relabel) -> Self {
        Self { input, how }
    }
}

impl InstantOperator for RelabelOperator<'_> {
    fn series(&mut self) -> Result<Vec<Series>> {
        let series = self.input.series()?;
        Ok(series
            .into_iter()
            .map(|one| relabel(one, self.how))
            .collect())
    }

    fn next(&mut self, out: &mut Column) -> Result<()> {
        self.input.next(out)
    }
}

fn relabel(series: Series, how: &Relabel) -> Series {
    let (destination, value) = match how {
        Relabel::Replace {
            destination,
            replacement,
            source,
            pattern,
        } => match replaced(&series.labels, replacement, source, pattern) {
            Some(value) => (destination, value),
            None => return series,
        },
        Relabel::Join {
            destination,
            separator,
            sources,
        } => {
            let values: Vec<&str> = sources
                .iter()
                .map(|name| series.labels.value(name))
                .collect();
            (destination, values.join(separator))
        }
    };
    let mut labels = series.labels.to_builder();
    labels.set(destination, &value);
    Series {
        labels: labels.build(),
        // A name that was just set is not the one that had to go.
        drop_name: series.drop_name && destination != model::labels::METRIC_NAME,
    }
}

/// The new value, if the source label matches.
fn replaced(
    labels: &Labels,
    replacement: &str,
    source: &str,
    pattern: &model::Regexp,
) -> Option<String> {
    pattern.expand(labels.value(source), replacement)
}
