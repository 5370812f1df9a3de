//! Rows on their way in.

use model::{Labels, Metadata, Timestamp};
use roaring::RoaringBitmap;
use storage::{
    Appender, Broken, Committed, Refusal, Sample, SampleValue, SeriesKey, SeriesRef, Submitted,
};

use super::Store;
use super::batch::{Batch, Saying, StagedRow};
use super::order::{PartLookup, Past, Verdict};
use super::queue::Ticket;
use super::registry::{Book, Place};
use crate::log::{DetailKind, TargetId};

/// Rows that are not visible yet.
pub(super) struct StoreAppender<'s> {
    store: &'s Store,
    /// The row that samples go to now.
    row: Option<CurrentRow>,
    batch: Batch,
    /// Series that nobody has committed yet, and that this one waits to.
    young: Vec<Place>,
    created: u64,
    /// Samples that the store has already, and that need not come again.
    known: u64,
    lookup: PartLookup,
    /// Why nothing can be taken.
    broken: Option<Broken>,
}

/// A row under way.
struct CurrentRow {
    labels: Labels,
    time: Timestamp,
    number: TargetId,
    /// Its place in the batch; rows of other targets may follow it.
    at: usize,
    /// References below this are good without a look, but for these.
    columns_known: u32,
    doubtful: Option<Box<RoaringBitmap>>,
    /// No sample of the target was newer when the row began.
    newest_ms: i64,
}

impl CurrentRow {
    fn new(book: &Book, labels: &Labels, time: Timestamp) -> Self {
        Self {
            labels: labels.clone(),
            time,
            number: book.number(),
            at: 0,
            columns_known: book.columns(),
            doubtful: book.doubtful(),
            newest_ms: book.newest_ms(),
        }
    }
}

impl<'s> StoreAppender<'s> {
    pub(super) fn new(store: &'s Store) -> Self {
        Self {
            store,
            row: None,
            batch: Batch::default(),
            young: Vec::new(),
            created: 0,
            known: 0,
            lookup: PartLookup::default(),
            broken: None,
        }
    }

    /// The place that a reference stands for.
    fn place_of(&mut self, at: SeriesRef) -> Result<Place, Refusal> {
        let place = Place {
            target: TargetId((at.0 >> 32) as u32),
            column: at.0 as u32,
        };
        let row = self.row.as_ref().expect("`row` comes before `append`");
        if place.target == row.number
            && place.column < row.columns_known
            && row
                .doubtful
                .as_ref()
                .is_none_or(|own| !own.contains(place.column))
        {
            return Ok(place);
        }
        let is_good = {
            let registry = self.store.registry();
            let book = registry.book(place.target);
            book.ok_or(Refusal::UnknownReference)?.is_good(place.column)
        };
        if !is_good {
            let waits = self.store.registry_mut().wait_for(place);
            if waits.ok_or(Refusal::UnknownReference)? {
                self.young.push(place);
            }
        }
        Ok(place)
    }

    /// The place of the series with these labels, which is made if it is new.
    fn find(&mut self, own: &Labels, whole: bool) -> Result<Place, Refusal> {
        let row = self.row.as_mut().expect("`row` comes before `append`");
        if own.is_empty() && (whole || row.labels.is_empty()) {
            return Err(Refusal::NoLabels);
        }
        let found = {
            let registry = self.store.registry();
            let place = match whole {
                true => registry.find(&Labels::empty(), own),
                false => registry.find(&row.labels, own),
            };
            place.filter(|place| {
                let book = registry.book(place.target);
                book.is_some_and(|book| book.is_good(place.column))
            })
        };
        if let Some(place) = found {
            return Ok(place);
        }
        let mut registry = self.store.registry_mut();
        if registry.book(row.number).is_none_or(Book::is_retired) {
            // It was forgotten since the row began, or goes on under another number.
            row.number = registry.open_book(&row.labels);
            row.columns_known = 0;
            row.at = self.batch.rows.len();
            self.batch
                .rows
                .push(StagedRow::new(row.number, row.time, 0));
        }
        let (place, is_new) = registry.open_series(row.number, own, whole);
        if let Some(book) = registry.book(row.number) {
            row.newest_ms = row.newest_ms.max(book.newest_ms());
        }
        if is_new || registry.is_young(place) {
            self.young.push(place);
        }
        drop(registry);
        self.created += u64::from(is_new);
        Ok(place)
    }

    /// Whether the sample may come, and is not there; as far as can be told before the commit.
    fn check(
        &mut self,
        place: Place,
        time: Timestamp,
        value: SampleValue<'_>,
    ) -> Result<Verdict, Refusal> {
        let registry = self.store.registry();
        let in_time = registry
            .book(place.target)
            .is_some_and(|book| time.0 > book.newest_ms());
        if in_time {
            return Ok(Verdict::New);
        }
        let view = self.store.view();
        let past = Past {
            registry: &registry,
            view: &view,
            pending: None,
            late_window_ms: self.store.late_window_ms(),
        };
        past.judge(place, time, value, &mut self.lookup)
    }

    /// The staged row that a sample of another target's column goes to.
    fn staged_for(&mut self, target: TargetId) -> &mut StagedRow {
        let row = self.row.as_ref().expect("`row` comes before `append`");
        let (first, time) = (row.at, row.time);
        let rows = &self.batch.rows[first..];
        let at = match rows.iter().position(|staged| staged.number == target) {
            Some(at) => first + at,
            None => {
                self.batch.rows.push(StagedRow::new(target, time, 0));
                self.batch.rows.len() - 1
            }
        };
        &mut self.batch.rows[at]
    }

    fn stage(&mut self, place: Place, sample: &Sample<'_>, time: Timestamp) {
        let row = self.row.as_ref().expect("`row` comes before `append`");
        let (row_time, is_own) = (row.time, place.target == row.number);
        let at = row.at;
        let staged = match is_own {
            true => &mut self.batch.rows[at],
            false => self.staged_for(place.target),
        };
        let column = place.column;
        match (sample.value, time == row_time) {
            (SampleValue::Float(value), true) => staged.push(column, value),
            (SampleValue::Float(value), false) => {
                staged.push_detail(column, DetailKind::FloatAt(time, value));
            }
            (SampleValue::Histogram(histogram), true) => {
                staged.push_detail(column, DetailKind::Histogram(histogram.clone()));
            }
            (SampleValue::Histogram(histogram), false) => {
                staged.push_detail(column, DetailKind::HistogramAt(time, histogram.clone()));
            }
        }
        if let Some(start) = sample.start {
            staged.push_detail(column, DetailKind::Start(start));
        }
    }

    fn stage_exemplars(&mut self, place: Place, sample: &Sample<'_>) {
        if sample.exemplars.is_empty() {
            return;
        }
        let staged = self.staged_for(place.target);
        for exemplar in sample.exemplars {
            staged.push_detail(place.column, DetailKind::Exemplar(exemplar.clone()));
        }
    }
}

impl Appender for StoreAppender<'_> {
    fn row(&mut self, target: &Labels, time: Timestamp) {
        if let Err(error) = self.store.make_ready() {
            self.broken = Some(error);
        }
        let known = {
            let registry = self.store.registry();
            let book = registry.find_book(target);
            book.map(|book| (CurrentRow::new(book, target, time), book.deaths()))
        };
        let (row, deaths) = known.unwrap_or_else(|| {
            let mut registry = self.store.registry_mut();
            let number = registry.open_book(target);
            let book = registry.book(number).expect("it was just opened");
            (CurrentRow::new(book, target, time), book.deaths())
        });
        // Most rows have a sample of each series.
        let columns = row.columns_known as usize - deaths as usize;
        let mut staged = StagedRow::new(row.number, time, columns);
        staged.deaths = Some(deaths);
        let at = self.batch.rows.len();
        self.row = Some(CurrentRow { at, ..row });
        self.batch.rows.push(staged);
    }

    #[inline]
    fn append(&mut self, series: SeriesKey<'_>, sample: Sample<'_>) -> Result<SeriesRef, Refusal> {
        if self.broken.is_some() {
            return Err(Refusal::Full);
        }
        let place = match series {
            SeriesKey::Known(at) => self.place_of(at)?,
            SeriesKey::InTarget(own) => self.find(own, false)?,
            SeriesKey::Whole(labels) => self.find(labels, true)?,
        };
        let row = self.row.as_ref().expect("`row` comes before `append`");
        let time = sample.timestamp.unwrap_or(row.time);
        let is_newest = place.target == row.number && time.0 > row.newest_ms;
        let mut is_known = false;
        if !is_newest {
            let verdict = self.check(place, time, sample.value);
            let refuse = |refusal: &Refusal| self.store.counters.refuse(*refusal);
            is_known = verdict.inspect_err(refuse)? == Verdict::Known;
        }
        if is_known {
            self.known += 1;
        } else {
            self.stage(place, &sample, time);
        }
        self.stage_exemplars(place, &sample);
        Ok(SeriesRef(
            u64::from(place.target.0) << 32 | u64::from(place.column),
        ))
    }

    fn metadata(&mut self, family: &str, metadata: &Metadata) {
        let row = self.row.as_ref().expect("`row` comes before `metadata`");
        if self.broken.is_some() || self.store.registry().says(row.number, family, metadata) {
            return;
        }
        self.batch.sayings.push(Saying {
            number: row.number,
            family: family.to_owned(),
            metadata: metadata.clone(),
        });
    }

    fn commit(self: Box<Self>) -> Result<Committed, Broken> {
        self.submit().wait()
    }

    fn submit<'s>(mut self: Box<Self>) -> Box<dyn Submitted + 's>
    where
        Self: 's,
    {
        let batch = std::mem::take(&mut self.batch);
        let ticket = match self.broken.take() {
            Some(broken) => Err(broken),
            None => self.store.submit(batch),
        };
        Box::new(Handed {
            appender: *self,
            ticket: Some(ticket),
        })
    }
}

/// Rows that are in the queue.
struct Handed<'s> {
    appender: StoreAppender<'s>,
    /// Taken by whoever waits for it; without one in it there was nothing to commit.
    ticket: Option<Result<Option<Ticket>, Broken>>,
}

impl Handed<'_> {
    fn settle(&mut self) -> Result<Committed, Broken> {
        let Some(ticket) = self.ticket.take() else {
            return Ok(Committed::default());
        };
        let appender = &mut self.appender;
        let mut committed = match ticket? {
            Some(ticket) => appender.store.wait(ticket)?,
            None => Committed::default(),
        };
        committed.samples += appender.known;
        committed.series_created = appender.created;
        let counters = &appender.store.counters;
        counters.known.add(appender.known);
        counters.series_created.add(appender.created);
        let young = std::mem::take(&mut appender.young);
        if !young.is_empty() {
            appender.store.registry_mut().grow_up(&young);
        }
        Ok(committed)
    }
}

impl Submitted for Handed<'_> {
    fn wait(mut self: Box<Self>) -> Result<Committed, Broken> {
        self.settle()
    }
}

impl Drop for Handed<'_> {
    /// What is in the queue will be committed, so its series must stay.
    fn drop(&mut self) {
        let _ = self.settle();
    }
}

impl Drop for StoreAppender<'_> {
    /// What was staged was never visible; series that were made for it go again.
    fn drop(&mut self) {
        if !self.young.is_empty() {
            self.store.registry_mut().give_up(&self.young);
        }
    }
}
