//! What a family says of itself, gathered from its lines.

use std::borrow::Cow;

use ferula_exposition::{Entry, Kind};
use model::{Metadata, MetricKind};

/// What HELP, TYPE and UNIT say of a family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FamilyDescription<'a> {
    name: Cow<'a, str>,
    kind: Kind,
    help: Cow<'a, str>,
    unit: &'a str,
}

impl<'a> FamilyDescription<'a> {
    /// The name as the page has it: of a counter with `_total` in the text format, without it in OpenMetrics.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is what `metadata` says, which saves making it again.
    #[must_use]
    pub fn is(&self, metadata: &Metadata) -> bool {
        metric_kind(self.kind) == metadata.kind
            && self.help == metadata.help
            && self.unit == metadata.unit
    }

    /// Whether a metric of that name belongs to the family: it has the family's name, or what its kind adds to it.
    #[must_use]
    pub fn has(&self, metric: &str) -> bool {
        let Some(suffix) = metric.strip_prefix(&*self.name) else {
            return false;
        };
        let suffixes: &[&str] = match self.kind {
            Kind::Counter => &["_total", "_created"],
            Kind::Histogram => &["_bucket", "_count", "_sum", "_created"],
            Kind::GaugeHistogram => &["_bucket", "_gcount", "_gsum"],
            Kind::Summary => &["_count", "_sum", "_created"],
            Kind::Info => &["_info"],
            Kind::Gauge | Kind::StateSet | Kind::Unknown => &[],
        };
        suffix.is_empty() || suffixes.contains(&suffix)
    }

    /// As the store takes it.
    #[must_use]
    pub fn metadata(&self) -> Metadata {
        Metadata {
            kind: metric_kind(self.kind),
            help: self.help.to_string(),
            unit: self.unit.to_owned(),
        }
    }

    /// Adds a line. Answers `None` if it describes nothing, and else the family before it if this is a new one.
    pub(super) fn take(&mut self, descriptor: Entry<'a>) -> Option<Option<Self>> {
        let before = match &descriptor {
            Entry::Help { family, .. }
            | Entry::Type { family, .. }
            | Entry::Unit { family, .. } => self.turn_to(family),
            Entry::Comment(_) | Entry::Sample(_) => return None,
        };
        match descriptor {
            Entry::Help { text, .. } => self.help = text,
            Entry::Type { kind, .. } => self.kind = kind,
            Entry::Unit { unit, .. } => self.unit = unit,
            Entry::Comment(_) | Entry::Sample(_) => {}
        }
        Some(before)
    }

    fn turn_to(&mut self, name: &Cow<'a, str>) -> Option<Self> {
        if self.name == *name {
            return None;
        }
        let next = Self {
            name: name.clone(),
            ..Self::default()
        };
        Some(std::mem::replace(self, next))
    }
}

/// The word of the model for a word of the formats.
fn metric_kind(kind: Kind) -> MetricKind {
    match kind {
        Kind::Counter => MetricKind::Counter,
        Kind::Gauge => MetricKind::Gauge,
        Kind::Histogram => MetricKind::Histogram,
        Kind::GaugeHistogram => MetricKind::GaugeHistogram,
        Kind::Summary => MetricKind::Summary,
        Kind::Info => MetricKind::Info,
        Kind::StateSet => MetricKind::StateSet,
        Kind::Unknown => MetricKind::Unknown,
    }
}
