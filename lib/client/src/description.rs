//! What a family is called, what it means and of which kind it is.

use crate::Error;

/// The kinds of metric, in OpenMetrics' words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Only goes up, but for restarts.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Observations counted in buckets.
    Histogram,
    /// Observations as count and sum, perhaps with quantiles.
    Summary,
    /// Facts that do not change while the program runs, as labels.
    Info,
    /// Named booleans.
    StateSet,
    /// Nobody knows; text 0.0.4 says `untyped`.
    Unknown,
}

impl Kind {
    /// What this kind adds to the family's name in its samples. The empty suffix is the name itself.
    #[must_use]
    pub fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter => &["_total", "_created", ""],
            Self::Histogram => &["_bucket", "_sum", "_count", "_created", ""],
            Self::Summary => &["_sum", "_count", "_created", ""],
            Self::Info => &["_info", ""],
            Self::Gauge | Self::StateSet | Self::Unknown => &[""],
        }
    }
}

/// A family's name, help, unit and kind, borrowed from whoever shows it.
///
/// `name` is the family's, without the suffixes that its samples have: a counter's ends before
/// `_total`. A counter of the old days whose samples have no `_total` is given as
/// it is, and text 0.0.4 shows it so: see [`Description::bare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description<'a> {
    /// The family's name.
    pub name: &'a str,
    /// One sentence for people.
    pub help: &'a str,
    /// The unit, which is also the end of the name; empty when there is none.
    pub unit: &'a str,
    /// The kind.
    pub kind: Kind,
    /// A counter whose sample is called exactly `name`, as exporters from before OpenMetrics have them.
    pub bare: bool,
}

impl<'a> Description<'a> {
    /// A family of any kind. A counter's name may be given with or without `_total`: its sample
    /// has it in any case.
    #[must_use]
    pub fn new(kind: Kind, name: &'a str, help: &'a str) -> Self {
        let name = match kind {
            Kind::Counter => name.strip_suffix("_total").unwrap_or(name),
            Kind::Info => name.strip_suffix("_info").unwrap_or(name),
            _ => name,
        };
        Self {
            name,
            help,
            unit: "",
            kind,
            bare: false,
        }
    }

    /// A counter.
    #[must_use]
    pub fn counter(name: &'a str, help: &'a str) -> Self {
        Self::new(Kind::Counter, name, help)
    }

    /// A counter from elsewhere, whose samples are called exactly `name`, `_total` or not.
    #[must_use]
    pub fn counter_as_named(name: &'a str, help: &'a str) -> Self {
        Self {
            bare: !name.ends_with("_total"),
            ..Self::counter(name, help)
        }
    }

    /// A gauge.
    #[must_use]
    pub fn gauge(name: &'a str, help: &'a str) -> Self {
        Self::new(Kind::Gauge, name, help)
    }

    /// A family of unknown kind.
    #[must_use]
    pub fn unknown(name: &'a str, help: &'a str) -> Self {
        Self::new(Kind::Unknown, name, help)
    }

    /// The names that this family's samples can have, each as prefix and suffix.
    pub fn sample_names(&self) -> impl Iterator<Item = (&'a str, &'static str)> + use<'a> {
        let name = self.name;
        self.kind
            .suffixes()
            .iter()
            .map(move |&suffix| (name, suffix))
    }

    /// Whether `name` is this family's or one of its samples'.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        self.sample_names()
            .any(|(prefix, suffix)| name.strip_prefix(prefix) == Some(suffix))
    }
}

/// `[a-zA-Z_:][a-zA-Z0-9_:]*`, the names that every format can carry unquoted.
pub(crate) fn check_metric_name(name: &str) -> Result<(), Error> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':';
    if !name.is_empty() && name.bytes().all(fits) && !name.as_bytes()[0].is_ascii_digit() {
        return Ok(());
    }
    Err(Error::MetricName {
        name: name.to_owned(),
    })
}

/// `[a-zA-Z_][a-zA-Z0-9_]*` without the double underscore that Prometheus keeps for itself.
pub(crate) fn check_label_name(name: &str) -> Result<(), Error> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let first_fits = name
        .bytes()
        .next()
        .is_some_and(|byte| !byte.is_ascii_digit());
    if first_fits && name.bytes().all(fits) && !name.starts_with("__") {
        return Ok(());
    }
    Err(Error::LabelName {
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests;
