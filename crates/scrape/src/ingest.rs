//! A page becomes a row.
//!
//! ```text
//!  page ── sample ──► cache: known?  ── yes ──► append by reference          (all but the first scrape)
//!                                    ── no ───► series::resolve ──► append by labels, remember
//!       ── family ──► metadata                                            (only where the page has changed)
//!  end  ── vanished series ──► stale markers
//!       ── report ──► up, duration, counts                                    all in one commit
//! ```
//!
//! A page that fails halfway leaves no sample behind: the row is dropped, and a second one says only that the target is down
//! and that its series have ended.
//!
//! Invariants:
//! - a known sample costs no allocation and no hash;
//! - whatever happens to the page, the report is written.

mod kinds;
mod limits;
mod series;
#[cfg(test)]
mod tests;

use ferula_exposition::Format;
use model::{Exemplar, Histogram, Labels, STALE_NAN, Timestamp};
use storage::exposed::{ExposedError, ExposedHistogram, ExposedSample, Item, Layouts, Page};
use storage::{Appender, Broken, Refusal, Sample, SeriesKey, SeriesRef, Store, Submitted};

use crate::cache::{Cache, Meaning, Slot};
use crate::error::PageError;
use crate::options::JobOptions;
use crate::report::{Report, Reporter};
use kinds::Kinds;
use series::Resolved;

/// Samples so far ahead of the clock are not taken, in milliseconds: one of them would make everything after it late.
pub const FUTURE_MS_MAX: i64 = 10 * 60_000;

/// What a page was made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Samples on the page.
    pub scraped: u64,
    /// Samples that the rules left.
    pub kept: u64,
    /// Series that were not on the page before.
    pub added: u64,
    /// Samples that were left out because their series has one already.
    pub duplicates: u64,
    /// Samples that were left out because newer ones are there.
    pub out_of_order: u64,
    /// Samples that were left out because they are too old, or from the future.
    pub out_of_bounds: u64,
    /// Samples that were left out because the store is full.
    pub no_room: u64,
}

/// Whose page it is, and what is done with it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The job's options.
    pub job: &'a JobOptions,
    /// The target's labels.
    pub target: &'a Labels,
    /// The row's time.
    pub time: Timestamp,
}

/// What a page holds: a text, and native histograms beside it.
#[derive(Clone, Copy, Debug)]
pub struct Body<'p> {
    /// The text.
    pub text: &'p [u8],
    /// What it is written in.
    pub format: Format,
    /// What no text has.
    pub histograms: &'p [ExposedHistogram],
}

impl<'p> Body<'p> {
    /// A page that is a text.
    #[must_use]
    pub fn text(text: &'p [u8], format: Format) -> Self {
        Self {
            text,
            format,
            histograms: &[],
        }
    }
}

/// Ingests the pages of one target.
#[derive(Debug, Default)]
pub struct Ingester {
    cache: Cache,
    /// What the last page was; a text that is a series of one format may be another one of the other.
    format: Option<Format>,
    reporter: Reporter,
    ended: Vec<SeriesRef>,
    /// Set when series are to tell their types and units.
    kinds: Option<Box<Kinds>>,
}

impl Ingester {
    /// Ingests pages of a target whose layout is probably that of others too.
    #[must_use]
    pub fn sharing(layouts: Layouts) -> Self {
        Self {
            cache: Cache::sharing(layouts),
            ..Self::default()
        }
    }

    /// The same with labels for types and units, if they are wanted.
    #[must_use]
    pub fn telling_kinds(self, is_wanted: bool) -> Self {
        Self {
            kinds: is_wanted.then(Box::default),
            ..self
        }
    }

    /// Hands over a page's row, and what `report` says of it, which it is told the page's counts and fault for.
    ///
    /// What is handed over here must come to [`settle`](Self::settle) before anything else is done.
    pub fn page<'s>(
        &mut self,
        store: &'s dyn Store,
        row: Row<'_>,
        page: Body<'_>,
        report: impl FnOnce(&Counts, Option<&PageError>) -> Report,
    ) -> (Box<dyn Submitted + 's>, Counts, Option<PageError>) {
        if self
            .format
            .replace(page.format)
            .is_some_and(|last| last != page.format)
        {
            self.cache.forget_meanings();
        }
        let mut appender = store.appender();
        appender.row(row.target, row.time);
        let mut counts = Counts::default();
        let result = self.samples(&mut *appender, row, page, &mut counts);
        if result.is_err() {
            drop(appender);
            counts.added = 0;
            self.cache.abandon();
            appender = store.appender();
            appender.row(row.target, row.time);
            self.end_all(&mut *appender);
        }
        let report = report(&counts, result.as_ref().err());
        self.reporter.write(&mut *appender, row.target, &report);
        (appender.submit(), counts, result.err())
    }

    /// Hands over that there was no page: all series end, and the report says why they do.
    pub fn nothing<'s>(
        &mut self,
        store: &'s dyn Store,
        row: Row<'_>,
        report: &Report,
    ) -> Box<dyn Submitted + 's> {
        let mut appender = store.appender();
        appender.row(row.target, row.time);
        self.end_all(&mut *appender);
        self.reporter.write(&mut *appender, row.target, report);
        appender.submit()
    }

    /// Hands over that the target is gone: its series end, the report's among them.
    pub fn end<'s>(&mut self, store: &'s dyn Store, row: Row<'_>) -> Box<dyn Submitted + 's> {
        let mut appender = store.appender();
        appender.row(row.target, row.time);
        self.end_all(&mut *appender);
        self.reporter.end(&mut *appender);
        appender.submit()
    }

    /// Waits until what was handed over is in the store.
    ///
    /// # Errors
    ///
    /// When the store is broken; then nothing was written.
    pub fn settle(&mut self, rows: Box<dyn Submitted + '_>) -> Result<(), Broken> {
        let committed = rows.wait();
        if committed.is_err() {
            self.forget_meanings();
            self.reporter = Reporter::default();
        }
        committed.map(|_| ())
    }

    /// The rules that make series have changed.
    pub fn forget_meanings(&mut self) {
        self.cache.forget_meanings();
    }

    fn samples(
        &mut self,
        appender: &mut dyn Appender,
        row: Row<'_>,
        body: Body<'_>,
        counts: &mut Counts,
    ) -> Result<(), PageError> {
        if self.kinds.as_deref_mut().is_some_and(Kinds::take_change) {
            self.cache.forget_meanings();
        }
        self.cache.begin();
        let mut page = Page::new(body.text, body.format);
        let mut reading = Reading {
            cache: &mut self.cache,
            appender,
            row,
            counts,
            is_over_limit: false,
            tells_kinds: self.kinds.is_some(),
            exemplars: Vec::new(),
            histogram: None,
        };
        loop {
            if let Some(sample) = reading.foreseen(&mut page) {
                let slot = reading.cache.take_foreseen();
                reading.sample(&page, &sample, slot)?;
                continue;
            }
            if page.ends_with(reading.cache.foreseen_end()) {
                break;
            }
            let Some(item) = page.next() else { break };
            match item.map_err(ExposedError::from)? {
                Item::Sample(sample) => {
                    let slot = reading.cache.find(page.line(&sample));
                    reading.sample(&page, &sample, slot)?;
                }
                Item::Family(family) => {
                    if let Some(kinds) = &mut self.kinds {
                        kinds.note(&family);
                    }
                    let metadata = family.metadata();
                    reading.appender.metadata(family.name(), &metadata);
                }
            }
        }
        for beside in body.histograms {
            let slot = reading.cache.find(beside.line());
            reading.histogram = Some(&beside.histogram);
            reading.counts.scraped += 1;
            reading.sample_with_care(&page, &beside.sample(), slot)?;
        }
        if reading.is_over_limit {
            return Err(PageError::SampleLimit);
        }
        self.ended.clear();
        self.cache.vanished(&mut self.ended);
        mark_stale(&self.ended, appender);
        self.cache.keep(page.end());
        Ok(())
    }

    fn end_all(&mut self, appender: &mut dyn Appender) {
        self.ended.clear();
        self.cache.end_all(&mut self.ended);
        mark_stale(&self.ended, appender);
    }
}

/// What the store refuses is forgotten, older than something newer, or gone: in no case is there anything to mark.
fn mark_stale(ended: &[SeriesRef], appender: &mut dyn Appender) {
    for reference in ended {
        let _ = appender.append(SeriesKey::Known(*reference), Sample::float(STALE_NAN));
    }
}

/// The reading of one page.
struct Reading<'r> {
    cache: &'r mut Cache,
    appender: &'r mut dyn Appender,
    row: Row<'r>,
    counts: &'r mut Counts,
    /// Then samples are only counted, so that the report tells how many there are.
    is_over_limit: bool,
    /// Whether series get labels for their types and units.
    tells_kinds: bool,
    exemplars: Vec<Exemplar>,
    /// The value of the sample that is read, where that is no float.
    histogram: Option<&'r Histogram>,
}

impl Reading<'_> {
    /// The page's next sample, if it is the one that came here on the page before.
    #[inline]
    fn foreseen<'p>(&self, page: &mut Page<'p>) -> Option<ExposedSample<'p>> {
        page.expect(self.cache.foreseen()?)
    }

    #[inline]
    fn sample(
        &mut self,
        page: &Page<'_>,
        sample: &ExposedSample<'_>,
        slot: Slot,
    ) -> Result<(), PageError> {
        self.counts.scraped += 1;
        let entry = slot.entry();
        let is_plain = !entry.repeated
            && !entry.own_time
            && sample.timestamp().is_none()
            && !sample.has_exemplar()
            && self.row.job.limits.samples == 0;
        if let (true, Meaning::Series(reference)) = (is_plain, entry.meaning) {
            self.counts.kept += 1;
            let known = SeriesKey::Known(reference);
            return match self.appender.append(known, Sample::float(sample.value())) {
                Ok(_) => Ok(()),
                Err(refusal) => self.refused(refusal, page, sample, slot),
            };
        }
        self.sample_with_care(page, sample, slot)
    }

    /// Everything but the common case.
    #[inline(never)]
    fn sample_with_care(
        &mut self,
        page: &Page<'_>,
        sample: &ExposedSample<'_>,
        slot: Slot,
    ) -> Result<(), PageError> {
        let entry = slot.entry();
        if entry.meaning == Meaning::Dropped {
            return Ok(());
        }
        let time = self.time_of(sample);
        if entry.repeated && time.is_none() {
            self.counts.kept += 1;
            self.counts.duplicates += 1;
            return Ok(());
        }
        let own_time = time.is_some() && !self.row.job.track_timestamps_staleness;
        if own_time != entry.own_time {
            self.cache.set_own_time(slot, own_time);
        }
        match entry.meaning {
            Meaning::Series(reference) => {
                if !self.count_kept() {
                    return Ok(());
                }
                match self.append(SeriesKey::Known(reference), sample) {
                    Ok(_) => Ok(()),
                    Err(refusal) => self.refused(refusal, page, sample, slot),
                }
            }
            _ => self.resolve(page, sample, slot, Resolving::New),
        }
    }

    fn time_of(&self, sample: &ExposedSample<'_>) -> Option<Timestamp> {
        sample.timestamp().filter(|_| self.row.job.honor_timestamps)
    }

    /// Counts a sample that the rules left. Answers whether it may still be appended.
    fn count_kept(&mut self) -> bool {
        self.counts.kept += 1;
        let limit = self.row.job.limits.samples;
        self.is_over_limit |= limit > 0 && self.counts.kept > limit;
        !self.is_over_limit
    }

    #[cold]
    fn refused(
        &mut self,
        refusal: Refusal,
        page: &Page<'_>,
        sample: &ExposedSample<'_>,
        slot: Slot,
    ) -> Result<(), PageError> {
        if refusal == Refusal::UnknownReference {
            return self.resolve(page, sample, slot, Resolving::Forgotten);
        }
        self.count_refusal(refusal);
        Ok(())
    }

    fn count_refusal(&mut self, refusal: Refusal) {
        match refusal {
            Refusal::Duplicate => self.counts.duplicates += 1,
            Refusal::OutOfOrder => self.counts.out_of_order += 1,
            Refusal::Full => self.counts.no_room += 1,
            Refusal::TooOld
            | Refusal::NoLabels
            | Refusal::InvalidHistogram
            | Refusal::UnknownReference => self.counts.out_of_bounds += 1,
        }
    }

    /// Finds out what the series means, and appends the sample if it means anything.
    #[inline(never)]
    fn resolve(
        &mut self,
        page: &Page<'_>,
        sample: &ExposedSample<'_>,
        slot: Slot,
        why: Resolving,
    ) -> Result<(), PageError> {
        // Families are described on the page, and this one stands beside it.
        let tells_kinds = self.tells_kinds && self.histogram.is_none();
        let resolved =
            series::resolve(self.row, page, sample, tells_kinds).inspect_err(|error| {
                // What is no series was no sample.
                let is_text = matches!(error, PageError::Exposed(ExposedError::Syntax(_)));
                self.counts.scraped -= u64::from(is_text);
            })?;
        let key = match &resolved {
            Resolved::Dropped => {
                self.cache.set_meaning(slot, Meaning::Dropped);
                return Ok(());
            }
            Resolved::InTarget(labels) => SeriesKey::InTarget(labels),
            Resolved::Whole(labels) => SeriesKey::Whole(labels),
        };
        // A sample whose series was forgotten has been counted already.
        if why == Resolving::New && !self.count_kept() {
            return Ok(());
        }
        match self.append(key, sample) {
            Ok(reference) => {
                self.cache.set_meaning(slot, Meaning::Series(reference));
                self.counts.added += u64::from(why == Resolving::New);
            }
            Err(refusal) => self.count_refusal(refusal),
        }
        Ok(())
    }

    fn append(
        &mut self,
        key: SeriesKey<'_>,
        sample: &ExposedSample<'_>,
    ) -> Result<SeriesRef, Refusal> {
        let timestamp = self.time_of(sample);
        if timestamp.is_some_and(|own| own > self.row.time.plus_ms(FUTURE_MS_MAX)) {
            return Err(Refusal::TooOld);
        }
        self.exemplars.clear();
        if sample.has_exemplar() {
            let time = timestamp.unwrap_or(self.row.time);
            self.exemplars.extend(sample.exemplar(time));
        }
        let value = match self.histogram {
            Some(histogram) => Sample::histogram(histogram),
            None => Sample::float(sample.value()),
        };
        let sample = Sample {
            timestamp,
            exemplars: &self.exemplars,
            ..value
        };
        self.appender.append(key, sample)
    }
}

/// Why a series' meaning is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resolving {
    /// It was not on the last page.
    New,
    /// The store no longer knows its reference.
    Forgotten,
}
