//! The labels of what operators yield, and when a metric's name is taken off.

mod factored;
mod order;
#[cfg(test)]
mod tests;

use model::Labels;
use model::labels::METRIC_NAME;

pub(crate) use factored::Factored;

/// Labels that describe the metric itself. Once a function has changed a value they no longer tell the truth, so they
/// go together.
pub(crate) const METRIC_LABELS: [&str; 3] = [METRIC_NAME, "__type__", "__unit__"];

/// Whether `name` goes when the metric's name goes.
pub(crate) fn is_metric_label(name: &str) -> bool {
    METRIC_LABELS.contains(&name)
}

/// A series that an operator will yield.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Series {
    /// Its labels.
    pub labels: Labels,
    /// Whether the metric's labels are to be taken off at the end; only with delayed name removal.
    pub drop_name: bool,
}

/// The series that an operator will yield.
#[derive(Clone, Debug)]
pub(crate) enum SeriesSet {
    /// Each with its labels.
    Whole(Vec<Series>),
    /// Labels in two factors.
    Factored(Factored),
}

impl SeriesSet {
    /// Each with its labels.
    pub(crate) fn whole(self) -> Vec<Series> {
        match self {
            Self::Whole(series) => series,
            Self::Factored(factored) => factored.whole(),
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Whole(series) => series.len(),
            Self::Factored(factored) => factored.len(),
        }
    }

    /// The labels of each, made when it is its turn.
    pub(crate) fn labels(&self) -> Box<dyn Iterator<Item = Labels> + '_> {
        match self {
            Self::Whole(series) => Box::new(series.iter().map(|one| one.labels.clone())),
            Self::Factored(factored) => Box::new(factored.labels()),
        }
    }

    /// For each its place in the order of their labels.
    pub(crate) fn places(&self) -> Vec<u32> {
        if let Self::Factored(factored) = self
            && let Some(places) = factored.places()
        {
            return places;
        }
        let labels: Vec<Labels> = self.labels().collect();
        let mut order: Vec<u32> = (0..labels.len() as u32).collect();
        order.sort_by(|a, b| labels[*a as usize].cmp(&labels[*b as usize]));
        let mut places = vec![0; order.len()];
        for (place, number) in (0..).zip(order) {
            places[number as usize] = place;
        }
        places
    }

    /// See [`Series::unnamed`].
    pub(crate) fn unnamed(self, delayed: bool) -> Self {
        match self {
            Self::Whole(series) => {
                let series = series.into_iter();
                Self::Whole(series.map(|one| one.unnamed(delayed)).collect())
            }
            Self::Factored(factored) => Self::Factored(factored.unnamed(delayed)),
        }
    }

    /// For each series labels that tell its name, if it has one.
    pub(crate) fn names(&self) -> Box<dyn Iterator<Item = &Labels> + '_> {
        match self {
            Self::Whole(series) => Box::new(series.iter().map(|one| &one.labels)),
            Self::Factored(factored) => Box::new(factored.metrics()),
        }
    }
}

impl Series {
    /// As it was selected.
    pub(crate) fn new(labels: Labels) -> Self {
        Self {
            labels,
            drop_name: false,
        }
    }

    /// Without the metric's labels: at once, or at the end when that is how names are removed.
    pub(crate) fn unnamed(self, delayed: bool) -> Self {
        if delayed {
            return Self {
                drop_name: true,
                ..self
            };
        }
        Self::new(without_metric_labels(self.labels))
    }
}

/// The labels without those that describe the metric.
pub(crate) fn without_metric_labels(labels: Labels) -> Labels {
    // `__name__` sorts before nearly all others, so this look costs little and spares most copies.
    if METRIC_LABELS.iter().all(|name| labels.get(name).is_none()) {
        return labels;
    }
    labels.filtered(|name| !is_metric_label(name))
}
