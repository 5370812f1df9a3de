//! What a family is called, what it means and of which kind it is.

use ferula_exposition::Kind;

use crate::Error;

/// What samples of this kind add to the family's name, and the name itself.
fn suffixes(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Counter => &["_total", "_created", ""],
        Kind::Histogram => &["_bucket", "_sum", "_count", "_created", ""],
        Kind::GaugeHistogram => &["_bucket", "_gsum", "_gcount", ""],
        Kind::Summary => &["_sum", "_count", "_created", ""],
        Kind::Info => &["_info", ""],
        Kind::Gauge | Kind::StateSet | Kind::Unknown => &[""],
    }
}

/// A family's name, help, unit and kind, borrowed from whoever shows it.
///
/// `name` is the family's, without the suffixes that its samples have: a counter's ends before
/// `_total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description<'a> {
    /// The family's name.
    pub name: &'a str,
    /// One sentence for people.
    pub help: &'a str,
    /// The unit, which is also the end of the name; empty when there is none.
    pub unit: &'a str,
    /// The kind.
    pub kind: Kind,
    /// Whether the family is a counter whose sample has the plain name, without `_total`.
    pub as_named: bool,
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
            as_named: false,
        }
    }

    /// A counter.
    #[must_use]
    pub fn counter(name: &'a str, help: &'a str) -> Self {
        Self::new(Kind::Counter, name, help)
    }

    /// A counter from elsewhere that is called exactly `name`: exporters from before OpenMetrics have counters without
    /// `_total`, and dashboards that ask for them. OpenMetrics has no such counter and adds it.
    #[must_use]
    pub fn counter_as_named(name: &'a str, help: &'a str) -> Self {
        let as_named = !name.ends_with("_total");
        Self {
            as_named,
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

    /// The same with a unit, which the name must end in.
    #[must_use]
    pub fn with_unit(self, unit: &'a str) -> Self {
        Self { unit, ..self }
    }

    /// The names that this family's samples can have, each as prefix and suffix.
    pub fn sample_names(&self) -> impl Iterator<Item = (&'a str, &'static str)> + use<'a> {
        let name = self.name;
        suffixes(self.kind)
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
