//! Decoded pages that queries share.
//!
//! A dashboard asks the same of cold pages again and again, and each has hours of dozens of series: decoding one takes longer than reading it. So
//! what a query decoded waits here for the next, within a bound, and goes when nobody asks for a while: idle memory is not for this.
//!
//! Only cold pages wait, hot ones are quickly decoded. A query leaves but a part of what it reads here, so that a scan doesn't drive out the rest.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Map;
use super::pages::SharedPage;

/// The most bytes of pages.
const POOL_BYTES_MAX: usize = 16 << 20;
/// The most pages, since even an empty one takes something.
const POOL_PAGES_MAX: usize = 4096;
/// How many pages one query may leave here, for each part.
pub(super) const PAGES_OF_A_QUERY: usize = 32;

/// Decoded pages, by part and number.
#[derive(Debug, Default)]
pub struct PagePool(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    pages: Map<(u64, usize), Pooled>,
    bytes: usize,
    /// Counts uses.
    clock: u64,
    /// What it was at the last rest.
    rested: u64,
}

#[derive(Debug)]
struct Pooled {
    page: Arc<SharedPage>,
    bytes: usize,
    used: u64,
}

impl PagePool {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page, if it is here.
    pub(super) fn get(&self, part: u64, number: usize) -> Option<Arc<SharedPage>> {
        let mut pages = self.pages();
        pages.clock += 1;
        let now = pages.clock;
        let pooled = pages.pages.get_mut(&(part, number))?;
        pooled.used = now;
        Some(Arc::clone(&pooled.page))
    }

    /// Leaves a page; others go, those first that were used least recently.
    pub(super) fn put(&self, part: u64, number: usize, page: &Arc<SharedPage>) {
        let bytes = page.heap_bytes();
        if bytes > POOL_BYTES_MAX {
            return;
        }
        let mut pages = self.pages();
        pages.clock += 1;
        let pooled = Pooled {
            page: Arc::clone(page),
            bytes,
            used: pages.clock,
        };
        pages.bytes += bytes;
        let before = pages.pages.insert((part, number), pooled);
        pages.bytes -= before.map_or(0, |before| before.bytes);
        while pages.bytes > POOL_BYTES_MAX || pages.pages.len() > POOL_PAGES_MAX {
            let oldest = pages.pages.iter().min_by_key(|(_, pooled)| pooled.used);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                break;
            };
            pages.remove(oldest);
        }
    }

    /// Lets go of the pages that nobody used since the last call.
    pub fn rest(&self) {
        let mut pages = self.pages();
        let rested = pages.rested;
        let idle = pages
            .pages
            .iter()
            .filter(|(_, pooled)| pooled.used <= rested);
        let idle: Vec<(u64, usize)> = idle.map(|(key, _)| *key).collect();
        for key in idle {
            pages.remove(key);
        }
        pages.rested = pages.clock;
        pages.pages.shrink_to_fit();
    }

    /// Bytes of the pages.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.pages().bytes
    }
}

impl Pages {
    fn remove(&mut self, key: (u64, usize)) {
        let gone = self.pages.remove(&key);
        self.bytes -= gone.map_or(0, |gone| gone.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::page::Page;
    use super::*;

    fn page(bytes: usize) -> Arc<SharedPage> {
        Arc::new(SharedPage {
            page: Page::default(),
            keys: Vec::with_capacity(bytes / size_of::<super::super::pages::Key>()),
        })
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let pool = PagePool::default();
        let third = POOL_BYTES_MAX / 3;
        for number in 0..3 {
            pool.put(1, number, &page(third - 1_000));
        }
        assert!(pool.get(1, 0).is_some());
        pool.put(2, 0, &page(third - 1_000));
        let there = [(1, 0), (1, 1), (1, 2), (2, 0)].map(|(part, number)| pool.get(part, number));
        assert_eq!(there.map(|page| page.is_some()), [true, false, true, true]);
        assert!(pool.heap_bytes() <= POOL_BYTES_MAX);
    }

    #[test]
    fn what_nobody_uses_goes() {
        let pool = PagePool::default();
        pool.put(1, 1, &page(5_000));
        pool.put(1, 2, &page(5_000));
        pool.rest();
        assert!(pool.get(1, 2).is_some());
        pool.rest();
        assert!(pool.get(1, 1).is_none());
        assert!(pool.get(1, 2).is_some());
        pool.rest();
        pool.rest();
        assert_eq!(pool.heap_bytes(), 0);
    }
}
