//! The log's rows, read back into memory.

mod hands;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Labels, Matcher, TimeRange, Timestamp};

use super::batch::StagedRow;
use super::generation::Generation;
use super::registry::{Place, Registry};
use super::state::Health;
use super::view::View;
use super::{LOG_FOLDER, Store, StoreError};
use crate::log::{DetailKind, Flaw, Log, LogOptions, Record, Row, Scope, TargetId, Visitor};
use hands::Hands;

/// What was read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplayReport {
    /// Segments of the log.
    pub segments: u64,
    /// Samples that came back into memory; those that parts have are not read again.
    pub samples: u64,
    /// Places of the log that could not be read. Their segments are kept.
    pub flaws: Vec<Flaw>,
}

impl Store {
    /// Reads the log, unless that was done, and lets appenders begin. To be called once after [`open`](Self::open), by a thread of the
    /// caller's; if nobody does, the first appender does.
    ///
    /// # Errors
    ///
    /// When the disk fails. Nothing is lost by it: try again.
    pub fn replay(&self) -> Result<ReplayReport, StoreError> {
        let maintenance = self.maintenance();
        let mut log = self.log();
        if log.is_some() {
            return Ok(ReplayReport::default());
        }
        let generation = Generation::new(self.options.exemplars_max);
        let options = LogOptions {
            folder: LOG_FOLDER.to_owned(),
            segment_bytes: self.options.segment_bytes,
        };
        let (opened, replayed, mut read) = std::thread::scope(|scope| {
            let mut reader = Reader {
                registry: Registry::new(self.newest_in_parts()),
                hands: Hands::new(scope, &generation),
                targets: HashMap::default(),
                skip_up_to: maintenance.catalog.log_sequence(),
            };
            let (log, replayed) = Log::open(Arc::clone(&self.disk), options, &mut reader)?;
            reader.hands.finish();
            Ok::<_, StoreError>((log, replayed, reader.registry))
        })?;
        let samples = generation.samples();
        read.forget_silent(|place| generation.has(place));
        let view = View {
            generations: Arc::from([Arc::new(generation)]),
            is_replaying: false,
            ..self.view()
        };
        // Whoever finds a series finds its rows.
        let mut registry = self.registry_mut();
        *registry = read;
        self.set_view(view);
        drop(registry);
        *log = Some(opened);
        self.counters.set_health(Health::Healthy);
        self.is_ready.store(true, Ordering::Release);
        Ok(ReplayReport {
            segments: replayed.segments,
            samples,
            flaws: replayed.flaws,
        })
    }
}

/// Takes what the log shows.
struct Reader<'g> {
    registry: Registry,
    hands: Hands<'g>,
    /// By the log's number.
    targets: HashMap<TargetId, Known, RandomState>,
    /// Groups up to this one are in parts.
    skip_up_to: u64,
}

/// What a number of the log means here.
struct Known {
    number: TargetId,
    /// Where the columns are, if not all are at their own numbers in the target's book.
    places: Vec<Option<Place>>,
    is_same: bool,
}

impl Visitor for Reader<'_> {
    fn target(&mut self, target: TargetId, labels: Labels) {
        let number = self.registry.open_book(&labels);
        let known = Known {
            number,
            places: Vec::new(),
            is_same: true,
        };
        self.targets.insert(target, known);
    }

    fn column(&mut self, target: TargetId, column: u32, scope: Scope, labels: Labels) {
        let Some(known) = self.targets.get_mut(&target) else {
            return;
        };
        let is_whole = scope == Scope::Whole;
        let place = if labels.is_empty() && is_whole {
            // A series that was forgotten. Its column stays empty, so that those behind it are where they were.
            self.registry.skip_column(known.number, column);
            None
        } else {
            let (place, _) = self.registry.add_series(known.number, &labels, is_whole);
            Some(place)
        };
        let own = Place {
            target: known.number,
            column,
        };
        known.is_same &= place.is_none_or(|place| place == own);
        known.places.push(place);
    }

    fn record(&mut self, sequence: u64, record: Record<'_>) {
        match record {
            Record::Row(row) if sequence > self.skip_up_to => self.row(&row),
            Record::Row(_) => {}
            Record::Metadata {
                target,
                family,
                metadata,
            } => {
                if let Some(known) = self.targets.get(&target) {
                    self.registry.say(known.number, family, metadata);
                }
            }
            Record::Deletion { matchers, range } if sequence > self.skip_up_to => {
                self.delete(matchers, range);
            }
            Record::Deletion { .. } => {}
        }
    }
}

impl Reader<'_> {
    /// Deletes what came before.
    fn delete(&mut self, matchers: &[Matcher], range: TimeRange) {
        self.hands.finish();
        for found in self.registry.select(matchers) {
            for column in found.columns.iter() {
                let place = Place {
                    target: found.number,
                    column: *column,
                };
                self.hands.generation().delete(place, range);
            }
        }
    }

    fn row(&mut self, row: &Row<'_>) {
        let Some(known) = self.targets.get(&row.target) else {
            return;
        };
        if known.is_same {
            let row = Row {
                target: known.number,
                ..*row
            };
            self.apply(&row);
            return;
        }
        for dealt in known.deal_out(row) {
            self.apply(&dealt.row());
        }
    }

    fn apply(&mut self, row: &Row<'_>) {
        self.hands.put(row);
        if let Some(book) = self.registry.book(row.target) {
            book.note_time(row.time.0);
            for detail in row.details {
                if let DetailKind::FloatAt(time, _) | DetailKind::HistogramAt(time, _) = detail.kind
                {
                    book.note_time(time.0);
                }
            }
        }
    }
}

impl Known {
    /// A row whose columns lie in several books, or elsewhere in their own.
    fn deal_out(&self, row: &Row<'_>) -> Vec<StagedRow> {
        let mut rows: Vec<StagedRow> = Vec::new();
        let place_of = |column: u32| self.places.get(column as usize).copied().flatten();
        for (column, value) in row.columns.iter().zip(row.values) {
            if let Some(place) = place_of(*column) {
                row_of(&mut rows, place.target, row.time).push(place.column, *value);
            }
        }
        for detail in row.details {
            if let Some(place) = place_of(detail.column) {
                row_of(&mut rows, place.target, row.time)
                    .push_detail(place.column, detail.kind.clone());
            }
        }
        rows
    }
}

fn row_of(rows: &mut Vec<StagedRow>, number: TargetId, time: Timestamp) -> &mut StagedRow {
    let at = rows.iter().position(|staged| staged.number == number);
    let at = at.unwrap_or_else(|| {
        rows.push(StagedRow::new(number, time, 0));
        rows.len() - 1
    });
    &mut rows[at]
}
