//! The rules of the Prometheus text format that span lines. There are few: what promtool refuses, and no more.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::lint::{self, Lint};
use super::openmetrics::sorted_and_unique;
use super::{Breach, Report, Rule};
use crate::read::{Entries, Entry, METRIC_NAME, Sample};
use crate::{Format, Kind, Suffix};

pub(super) fn check(page: &[u8]) -> Result<Report, Breach> {
    let mut families = Families::default();
    let mut report = Report::default();
    let mut entries = Entries::new(page, Format::Text);
    loop {
        let at = entries.offset();
        let Some(entry) = entries.next() else { break };
        match entry? {
            Entry::Help { family, text } => families.help(at, family, &text)?,
            Entry::Type { family, kind } => families.kind(at, family, kind)?,
            Entry::Sample(sample) => {
                families.sample(at, &sample)?;
                report.samples += 1;
            }
            Entry::Unit { .. } | Entry::Comment(_) => {}
        }
    }
    report.families = families.by_name.len();
    report.lints = families.lints();
    Ok(report)
}

/// What has been said of families so far.
#[derive(Default)]
struct Families<'a> {
    by_name: BTreeMap<Cow<'a, str>, Family<'a>>,
}

#[derive(Default)]
struct Family<'a> {
    /// The length of its help text, if there is a HELP line.
    help_bytes: Option<usize>,
    kind: Option<Kind>,
    sampled: bool,
    /// Metrics of a histogram or a summary, which have several samples.
    metrics: BTreeSet<Vec<(Cow<'a, str>, Cow<'a, str>)>>,
    /// What is unusual about its labels.
    lints: Vec<String>,
}

impl<'a> Family<'a> {
    /// Looks at the labels of a metric once.
    fn labels(&mut self, mut labels: Vec<(Cow<'a, str>, Cow<'a, str>)>) {
        let kind = self.kind.unwrap_or_default();
        let own = match kind {
            Kind::Histogram => Some("le"),
            Kind::Summary => Some("quantile"),
            _ => None,
        };
        labels.retain(|(name, _)| name != METRIC_NAME && own.is_none_or(|own| name != own));
        let names = labels.iter().map(|(name, _)| &**name);
        let lints = lint::labels(kind, names);
        if own.is_none() || lints.is_empty() || self.metrics.insert(labels) {
            self.lints.extend(lints);
        }
    }
}

impl<'a> Families<'a> {
    fn help(&mut self, at: usize, name: Cow<'a, str>, text: &str) -> Result<(), Breach> {
        let family = self.by_name.entry(name.clone()).or_default();
        if family.help_bytes.replace(text.len()).is_some() {
            let rule = Rule::RepeatedMetadata("HELP", name.into_owned());
            return Err(Breach::Rule(at, rule));
        }
        Ok(())
    }

    fn kind(&mut self, at: usize, name: Cow<'a, str>, kind: Kind) -> Result<(), Breach> {
        let family = self.by_name.entry(name.clone()).or_default();
        if family.kind.is_some() || family.sampled {
            return Err(Breach::Rule(at, Rule::LateType(name.into_owned())));
        }
        family.kind = Some(kind);
        Ok(())
    }

    fn sample(&mut self, at: usize, sample: &Sample<'a>) -> Result<(), Breach> {
        let mut labels = Vec::new();
        let mut name = Cow::Borrowed("");
        for label in sample.series.labels() {
            let label = label?;
            if label.name == METRIC_NAME && name.is_empty() {
                name = label.value.clone();
            }
            labels.push((label.name, label.value));
        }
        sorted_and_unique(at, &mut labels)?;
        let family = self.family_of(&name);
        family.sampled = true;
        family.labels(labels);
        Ok(())
    }

    fn lints(self) -> Vec<Lint> {
        let mut lints = Vec::new();
        let sampled = self
            .by_name
            .into_iter()
            .filter(|(_, family)| family.sampled);
        for (name, family) in sampled {
            let subject = lint::Subject {
                name: &name,
                kind: family.kind.unwrap_or_default(),
                helped: family.help_bytes.is_some_and(|bytes| bytes > 0),
            };
            let texts = lint::family(&subject).into_iter().chain(family.lints);
            let metric = || name.to_string();
            lints.extend(texts.map(|text| Lint {
                metric: metric(),
                text,
            }));
        }
        lints.sort();
        lints
    }

    /// The family of a sample called `name`: of that name, or a histogram or a summary with a suffix less.
    fn family_of(&mut self, name: &str) -> &mut Family<'a> {
        let stem = self.stem(name).unwrap_or(name);
        self.by_name.entry(Cow::Owned(stem.to_owned())).or_default()
    }

    fn stem<'n>(&self, name: &'n str) -> Option<&'n str> {
        [Suffix::Bucket, Suffix::Count, Suffix::Sum]
            .into_iter()
            .find_map(|suffix| {
                let stem = name.strip_suffix(suffix.as_str())?;
                let has_part = match self.by_name.get(stem)?.kind? {
                    Kind::Histogram => true,
                    Kind::Summary => suffix != Suffix::Bucket,
                    _ => false,
                };
                has_part.then_some(stem)
            })
    }
}
