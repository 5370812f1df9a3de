//! Families of several files, put together.

use std::collections::BTreeMap;

use ferula::{Description, Kind, LabelPairs, Page};
use ferula_exposition::read::METRIC_NAME;
use ferula_exposition::{Entries, Entry, Format};

use super::series::Series;

/// By name.
#[derive(Clone, Debug, Default)]
pub(super) struct Families(BTreeMap<String, Family>);

#[derive(Clone, Debug, Default)]
struct Family {
    kind: Kind,
    help: Option<String>,
    /// The files that have it.
    files: Vec<String>,
    /// By labels, without those that belong to a part of a series.
    series: BTreeMap<Labels, Series>,
}

type Labels = Vec<(String, String)>;

impl Families {
    /// Adds what a page says, from the file of that name. Nothing is added when something is wrong with it.
    pub(super) fn add(&mut self, page: &[u8], file: &str) -> Result<(), String> {
        let own = Self::read(page)?;
        let conflict = own.0.iter().find(|(name, family)| {
            self.0
                .get(*name)
                .is_some_and(|known| known.conflicts(family))
        });
        if let Some((name, _)) = conflict {
            return Err(format!(
                "another file has the same series, or another kind of metric: {name}"
            ));
        }
        for (name, family) in own.0 {
            let known = self.0.entry(name).or_default();
            known.kind = family.kind;
            known.help = known.help.take().or(family.help);
            known.files.push(file.to_owned());
            known.series.extend(family.series);
        }
        Ok(())
    }

    fn read(page: &[u8]) -> Result<Self, String> {
        let mut families = Self::default();
        for entry in Entries::new(page, Format::Text) {
            match entry.map_err(|error| error.to_string())? {
                Entry::Help { family, text } => {
                    families.0.entry(family.into_owned()).or_default().help =
                        Some(text.into_owned());
                }
                Entry::Type { family, kind } => {
                    families.0.entry(family.into_owned()).or_default().kind = kind;
                }
                Entry::Sample(sample) => families.sample(&sample)?,
                _ => {}
            }
        }
        families.0.retain(|_, family| !family.series.is_empty());
        Ok(families)
    }

    fn sample(&mut self, sample: &ferula_exposition::read::Sample<'_>) -> Result<(), String> {
        let series = sample.series.as_str();
        if sample.timestamp_ms.is_some() {
            return Err(format!("unsupported client-side timestamp: {series}"));
        }
        let (mut name, mut labels) = (String::new(), Labels::new());
        for label in sample.series.labels() {
            let label = label.map_err(|problem| format!("{}: {series}", problem.fault))?;
            if label.name == METRIC_NAME {
                name = label.value.into_owned();
            } else {
                labels.push((label.name.into_owned(), label.value.into_owned()));
            }
        }
        labels.sort_unstable();
        let (family, part) = self.part(name);
        let own = [("le", Kind::Histogram), ("quantile", Kind::Summary)];
        let own = own
            .into_iter()
            .find(|(_, kind)| *kind == family.kind)
            .map(|(label, _)| label);
        let place = labels
            .iter()
            .position(|(label, _)| Some(label.as_str()) == own);
        let bound = place.map(|place| labels.remove(place).1);
        let known = family.series.entry(labels).or_default();
        known
            .set(part, bound.as_deref(), sample.value)
            .map_err(|what| format!("{what}: {series}"))
    }

    /// The family of a sample, and which part of it the sample is: what follows the family's name.
    fn part(&mut self, name: String) -> (&mut Family, &'static str) {
        let suffix = ["_bucket", "_sum", "_count"].into_iter().find(|suffix| {
            let kind = name
                .strip_suffix(suffix)
                .and_then(|stem| self.0.get(stem))
                .map(|family| family.kind);
            matches!(kind, Some(Kind::Histogram | Kind::Summary))
        });
        let stem = suffix
            .and_then(|suffix| name.strip_suffix(suffix))
            .map(str::to_owned);
        (
            self.0.entry(stem.unwrap_or(name)).or_default(),
            suffix.unwrap_or_default(),
        )
    }

    pub(super) fn show(&self, page: &mut Page<'_>) {
        for (name, family) in &self.0 {
            let said = format!("Metric read from {}", family.files.join(", "));
            let help = family.help.as_deref().unwrap_or(&said);
            let mut points = page.family(match family.kind {
                Kind::Counter => Description::counter_as_named(name, help),
                kind => Description::new(kind, name, help),
            });
            for (labels, series) in &family.series {
                let labels = labels
                    .iter()
                    .map(|(name, value)| (&**name, &**value))
                    .collect::<Vec<_>>();
                series.show(family.kind, LabelPairs::from(&*labels), &mut points);
            }
        }
    }
}

impl Family {
    fn conflicts(&self, other: &Self) -> bool {
        self.kind != other.kind
            || other
                .series
                .keys()
                .any(|labels| self.series.contains_key(labels))
    }
}
