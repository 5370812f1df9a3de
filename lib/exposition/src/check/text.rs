//! The rules of the Prometheus text format that span lines. There are few: what promtool refuses, and no more.

use std::borrow::Cow;
use std::collections::BTreeMap;

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
            Entry::Help { family, .. } => families.help(at, family)?,
            Entry::Type { family, kind } => families.kind(at, family, kind)?,
            Entry::Sample(sample) => {
                families.sample(at, &sample)?;
                report.samples += 1;
            }
            Entry::Unit { .. } | Entry::Comment(_) | Entry::Native(_) => {}
        }
    }
    report.families = families.by_name.len();
    Ok(report)
}

/// What has been said of families so far.
#[derive(Default)]
struct Families<'a> {
    by_name: BTreeMap<Cow<'a, str>, Family>,
}

#[derive(Default)]
struct Family {
    helped: bool,
    kind: Option<Kind>,
    sampled: bool,
}

impl<'a> Families<'a> {
    fn help(&mut self, at: usize, name: Cow<'a, str>) -> Result<(), Breach> {
        let family = self.by_name.entry(name.clone()).or_default();
        if std::mem::replace(&mut family.helped, true) {
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
        self.family_of(&name).sampled = true;
        Ok(())
    }

    /// The family of a sample called `name`: of that name, or a histogram or a summary with a suffix less.
    fn family_of(&mut self, name: &str) -> &mut Family {
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
