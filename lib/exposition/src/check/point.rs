//! One point of a metric: samples that belong to one time, and whether they are all there.

use std::collections::BTreeSet;

use super::Rule;
use crate::{Kind, Suffix, float};

/// A sample within its family.
pub(super) struct Reading<'r> {
    pub(super) kind: Kind,
    pub(super) suffix: Suffix,
    pub(super) name: &'r str,
    /// The value of `le`, `quantile`, or the state's name.
    pub(super) bound: Option<&'r str>,
    pub(super) value: f64,
}

impl Reading<'_> {
    /// What can be said of a sample without the others.
    pub(super) fn check(&self) -> Result<(), Rule> {
        let (value, name) = (self.value, || self.name.to_owned());
        let shown = || value.to_string();
        match (self.kind, self.suffix) {
            (_, Suffix::Total) if value.is_nan() || value < 0.0 => {
                Err(Rule::Value(name(), shown()))
            }
            // Whether a sum may be below zero is known at the point's end.
            (_, Suffix::Sum) if value.is_nan() => Err(Rule::Value(name(), shown())),
            (_, Suffix::Bucket | Suffix::Count | Suffix::GaugeCount) => self.check_count(),
            (_, Suffix::GaugeSum) if value.is_nan() => Err(Rule::Value(name(), shown())),
            (_, Suffix::Created) if !value.is_finite() => Err(Rule::Value(name(), shown())),
            (_, Suffix::Info) if value != 1.0 => Err(Rule::InfoValue(name(), shown())),
            (Kind::StateSet, _) if value != 0.0 && value != 1.0 => {
                Err(Rule::StateValue(name(), shown()))
            }
            (Kind::Summary, Suffix::None) => self.check_quantile(),
            _ => Ok(()),
        }
    }

    /// What tells it from the other samples of its point.
    fn key(&self) -> (Suffix, String) {
        (self.suffix, self.bound.unwrap_or_default().to_owned())
    }

    fn check_count(&self) -> Result<(), Rule> {
        if self.value.is_nan() || self.value < 0.0 {
            return Err(Rule::Value(self.name.to_owned(), self.value.to_string()));
        }
        if self.value.fract() != 0.0 {
            return Err(Rule::NotInteger(
                self.name.to_owned(),
                self.value.to_string(),
            ));
        }
        match self.bound {
            Some(le) if self.suffix == Suffix::Bucket => bucket_bound(le).map(drop),
            _ => Ok(()),
        }
    }

    fn check_quantile(&self) -> Result<(), Rule> {
        let quantile = self.bound.unwrap_or_default();
        if !float::parse(quantile).is_ok_and(|quantile| (0.0..=1.0).contains(&quantile)) {
            return Err(Rule::Bound("quantile", quantile.to_owned()));
        }
        Ok(())
    }
}

/// The number that `le` is. Infinity has one spelling, so that it is one series.
fn bucket_bound(le: &str) -> Result<f64, Rule> {
    match float::parse(le) {
        Ok(bound) if !bound.is_nan() && (bound != f64::INFINITY || le == "+Inf") => Ok(bound),
        _ => Err(Rule::Bound("le", le.to_owned())),
    }
}

/// The point under way.
pub(super) struct Point {
    /// Where its first sample is.
    at: usize,
    /// What there is of it: parts and bounds.
    seen: BTreeSet<(Suffix, String)>,
    /// Bound and value of the last bucket.
    bucket: Option<(f64, f64)>,
    /// Whether a bucket's bound is negative.
    negative: bool,
    /// The last quantile below zero.
    quantile: Option<f64>,
    count: Option<f64>,
    sum: Option<f64>,
}

impl Point {
    pub(super) fn new(at: usize) -> Self {
        Self {
            at,
            seen: BTreeSet::new(),
            bucket: None,
            negative: false,
            quantile: None,
            count: None,
            sum: None,
        }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Whether the point has such a sample already.
    pub(super) fn has(&self, reading: &Reading<'_>) -> bool {
        self.seen.contains(&reading.key())
    }

    /// Adds a sample that passed [`Reading::check`].
    pub(super) fn add(&mut self, reading: &Reading<'_>) -> Result<(), Rule> {
        let name = || reading.name.to_owned();
        let bound = reading.bound.unwrap_or_default();
        if !self.seen.insert(reading.key()) {
            return Err(Rule::RepeatedSample(name()));
        }
        match reading.suffix {
            Suffix::Bucket => {
                let bound = bucket_bound(bound)?;
                if let Some((bound_before, value_before)) = self.bucket {
                    if bound <= bound_before {
                        return Err(Rule::BucketOrder(name()));
                    }
                    if reading.value < value_before {
                        return Err(Rule::BucketValues(name()));
                    }
                }
                self.negative |= bound < 0.0;
                self.bucket = Some((bound, reading.value));
            }
            Suffix::Count | Suffix::GaugeCount => self.count = Some(reading.value),
            Suffix::Sum | Suffix::GaugeSum => self.sum = Some(reading.value),
            Suffix::None if reading.kind == Kind::Summary && reading.value < 0.0 => {
                self.quantile = Some(reading.value);
            }
            _ => {}
        }
        Ok(())
    }

    /// What can be said when all samples of the point have come.
    pub(super) fn end(&self, family: &str, kind: Kind) -> Result<(), Rule> {
        match kind {
            Kind::Counter if !self.seen.contains(&(Suffix::Total, String::new())) => {
                let (family, what) = (family.to_owned(), "its _total");
                Err(Rule::Incomplete { family, kind, what })
            }
            Kind::Histogram | Kind::GaugeHistogram => self.end_histogram(family, kind),
            Kind::Summary => self.end_summary(family),
            _ => Ok(()),
        }
    }

    /// The standard knows no observations below zero. Go's client shows them all the same and every scraper takes them, so they pass
    /// where the point bears them out: observations were counted, and a sum below zero has a quantile below zero beside it.
    fn end_summary(&self, family: &str) -> Result<(), Rule> {
        let counted = self.count.is_some_and(|count| count > 0.0);
        match (self.quantile, self.sum) {
            (Some(_), _) if counted => Ok(()),
            (Some(quantile), _) => Err(Rule::Value(family.to_owned(), quantile.to_string())),
            (None, Some(sum)) if sum < 0.0 => {
                Err(Rule::Value(format!("{family}_sum"), sum.to_string()))
            }
            _ => Ok(()),
        }
    }

    fn end_histogram(&self, family: &str, kind: Kind) -> Result<(), Rule> {
        let name = || family.to_owned();
        let lacks = |what| {
            Err(Rule::Incomplete {
                family: name(),
                kind,
                what,
            })
        };
        let Some((f64::INFINITY, total)) = self.bucket else {
            return lacks("a bucket with le=\"+Inf\"");
        };
        match (self.count, self.sum) {
            (None, Some(_)) => return lacks("a count, though it has a sum"),
            (Some(_), None) => return lacks("a sum, though it has a count"),
            (Some(count), Some(_)) if count != total => return Err(Rule::CountMismatch(name())),
            _ => {}
        }
        match (kind, self.sum) {
            // Below zero the sum shows by itself that it is no counter. Go's client writes such pages and every scraper takes
            // them; what nobody can see, and the standard is right to forbid, is a sum that still looks like one.
            (Kind::Histogram, Some(sum)) if self.negative && sum >= 0.0 => {
                Err(Rule::SumOfNegatives(name()))
            }
            (_, Some(sum)) if sum < 0.0 && !self.negative => Err(Rule::NegativeSum(name())),
            _ => Ok(()),
        }
    }
}
