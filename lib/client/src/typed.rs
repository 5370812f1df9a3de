//! Label values from a type, so that the compiler knows how many there are and of what.

use std::fmt;
use std::marker::PhantomData;

use crate::Error;
use crate::family::{Child, Family};
use crate::node::Metric;

/// A type that gives a family's label values.
///
/// The feature `derive` writes this for a struct, whose fields are anything that is a [`LabelValue`](crate::LabelValue): strings, numbers, and
/// enums that derive that. A struct that borrows is looked up by without an allocation.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use ferula::{Counter, LabelValue, Labels, Registry};
///
/// #[derive(LabelValue)]
/// enum Outcome {
///     Served,
///     NotFound,
/// }
///
/// #[derive(Labels)]
/// struct Request<'a> {
///     method: &'a str,
///     #[label(name = "code")]
///     status: u16,
///     outcome: Outcome,
/// }
///
/// let registry = Registry::new();
/// let requests = Counter::builder("requests_total", "Requests.").register_typed::<Request<'_>>(&registry)?;
/// requests.with(&Request { method: "GET", status: 404, outcome: Outcome::NotFound }).inc();
/// # }
/// # Ok::<(), ferula::Error>(())
/// ```
///
/// By hand it is one line for each label:
///
/// ```
/// use ferula::Labels;
///
/// struct Route<'a> {
///     method: &'a str,
///     cached: bool,
/// }
///
/// impl Labels for Route<'static> {
///     const NAMES: &'static [&'static str] = &["method", "cached"];
///     type Borrowed<'a> = Route<'a>;
///
///     fn values<R>(labels: &Route<'_>, then: impl FnOnce(&[&str]) -> R) -> R {
///         then(&[labels.method, if labels.cached { "yes" } else { "no" }])
///     }
/// }
/// ```
pub trait Labels: 'static {
    /// The label names.
    const NAMES: &'static [&'static str];

    /// This type with a shorter life, so that values can be borrowed for a look-up; `Self` if it borrows nothing.
    type Borrowed<'a>;

    /// Calls `then` with the values, in the order of the names: values made on the way, such as a
    /// number's digits, need not outlive the call.
    fn values<R>(labels: &Self::Borrowed<'_>, then: impl FnOnce(&[&str]) -> R) -> R;
}

/// A [`Family`] whose label values come from `L`.
pub struct TypedFamily<M: Metric, L: Labels> {
    family: Family<M>,
    labels: PhantomData<fn(&L)>,
}

impl<M: Metric> Family<M> {
    /// This family, looked up by values of type `L`.
    ///
    /// # Errors
    /// [`Error::LabelNames`] when the family's label names are not those of `L`, in order.
    pub fn typed<L: Labels>(self) -> Result<TypedFamily<M, L>, Error> {
        if !self.label_names().eq(L::NAMES.iter().copied()) {
            let expected = L::NAMES.iter().map(|&name| name.to_owned()).collect();
            let given = self.label_names().map(str::to_owned).collect();
            return Err(Error::LabelNames { expected, given });
        }
        Ok(TypedFamily {
            family: self,
            labels: PhantomData,
        })
    }
}

impl<M: Metric, L: Labels> TypedFamily<M, L> {
    /// The child with these labels. It is made when it is asked for first.
    #[must_use = "looking a child up counts nothing"]
    pub fn with(&self, labels: &L::Borrowed<'_>) -> Child<M> {
        L::values(labels, |values| self.family.with(values))
    }

    /// As [`with`](Self::with), to keep: see [`Family::handle`].
    #[must_use = "looking a child up counts nothing"]
    pub fn handle(&self, labels: &L::Borrowed<'_>) -> M {
        L::values(labels, |values| self.family.handle(values))
    }

    /// Takes the child with these labels off the page, as [`Family::remove`].
    pub fn remove(&self, labels: &L::Borrowed<'_>) -> bool {
        L::values(labels, |values| self.family.remove(values))
    }

    /// The family, for everything that takes no labels.
    #[must_use]
    pub fn family(&self) -> &Family<M> {
        &self.family
    }
}

impl<M: Metric, L: Labels> Clone for TypedFamily<M, L> {
    fn clone(&self) -> Self {
        Self {
            family: self.family.clone(),
            labels: PhantomData,
        }
    }
}

impl<M: Metric, L: Labels> fmt::Debug for TypedFamily<M, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedFamily").field(&self.family).finish()
    }
}
