//! The sequence of families in OpenMetrics.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::family::Family;
use super::{Breach, Report, Rule};
use crate::read::{Entries, Entry, Sample};
use crate::{Format, Kind, Suffix};

pub(super) fn check(page: &[u8]) -> Result<Report, Breach> {
    let mut sequence = Sequence {
        page,
        family: None,
        families: BTreeSet::new(),
        samples: BTreeSet::new(),
        report: Report::default(),
    };
    let mut entries = Entries::new(page, Format::OpenMetrics);
    loop {
        let at = entries.offset();
        let Some(entry) = entries.next() else { break };
        sequence.entry(at, entry?)?;
    }
    sequence.end_family()?;
    Ok(sequence.report)
}

/// Where in the page we are: in which family, after which others.
struct Sequence<'a> {
    page: &'a [u8],
    family: Option<Family<'a>>,
    /// Names of the families so far.
    families: BTreeSet<Cow<'a, str>>,
    /// Names that samples of the families so far may have.
    samples: BTreeSet<String>,
    report: Report,
}

impl<'a> Sequence<'a> {
    fn entry(&mut self, at: usize, entry: Entry<'a>) -> Result<(), Breach> {
        match entry {
            Entry::Help { family, text } => {
                no_carriage_return(at, &text)?;
                self.turn_to(at, family)?.help(at)
            }
            Entry::Type { family, kind } => self.turn_to(at, family)?.kind(at, kind),
            Entry::Unit { family, unit } => self.turn_to(at, family)?.unit(at, unit),
            Entry::Sample(sample) => self.sample(at, &sample),
            Entry::Comment(_) => Ok(()),
        }
    }

    /// The family `name`: the one under way, or a new one.
    fn turn_to(&mut self, at: usize, name: Cow<'a, str>) -> Result<&mut Family<'a>, Breach> {
        if self
            .family
            .as_ref()
            .is_none_or(|family| family.name() != name)
        {
            self.end_family()?;
            if !self.families.insert(name.clone()) {
                return Err(Breach::Rule(at, Rule::InterruptedFamily(name.into_owned())));
            }
        }
        Ok(self.family.get_or_insert_with(|| Family::new(at, name)))
    }

    fn sample(&mut self, at: usize, sample: &Sample<'a>) -> Result<(), Breach> {
        let series = self.series(at, sample)?;
        let part = self
            .family
            .as_ref()
            .and_then(|family| family.part(&series.name));
        let (family, suffix) = match (part, self.family.as_mut()) {
            (Some(suffix), Some(family)) => (family, suffix),
            (None, Some(family)) if family.name() == series.name => {
                let rule = Rule::Suffix(series.name.into_owned(), family.kind_or_unknown());
                return Err(Breach::Rule(at, rule));
            }
            // A name that can't belong to the family under way begins another one, of unknown kind.
            _ => (self.turn_to(at, series.name.clone())?, Suffix::None),
        };
        family.sample(at, suffix, series, sample)?;
        self.report.samples += 1;
        Ok(())
    }

    /// Reads name, labels and time of a sample.
    fn series(&self, at: usize, sample: &Sample<'a>) -> Result<SeriesRead<'a>, Breach> {
        let mut name = Cow::Borrowed("");
        let mut labels = Vec::new();
        for label in sample.series.labels() {
            let label = label?;
            if label.name == crate::read::METRIC_NAME {
                name = label.value;
            } else {
                labels.push((label.name, label.value));
            }
        }
        sorted_and_unique(at, &mut labels)?;
        if sample.series.as_str().ends_with(",}") {
            return Err(Breach::Rule(at, Rule::TrailingComma));
        }
        let rest = &self.page[at + sample.series.as_str().len()..];
        Ok(SeriesRead {
            name,
            labels,
            time: time(rest),
        })
    }

    fn end_family(&mut self) -> Result<(), Breach> {
        let Some(mut family) = self.family.take() else {
            return Ok(());
        };
        family.end()?;
        self.report.families += 1;
        let kind: Kind = family.kind_or_unknown();
        for suffix in kind.suffixes() {
            let sample = format!("{}{}", family.name(), suffix.as_str());
            if !self.samples.insert(sample.clone()) {
                let family_name = family.name().to_owned();
                let clash = Rule::Clash {
                    family: family_name,
                    kind,
                    sample,
                };
                return Err(Breach::Rule(family.at(), clash));
            }
        }
        Ok(())
    }
}

/// A sample's name, labels and time.
pub(super) struct SeriesRead<'a> {
    pub(super) name: Cow<'a, str>,
    /// Without the metric's name, by name.
    pub(super) labels: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// As it is written; finer than a float can be.
    pub(super) time: Option<&'a str>,
}

/// Sorts labels by name.
pub(super) fn sorted_and_unique(
    at: usize,
    labels: &mut [(Cow<'_, str>, Cow<'_, str>)],
) -> Result<(), Breach> {
    labels.sort();
    match labels.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(Breach::Rule(at, Rule::RepeatedLabel(pair[0].0.to_string()))),
        None => Ok(()),
    }
}

/// The timestamp in what follows a series, ` value timestamp # …`, which is known to be well-formed.
fn time(rest: &[u8]) -> Option<&str> {
    let line = rest.split(|byte| *byte == b'\n').next()?;
    let word = line.split(|byte| *byte == b' ').nth(2)?;
    let word = std::str::from_utf8(word).ok()?;
    (word != "#").then_some(word)
}

fn no_carriage_return(at: usize, text: &str) -> Result<(), Breach> {
    if text.ends_with('\r') {
        return Err(Breach::Rule(at, Rule::CarriageReturn));
    }
    Ok(())
}
