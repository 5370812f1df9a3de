//! Parts that turned out damaged after they were opened.
//!
//! Pages are compared with their checksums when somebody reads them, so damage may be met long after a part was opened. Whoever meets it notes it here; from then on no
//! querier looks at the part, and answers that lack its samples say so. The next maintenance sets the file aside.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use model::TimeRange;

use super::PARTS_FOLDER;
use crate::catalog::{OpenPart, name_aside};
use crate::part::PartError;

/// A part that can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    /// Its number.
    pub(crate) number: u64,
    /// From its first to its last sample.
    pub(crate) range: TimeRange,
    /// What is wrong with it.
    pub(crate) reason: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, reason) = (name_aside(self.number), &self.reason);
        write!(f, "{PARTS_FOLDER}/{file}: {reason}")
    }
}

/// All of them since the store was opened.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    /// So that nearly everybody needs no lock.
    any: AtomicBool,
    all: RwLock<Vec<Loss>>,
}

impl Losses {
    /// Notes what came of reading a part, if that means that it should be set aside; whether it does. What the disk can't read now it may
    /// read another time.
    pub(crate) fn note(&self, part: &OpenPart, error: &PartError) -> bool {
        let is_damaged = matches!(error, PartError::Damaged { .. });
        if is_damaged {
            self.add(Loss {
                number: part.number(),
                range: part.range(),
                reason: error.to_string(),
            });
        }
        is_damaged
    }

    fn add(&self, loss: Loss) {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        if !all.iter().any(|other| other.number == loss.number) {
            all.push(loss);
        }
        self.any.store(true, Ordering::Release);
    }

    /// Whether the part is one of them.
    pub(crate) fn has(&self, number: u64) -> bool {
        self.any.load(Ordering::Acquire) && self.all().iter().any(|loss| loss.number == number)
    }

    /// A copy of the list.
    pub(crate) fn all(&self) -> Vec<Loss> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        all.clone()
    }
}
