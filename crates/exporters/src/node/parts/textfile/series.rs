//! A series of a text file, put together from its lines.

use ferula::{HistogramPoint, Kind, LabelPairs, Points, SummaryPoint};

/// What the lines of one series said. A plain number has a value, a histogram or a summary the rest.
#[derive(Clone, Debug, Default)]
pub(super) struct Series {
    value: Option<f64>,
    /// Bounds and what was counted up to them, or quantiles and their values.
    steps: Vec<(f64, f64)>,
    sum: Option<f64>,
    count: Option<f64>,
}

impl Series {
    /// Takes a line: which part it is, its `le` or `quantile`, its value.
    pub(super) fn set(
        &mut self,
        part: &str,
        bound: Option<&str>,
        value: f64,
    ) -> Result<(), &'static str> {
        let place = match (part, bound) {
            ("_sum", None) => &mut self.sum,
            ("_count", None) => &mut self.count,
            (_, None) => &mut self.value,
            (_, Some(bound)) => {
                let bound = bound.parse::<f64>().map_err(|_| "bound is not a number")?;
                if self.steps.iter().any(|(known, _)| *known == bound) {
                    return Err("duplicate sample");
                }
                self.steps.push((bound, value));
                return Ok(());
            }
        };
        if place.replace(value).is_some() {
            return Err("duplicate sample");
        }
        Ok(())
    }

    pub(super) fn show(&self, kind: Kind, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        match kind {
            Kind::Histogram => self.histogram(labels, points),
            Kind::Summary => {
                let mut quantiles = self.steps.clone();
                quantiles.sort_by(|(one, _), (other, _)| one.total_cmp(other));
                points.summary(
                    labels,
                    SummaryPoint {
                        quantiles: &quantiles,
                        count: self.count.unwrap_or_default() as u64,
                        sum: self.sum.unwrap_or_default(),
                        created_seconds: None,
                    },
                );
            }
            _ => points.value(labels, self.value.unwrap_or_default()),
        }
    }

    /// Files count up to each bound, points count within.
    fn histogram(&self, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        let mut steps = self.steps.clone();
        steps.retain(|(bound, _)| bound.is_finite());
        steps.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let bounds = steps.iter().map(|(bound, _)| *bound).collect::<Vec<_>>();
        let infinite = self.steps.iter().find(|(bound, _)| *bound == f64::INFINITY);
        let all = infinite
            .map(|(_, count)| *count)
            .or(self.count)
            .unwrap_or_default();
        let mut below = 0;
        let ups = steps.iter().map(|(_, count)| *count).chain([all]);
        let counts = ups.map(|up_to| {
            let within = (up_to as u64).saturating_sub(below);
            below += within;
            within
        });
        let counts = counts.collect::<Vec<_>>();
        points.histogram(
            labels,
            HistogramPoint {
                bounds: &bounds,
                counts: &counts,
                sum: self.sum,
                created_seconds: None,
                exemplars: &[],
                native: None,
            },
        );
    }
}
