//! Which samples of a group of commits are taken.

use model::Timestamp;
use storage::{Refusal, SampleValue};

use crate::log::{Detail, DetailKind, Row};
use crate::store::Store;
use crate::store::batch::StagedRow;
use crate::store::generation::Generation;
use crate::store::order::{PartLookup, Past, Verdict};
use crate::store::registry::{Book, Place, Registry};
use crate::store::view::View;

/// Judges rows in the order in which they come.
pub(super) struct Judge<'j> {
    store: &'j Store,
    registry: &'j Registry,
    view: &'j View,
    /// All rows that were accepted, from the first one on that had to be looked into.
    pending: Option<Generation>,
    lookup: PartLookup,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Judged {
    /// Samples that are or will be there.
    pub(super) taken: u64,
    pub(super) refused: u64,
}

impl<'j> Judge<'j> {
    pub(super) fn new(store: &'j Store, registry: &'j Registry, view: &'j View) -> Self {
        Self {
            store,
            registry,
            view,
            pending: None,
            lookup: PartLookup::default(),
        }
    }

    /// Adds what can be taken of a row to `accepted`, which has all rows before it.
    pub(super) fn row(&mut self, row: StagedRow, accepted: &mut Vec<StagedRow>) -> Judged {
        if row.is_empty() {
            return Judged::default();
        }
        let samples = row.samples();
        let Some(book) = self.registry.book(row.number) else {
            self.store.counters.refuse_forgotten(samples);
            return Judged {
                taken: 0,
                refused: samples,
            };
        };
        let all_alive = book.deaths() == 0 || row.deaths == Some(book.deaths());
        if row.time.0 > book.newest_ms() && all_alive && row.is_plain() {
            book.note_time(row.time.0);
            self.accept(row, accepted);
            return Judged {
                taken: samples,
                refused: 0,
            };
        }
        self.sample_by_sample(&row, book, accepted)
    }

    fn accept(&self, row: StagedRow, accepted: &mut Vec<StagedRow>) {
        if let Some(pending) = &self.pending {
            pending.apply(&row.row());
        }
        accepted.push(row);
    }

    /// Asks for each sample, once those before it count.
    fn sample_by_sample(
        &mut self,
        row: &StagedRow,
        book: &Book,
        accepted: &mut Vec<StagedRow>,
    ) -> Judged {
        if self.pending.is_none() {
            let pending = Generation::new(0);
            for row in accepted.iter() {
                pending.apply(&row.row());
            }
            self.pending = Some(pending);
        }
        let mut judged = Judged::default();
        let mut taken = StagedRow::new(row.number, row.time, row.columns.len());
        let mut order: Vec<usize> = (0..row.columns.len()).collect();
        order.sort_by_key(|at| row.columns[*at]);
        for at in order {
            let (column, value) = (row.columns[at], row.values[at]);
            let sample = SampleValue::Float(value);
            let twice = taken.columns.last() == Some(&column);
            if twice {
                // The first of them is not pending yet.
                let before = *taken.values.last().expect("as many as columns");
                self.count_twice(before.to_bits() == value.to_bits(), &mut judged);
            } else if self.judge(row, column, row.time, sample, &mut judged) {
                taken.push(column, value);
            }
        }
        self.make_pending(&taken.row());
        book.note_time(row.time.0);
        for detail in &row.details {
            let sample = match &detail.kind {
                DetailKind::Histogram(histogram) => {
                    Some((row.time, SampleValue::Histogram(histogram)))
                }
                DetailKind::FloatAt(time, value) => Some((*time, SampleValue::Float(*value))),
                DetailKind::HistogramAt(time, histogram) => {
                    Some((*time, SampleValue::Histogram(histogram)))
                }
                DetailKind::Start(_) | DetailKind::Exemplar(_) => None,
            };
            let Some((time, value)) = sample else {
                if self.is_alive(row, detail.column) {
                    taken.details.push(detail.clone());
                }
                continue;
            };
            if self.judge(row, detail.column, time, value, &mut judged) {
                self.take_detail(detail, &mut taken);
                book.note_time(time.0);
            }
        }
        if !taken.is_empty() {
            accepted.push(taken);
        }
        judged
    }

    fn take_detail(&self, detail: &Detail, taken: &mut StagedRow) {
        let alone = [detail.clone()];
        self.make_pending(&Row {
            target: taken.number,
            time: taken.time,
            columns: &[],
            values: &[],
            details: &alone,
        });
        let [detail] = alone;
        taken.push_detail(detail.column, detail.kind);
    }

    fn make_pending(&self, row: &Row<'_>) {
        if let Some(pending) = &self.pending {
            pending.apply(row);
        }
    }

    fn is_alive(&self, row: &StagedRow, column: u32) -> bool {
        let target = row.number;
        self.registry.series(Place { target, column }).is_some()
    }

    /// Whether the sample is to be written.
    fn judge(
        &mut self,
        row: &StagedRow,
        column: u32,
        time: Timestamp,
        value: SampleValue<'_>,
        judged: &mut Judged,
    ) -> bool {
        let past = Past {
            registry: self.registry,
            view: self.view,
            pending: self.pending.as_ref(),
            late_window_ms: self.store.late_window_ms(),
        };
        let target = row.number;
        let verdict = past.judge(Place { target, column }, time, value, &mut self.lookup);
        match verdict {
            Ok(Verdict::New) => judged.taken += 1,
            Ok(Verdict::Late) => {
                judged.taken += 1;
                self.store.counters.late.add(1);
            }
            Ok(Verdict::Known) => {
                judged.taken += 1;
                self.store.counters.known.add(1);
                return false;
            }
            Err(refusal) => {
                judged.refused += 1;
                self.refuse(refusal);
                return false;
            }
        }
        true
    }

    fn count_twice(&self, same: bool, judged: &mut Judged) {
        if same {
            judged.taken += 1;
            self.store.counters.known.add(1);
        } else {
            judged.refused += 1;
            self.refuse(Refusal::Duplicate);
        }
    }

    fn refuse(&self, refusal: Refusal) {
        match refusal {
            Refusal::UnknownReference => self.store.counters.refuse_forgotten(1),
            other => self.store.counters.refuse(other),
        }
    }
}
