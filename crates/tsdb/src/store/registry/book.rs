//! What is known of one target that sends rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::Labels;
use roaring::RoaringBitmap;

use super::layout::{Code, Layout, Layouts};
use crate::index;
use crate::log::TargetId;

/// Columns join the shared list when they are more than one in so many.
const RECENT_SHARE: usize = 8;

/// A target: its columns, and how new its samples are.
#[derive(Debug)]
pub(crate) struct Book {
    pub(super) number: TargetId,
    pub(super) labels: Labels,
    /// The index' number for the labels; `None` while all series are plain.
    pub(super) factor: Option<index::TargetId>,
    layout: Arc<Layout>,
    recent: Option<Box<Recent>>,
    /// Columns whose series was forgotten. Their numbers are not given again.
    pub(super) dead: RoaringBitmap,
    /// Columns that had no samples when this was last looked into: the next time they go.
    pub(super) quiet: RoaringBitmap,
    /// Columns that nobody has committed a sample of.
    pub(super) young: RoaringBitmap,
    /// It gets no more rows.
    pub(super) is_retired: bool,
    /// It had no columns when this was last looked into: the next time it goes.
    pub(super) is_closing: bool,
    /// No sample of this target is newer.
    newest_ms: AtomicI64,
    /// What the target says of its metric families: numbers of family and saying, by family.
    pub(super) sayings: Arc<[(u32, u32)]>,
    /// Whether some of it is only in the log and here: a book that goes would take it along.
    pub(super) has_news: bool,
}

/// Columns that came since the shared list was made.
#[derive(Debug, Default)]
struct Recent {
    codes: Vec<Code>,
    columns: HashMap<Code, u32, RandomState>,
}

impl Book {
    pub(super) fn new(number: TargetId, labels: Labels, newest_ms: i64) -> Self {
        Self {
            number,
            labels,
            factor: None,
            layout: Arc::default(),
            recent: None,
            dead: RoaringBitmap::new(),
            quiet: RoaringBitmap::new(),
            young: RoaringBitmap::new(),
            is_retired: false,
            is_closing: false,
            newest_ms: AtomicI64::new(newest_ms),
            sayings: Arc::default(),
            has_news: false,
        }
    }

    /// Its number.
    pub(crate) fn number(&self) -> TargetId {
        self.number
    }

    /// Whether its rows go into another book by now.
    pub(crate) fn is_retired(&self) -> bool {
        self.is_retired
    }

    /// How many columns there are, dead ones included.
    pub(crate) fn columns(&self) -> u32 {
        let recent = self.recent.as_ref().map_or(0, |recent| recent.codes.len());
        (self.layout.codes().len() + recent) as u32
    }

    /// What a column is; `None` if its series was forgotten or there never was one.
    pub(super) fn code(&self, column: u32) -> Option<Code> {
        if self.dead.contains(column) {
            return None;
        }
        let shared = self.layout.codes();
        match shared.get(column as usize) {
            Some(code) => Some(*code),
            None => {
                let recent = self.recent.as_ref()?;
                recent.codes.get(column as usize - shared.len()).copied()
            }
        }
    }

    /// The column of a series.
    pub(super) fn find(&self, code: Code) -> Option<u32> {
        if let Some(recent) = &self.recent
            && let Some(column) = recent.columns.get(&code)
        {
            return Some(*column);
        }
        self.layout
            .find(code)
            .find(|column| !self.dead.contains(*column))
    }

    /// What tells its list of columns, if all of them are in it and none is dead: books with the same one have the same columns.
    pub(super) fn shared_columns(&self) -> Option<usize> {
        let is_whole = self.recent.is_none() && self.dead.is_empty();
        is_whole.then(|| Arc::as_ptr(&self.layout).addr())
    }

    /// A new column.
    pub(super) fn push(&mut self, code: Code) -> u32 {
        let column = self.columns();
        let recent = self.recent.get_or_insert_default();
        recent.codes.push(code);
        recent.columns.insert(code, column);
        column
    }

    /// A column that means nothing.
    pub(super) fn push_dead(&mut self) {
        let column = self.columns();
        let recent = self.recent.get_or_insert_default();
        recent.codes.push(Code::NOTHING);
        self.dead.insert(column);
    }

    /// Forgets what a column is.
    pub(super) fn kill(&mut self, column: u32) {
        let code = self.code(column);
        if let (Some(recent), Some(code)) = (&mut self.recent, code)
            && recent.columns.get(&code) == Some(&column)
        {
            recent.columns.remove(&code);
        }
        self.dead.insert(column);
        self.quiet.remove(column);
    }

    /// Joins recent columns with the shared ones, if they are many.
    pub(super) fn settle(&mut self, layouts: &mut Layouts) {
        let shared = self.layout.codes().len();
        let many = |recent: &mut Box<Recent>| recent.codes.len() * RECENT_SHARE > shared;
        let Some(recent) = self.recent.take_if(many) else {
            return;
        };
        let mut codes = self.layout.codes().to_vec();
        codes.extend_from_slice(&recent.codes);
        let layout = layouts.intern(codes);
        let old = std::mem::replace(&mut self.layout, layout);
        layouts.release(&old);
    }

    /// Gives its list back.
    pub(super) fn release(&mut self, layouts: &mut Layouts) {
        let old = std::mem::take(&mut self.layout);
        layouts.release(&old);
        self.recent = None;
    }

    /// No sample of this target is newer than this.
    pub(crate) fn newest_ms(&self) -> i64 {
        self.newest_ms.load(Ordering::Relaxed)
    }

    /// Notes a sample's time. One thread at a time calls it: the one that has the log.
    pub(crate) fn note_time(&self, time_ms: i64) {
        self.newest_ms.fetch_max(time_ms, Ordering::Relaxed);
    }

    /// Columns that need a look before they are used: they are dead, about to be, or not there yet. All others are good without one.
    pub(crate) fn doubtful(&self) -> Option<Box<RoaringBitmap>> {
        if self.dead.is_empty() && self.quiet.is_empty() && self.young.is_empty() {
            return None;
        }
        let mut doubtful = &self.dead | &self.quiet;
        doubtful |= &self.young;
        Some(Box::new(doubtful))
    }

    /// Whether a column is good without a further look.
    pub(crate) fn is_good(&self, column: u32) -> bool {
        column < self.columns()
            && !self.is_retired
            && !self.dead.contains(column)
            && !self.quiet.contains(column)
            && !self.young.contains(column)
    }

    /// How many columns are dead. They never live again, so as long as this does not change what was good is.
    pub(crate) fn deaths(&self) -> u64 {
        self.dead.len()
    }

    /// Columns of series that are there.
    pub(super) fn alive(&self) -> impl Iterator<Item = u32> {
        (0..self.columns()).filter(|column| !self.dead.contains(*column))
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let recent = self.recent.as_ref().map_or(0, |recent| {
            size_of::<Recent>()
                + recent.codes.capacity() * size_of::<Code>()
                + recent.columns.allocation_size()
        });
        self.labels.size_bytes() + recent + self.dead.serialized_size()
    }
}
