//! The series that Ferula itself writes about each scrape.

use model::{Labels, STALE_NAN};
use storage::{Appender, Refusal, Sample, SeriesKey, SeriesRef};

/// What is said of one scrape.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// Whether it succeeded.
    pub up: bool,
    /// How long it took.
    pub duration_seconds: f64,
    /// Samples on the page.
    pub scraped: u64,
    /// Samples that the rules left.
    pub kept: u64,
    /// Series that were not there before.
    pub added: u64,
    /// What is said only if the job wants it.
    pub extra: Option<ExtraReport>,
}

/// More about one scrape.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ExtraReport {
    /// Time that it may take.
    pub timeout_seconds: f64,
    /// Samples that it may have; 0 without a limit.
    pub sample_limit: u64,
    /// Bytes of the page; -1 when it was too large, 0 when there was none.
    pub body_size_bytes: i64,
}

/// The names, in the order of [`Report::values`].
const NAMES: [&str; 8] = [
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
    "scrape_timeout_seconds",
    "scrape_sample_limit",
    "scrape_body_size_bytes",
];

impl Report {
    fn values(&self) -> [Option<f64>; NAMES.len()] {
        let extra = |value: fn(&ExtraReport) -> f64| self.extra.as_ref().map(value);
        [
            Some(f64::from(u8::from(self.up))),
            Some(self.duration_seconds),
            Some(self.scraped as f64),
            Some(self.kept as f64),
            Some(self.added as f64),
            extra(|extra| extra.timeout_seconds),
            extra(|extra| extra.sample_limit as f64),
            extra(|extra| extra.body_size_bytes as f64),
        ]
    }
}

/// Writes the reports of one target.
#[derive(Debug, Default)]
pub struct Reporter {
    known: [Option<SeriesRef>; NAMES.len()],
}

impl Reporter {
    /// Appends `report` to the current row.
    pub fn write(&mut self, appender: &mut dyn Appender, target: &Labels, report: &Report) {
        for (index, value) in report.values().into_iter().enumerate() {
            match value {
                Some(value) => self.append(appender, target, index, value),
                // Said before, and not any more.
                None => self.end_one(appender, index),
            }
        }
    }

    /// Says that there will be no more.
    pub fn end(&mut self, appender: &mut dyn Appender) {
        for index in 0..NAMES.len() {
            self.end_one(appender, index);
        }
    }

    fn end_one(&mut self, appender: &mut dyn Appender, index: usize) {
        if let Some(reference) = self.known[index].take() {
            // If the store won't, there is nothing to end.
            let _ = appender.append(SeriesKey::Known(reference), Sample::float(STALE_NAN));
        }
    }

    fn append(&mut self, appender: &mut dyn Appender, target: &Labels, index: usize, value: f64) {
        let sample = Sample::float(value);
        if let Some(reference) = self.known[index] {
            let appended = appender.append(SeriesKey::Known(reference), sample);
            if appended != Err(Refusal::UnknownReference) {
                return;
            }
        }
        let labels = Labels::from_pairs([(model::labels::METRIC_NAME, NAMES[index])]);
        debug_assert!(target.get(model::labels::METRIC_NAME).is_none());
        self.known[index] = appender.append(SeriesKey::InTarget(&labels), sample).ok();
    }
}
