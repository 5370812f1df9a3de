//! From a name and a help text to a metric on a registry.

use std::sync::Arc;

use crate::description::{check_label_name, check_metric_name};
use crate::family::{Family, Naming, SERIES_MAX_DEFAULT};
use crate::node::Metric;
use crate::{Error, Kind, Registry};

/// A metric without labels that is not on a registry yet.
#[derive(Debug)]
#[must_use = "a builder does nothing until it registers its metric"]
pub struct Builder<M: Metric> {
    name: String,
    help: String,
    unit: String,
    /// What all children have in common; the kind's own options change it.
    pub(crate) shape: M::Shape,
}

/// A metric with labels that is not on a registry yet.
#[derive(Debug)]
#[must_use = "a builder does nothing until it registers its family"]
pub struct FamilyBuilder<M: Metric> {
    metric: Builder<M>,
    labels: Vec<String>,
    series_max: usize,
}

/// The most labels a family has.
pub(crate) const LABELS_MAX: usize = 64;

impl<M: Metric> Builder<M> {
    pub(crate) fn new(name: &str, help: &str, shape: M::Shape) -> Self {
        let (name, help) = (name.to_owned(), help.to_owned());
        Self {
            name,
            help,
            unit: String::new(),
            shape,
        }
    }

    /// The unit, in full and in the plural (`seconds`, `bytes`); the name ends in it, and gets it if it doesn't.
    pub fn unit(mut self, unit: &str) -> Self {
        unit.clone_into(&mut self.unit);
        self
    }

    /// The names of the labels: from here on it is a family.
    pub fn labels<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> FamilyBuilder<M> {
        let labels = names.into_iter().map(Into::into).collect();
        FamilyBuilder {
            metric: self,
            labels,
            series_max: SERIES_MAX_DEFAULT,
        }
    }

    /// Puts the metric on `registry` and answers its handle.
    ///
    /// # Errors
    /// What is wrong with the name, the shape, or their place on the registry.
    pub fn register(self, registry: &Registry) -> Result<M, Error> {
        Ok(self.labels::<String>([]).register(registry)?.with(&[]))
    }
}

impl<M: Metric> FamilyBuilder<M> {
    /// How many children the family may have before further label values share one,
    /// [`SERIES_MAX_DEFAULT`] if not said.
    pub fn series_max(mut self, series_max: usize) -> Self {
        self.series_max = series_max;
        self
    }

    /// Puts the family on `registry` and answers it.
    ///
    /// # Errors
    /// What is wrong with the names, the shape, or their place on the registry.
    pub fn register(self, registry: &Registry) -> Result<Family<M>, Error> {
        let family = self.build()?;
        registry.register(family.clone())?;
        Ok(family)
    }

    /// The family by itself, for whoever shows it without a registry.
    ///
    /// # Errors
    /// What is wrong with the names or the shape.
    pub fn build(self) -> Result<Family<M>, Error> {
        let Builder {
            name,
            help,
            unit,
            mut shape,
        } = self.metric;
        let name = family_name(M::KIND, &name, &unit)?;
        let labels: Box<[Box<str>]> = self
            .labels
            .iter()
            .map(|label| label.as_str().into())
            .collect();
        check_labels(&labels)?;
        M::settle(&name, &mut shape, &labels)?;
        let naming = Naming {
            name,
            help,
            unit,
            labels,
        };
        Ok(Family::new(naming, Arc::new(shape), self.series_max))
    }
}

/// The name without what the kind adds, with the unit at its end.
fn family_name(kind: Kind, name: &str, unit: &str) -> Result<String, Error> {
    check_metric_name(name)?;
    let stem = match kind {
        Kind::Counter => name.strip_suffix("_total").unwrap_or(name),
        Kind::Info => name.strip_suffix("_info").unwrap_or(name),
        _ => name,
    };
    if unit.is_empty() {
        check_metric_name(stem)?;
        return Ok(stem.to_owned());
    }
    if matches!(kind, Kind::Info | Kind::StateSet) {
        return Err(Error::Unit {
            unit: unit.to_owned(),
        });
    }
    let has_unit = stem
        .strip_suffix(unit)
        .is_some_and(|rest| rest.ends_with('_'));
    let full = if has_unit {
        stem.to_owned()
    } else {
        format!("{stem}_{unit}")
    };
    check_metric_name(&full)?;
    Ok(full)
}

fn check_labels(labels: &[Box<str>]) -> Result<(), Error> {
    if labels.len() > LABELS_MAX {
        return Err(Error::TooManyLabels {
            given: labels.len(),
            max: LABELS_MAX,
        });
    }
    for (index, label) in labels.iter().enumerate() {
        check_label_name(label)?;
        if labels[..index].contains(label) {
            return Err(Error::DuplicateLabel {
                name: label.to_string(),
            });
        }
    }
    Ok(())
}
