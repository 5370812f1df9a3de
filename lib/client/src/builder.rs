//! From a name and a help text to a metric on a registry.

use std::sync::Arc;
use std::time::Duration;

use crate::description::{check_label_name, check_metric_name};
use crate::family::{Bounds, Family, Naming, Place, SERIES_MAX_DEFAULT};
use crate::labels::LabelNames;
use crate::node::Metric;
use crate::{Error, Kind, Labels, Registry, TypedFamily};

/// A metric without labels that is not on a registry yet.
#[derive(Debug)]
#[must_use = "a builder does nothing until it registers its metric"]
pub struct Builder<M: Metric> {
    name: String,
    help: String,
    unit: String,
    names: Names,
    /// What all children have in common; the kind's own options change it.
    pub(crate) shape: M::Shape,
}

/// A metric with labels that is not on a registry yet.
#[derive(Debug)]
#[must_use = "a builder does nothing until it registers its family"]
pub struct FamilyBuilder<M: Metric> {
    metric: Builder<M>,
    labels: Vec<String>,
    sorted: bool,
    bounds: Bounds,
}

/// Which names a metric and its labels may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`, and without colons for labels: what every reader takes unquoted. A counter's and an info's
    /// suffix is cut off, since the page adds it, and a unit that is missing at the end is added.
    #[default]
    Checked,
    /// Anything, taken as it is: somebody else has made the family's name. Readers that don't take UTF-8 get what is strange
    /// escaped.
    AsGiven,
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
            names: Names::default(),
            shape,
        }
    }

    /// Which names are allowed; those that every reader takes, if not said.
    pub fn names(mut self, names: Names) -> Self {
        self.names = names;
        self
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
            sorted: false,
            bounds: Bounds {
                series_max: SERIES_MAX_DEFAULT,
                idle_seconds: None,
            },
        }
    }

    /// Puts a family on `registry` whose labels come from the type `L`, and answers it.
    ///
    /// # Errors
    /// What is wrong with the names, the shape, or their place on the registry.
    pub fn register_typed<L: Labels>(
        self,
        registry: &Registry,
    ) -> Result<TypedFamily<M, L>, Error> {
        let family = self.labels(L::NAMES.iter().copied());
        family.register(registry)?.typed()
    }

    /// Puts the metric on `registry` and answers its handle.
    ///
    /// # Errors
    /// What is wrong with the name, the shape, or their place on the registry.
    pub fn register(self, registry: &Registry) -> Result<M, Error> {
        Ok(self.labels::<String>([]).register(registry)?.handle(&[]))
    }
}

impl<M: Metric> FamilyBuilder<M> {
    /// How many children the family may have before further label values share one,
    /// [`SERIES_MAX_DEFAULT`] if not said.
    pub fn series_max(mut self, series_max: usize) -> Self {
        self.bounds.series_max = series_max;
        self
    }

    /// Children that no page has seen change for so long leave, unless a handle of theirs is kept. If not said, none does.
    pub fn idle_expiry(mut self, idle: Duration) -> Self {
        self.bounds.idle_seconds = Some(idle.as_secs_f64());
        self
    }

    /// Labels stand on the page in the order of the alphabet, `le` and `quantile` too, as in prometheus_client for Python. If not
    /// said, they stand as given.
    pub fn sorted(mut self) -> Self {
        self.sorted = true;
        self
    }

    /// Puts the family on `registry` and answers it.
    ///
    /// # Errors
    /// What is wrong with the names, the shape, or their place on the registry.
    pub fn register(self, registry: &Registry) -> Result<Family<M>, Error> {
        let family = self.build_in(|naming, shape| registry.place::<M>(naming, shape))?;
        registry.register(family.clone())?;
        Ok(family)
    }

    /// The family by itself, for whoever shows it without a registry.
    ///
    /// # Errors
    /// What is wrong with the names or the shape.
    pub fn build(self) -> Result<Family<M>, Error> {
        self.build_in(|_, _| Place::Heap)
    }

    /// As [`build`](Self::build), with children that other processes of `segment` share.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    #[cfg(target_os = "linux")]
    pub fn build_shared(self, segment: &crate::Segment) -> Result<Family<M>, Error> {
        self.build_in(|naming, shape| Place::in_segment::<M>(segment, naming, shape))
    }

    fn build_in(self, place: impl FnOnce(&Naming, &M::Shape) -> Place) -> Result<Family<M>, Error> {
        let Builder {
            name,
            help,
            unit,
            names,
            mut shape,
        } = self.metric;
        let labels = self.labels.iter().map(|label| label.as_str().into());
        let labels: Box<[Box<str>]> = labels.collect();
        let name = match names {
            Names::Checked => family_name(M::KIND, &name, &unit)?,
            Names::AsGiven => name,
        };
        check_labels(&labels, names)?;
        M::settle(&name, &mut shape, &labels)?;
        let labels = match self.sorted {
            true => LabelNames::sorted(labels, M::BOUND),
            false => LabelNames::as_given(labels),
        };
        let naming = Naming {
            name,
            help,
            unit,
            labels,
        };
        let place = place(&naming, &shape);
        Ok(Family::new(naming, Arc::new(shape), self.bounds, place))
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

fn check_labels(labels: &[Box<str>], names: Names) -> Result<(), Error> {
    if labels.len() > LABELS_MAX {
        return Err(Error::TooManyLabels {
            given: labels.len(),
            max: LABELS_MAX,
        });
    }
    for (index, label) in labels.iter().enumerate() {
        if names == Names::Checked {
            check_label_name(label)?;
        }
        if labels[..index].contains(label) {
            return Err(Error::DuplicateLabel {
                name: label.to_string(),
            });
        }
    }
    Ok(())
}
