//! A page as plain samples: for systems that know names, labels and numbers and nothing of families.

use crate::page::{FamilySink, Sink};
use crate::point::{LabelPairs, Point};
use crate::{Collector, Description, Page, Selection};

/// One sample.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flat {
    /// The family's name with what the sample adds to it.
    pub(crate) name: String,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) value: f64,
    /// Whether it is a count or a sum since the start.
    pub(crate) is_total: bool,
}

/// All samples that `collector` shows.
pub(crate) fn samples(collector: &dyn Collector) -> Vec<Flat> {
    let mut samples = Samples(Vec::new());
    collector.collect(&mut Page::new(&mut samples, &Selection::all()));
    samples.0
}

struct Samples(Vec<Flat>);

impl Sink for Samples {
    fn family<'s>(&'s mut self, description: &Description<'s>) -> Box<dyn FamilySink + 's> {
        Box::new(Family {
            samples: &mut self.0,
            name: description.name,
            total: if description.as_named { "" } else { "_total" },
        })
    }
}

struct Family<'s> {
    samples: &'s mut Vec<Flat>,
    name: &'s str,
    /// What a counter's sample adds to the name.
    total: &'s str,
}

impl Family<'_> {
    fn push<'l>(
        &mut self,
        (suffix, is_total): (&str, bool),
        labels: impl Iterator<Item = (&'l str, &'l str)>,
        value: f64,
    ) {
        let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.samples.push(Flat {
            name: format!("{}{suffix}", self.name),
            labels: labels.collect(),
            value,
            is_total,
        });
    }
}

impl FamilySink for Family<'_> {
    fn point(&mut self, labels: LabelPairs<'_>, point: &Point<'_>) {
        match *point {
            Point::Counter { total, .. } => self.push((self.total, true), labels.iter(), total),
            Point::Gauge(value) | Point::Unknown(value) => {
                self.push(("", false), labels.iter(), value);
            }
            Point::Summary(ref summary) => {
                for (quantile, value) in summary.quantiles {
                    let quantile = quantile.to_string();
                    let labels = labels.iter().chain([("quantile", &*quantile)]);
                    self.push(("", false), labels, *value);
                }
                self.push(("_count", true), labels.iter(), summary.count as f64);
                self.push(("_sum", true), labels.iter(), summary.sum);
            }
            Point::Histogram(ref histogram) => {
                let bounds = histogram.bounds.iter().map(ToString::to_string);
                let bounds = bounds.chain(["+Inf".to_owned()]);
                for (bound, count) in bounds.zip(histogram.cumulative()) {
                    let labels = labels.iter().chain([("le", &*bound)]);
                    self.push(("_bucket", true), labels, count as f64);
                }
                self.push(("_count", true), labels.iter(), histogram.count() as f64);
                if let Some(sum) = histogram.sum {
                    self.push(("_sum", true), labels.iter(), sum);
                }
            }
            Point::Info(facts) => {
                self.push(("_info", false), labels.iter().chain(facts.iter()), 1.0);
            }
            Point::StateSet(states) => {
                for &(state, holds) in states {
                    let labels = labels.iter().chain([(self.name, state)]);
                    self.push(("", false), labels, f64::from(u8::from(holds)));
                }
            }
        }
    }
}

/// What is neither a letter, a digit, nor a dash becomes an underscore: in the names of others, everything else may be a sign.
pub(crate) fn plain(text: &str) -> String {
    let keep = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    text.chars().map(keep).collect()
}
