//! Rows are put into the heads by other threads than the one that decodes them.
//!
//! ```text
//!                      ┌─ rows of heads 0, 2, 4 … ─► hand 0 ─► heads
//!   decode, name, deal ┤
//!                      └─ rows of heads 1, 3, 5 … ─► hand 1 ─► heads
//! ```
//!
//! All rows of a target go through the same hand, so they stay in order. The threads end before the replay returns.

use std::num::NonZeroUsize;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Scope, available_parallelism};

use crate::log::Row;
use crate::store::batch::StagedRow;
use crate::store::generation::{Generation, shard_of};

/// More threads than this wait for the one that decodes.
const HANDS_MAX: usize = 3;
/// Samples that go to a hand together.
const PILE_SAMPLES: u64 = 16_384;
/// Piles that wait for a hand.
const PILES_MAX: usize = 4;

/// The threads, as the one that decodes sees them.
pub(super) struct Hands<'g> {
    generation: &'g Generation,
    hands: Vec<Hand>,
}

struct Hand {
    piles: SyncSender<Pile>,
    rows: Vec<StagedRow>,
    samples: u64,
}

enum Pile {
    Rows(Vec<StagedRow>),
    /// To be answered when everything before it is done.
    Mark(SyncSender<()>),
}

impl<'g> Hands<'g> {
    /// On a machine with one processor there are none, and rows are put in at once.
    pub(super) fn new<'s>(scope: &'s Scope<'s, '_>, generation: &'g Generation) -> Self
    where
        'g: 's,
    {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        let count = if processors == 1 {
            0
        } else {
            processors.min(HANDS_MAX)
        };
        let hand = |_| {
            let (piles, received) = sync_channel(PILES_MAX);
            scope.spawn(move || {
                for pile in received {
                    match pile {
                        Pile::Rows(rows) => {
                            for row in rows {
                                generation.apply(&row.row());
                            }
                        }
                        // Whoever asked waits for it.
                        Pile::Mark(done) => drop(done.send(())),
                    }
                }
            });
            Hand {
                piles,
                rows: Vec::new(),
                samples: 0,
            }
        };
        Self {
            generation,
            hands: (0..count).map(hand).collect(),
        }
    }

    pub(super) fn generation(&self) -> &'g Generation {
        self.generation
    }

    /// Puts a row into its head, some time before [`finish`](Self::finish) returns.
    pub(super) fn put(&mut self, row: &Row<'_>) {
        let count = self.hands.len();
        if count == 0 {
            self.generation.apply(row);
            return;
        }
        let hand = &mut self.hands[shard_of(row.target) % count];
        let staged = StagedRow::of(row);
        hand.samples += staged.samples();
        hand.rows.push(staged);
        if hand.samples >= PILE_SAMPLES {
            hand.send();
        }
    }

    /// Returns when all rows are in.
    pub(super) fn finish(&mut self) {
        let (mark, marked) = sync_channel(self.hands.len());
        for hand in &mut self.hands {
            hand.send();
            // A hand that is gone has panicked, which the scope tells.
            let _ = hand.piles.send(Pile::Mark(mark.clone()));
        }
        drop(mark);
        for () in marked {}
    }
}

impl Hand {
    fn send(&mut self) {
        self.samples = 0;
        let _ = self.piles.send(Pile::Rows(std::mem::take(&mut self.rows)));
    }
}
