//! Which chunk is in which page, and the pages that were read last.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use storage::Column;

use super::page::{Mantissas, Page};
use super::pool::{PAGES_OF_A_QUERY, PagePool};
use super::tables::{Tables, compress, decompress};
use super::{Map, WINDOW_ROWS};
use crate::codec::Damage;
use crate::codec::bytes::{Cursor, put_signed, put_varint};

/// How many pages a cache holds: a query reads a family or two at a time.
const CACHED_PAGES_MAX: usize = 16;
/// And how many of a family that fills whole pages, behind the last one: its pages are read in order, by several readers perhaps not quite.
const PASSED_PAGES_MAX: usize = 3;

/// Chunks are in this order. The family is its first metric's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) family: u32,
    pub(super) group: u32,
    pub(super) metric: u32,
    pub(super) window: u32,
}

/// Where a page lies, and what it begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PagePlace {
    pub(super) key: Key,
    pub(super) chunks: usize,
    pub(super) range: Range<usize>,
}

/// The number of the page that has the chunk, if one has. Mostly it is `near` or the next one, since chunks are read in their order.
pub(super) fn find(pages: &[PagePlace], key: Key, near: usize) -> Option<usize> {
    let is_in = |number: &usize| {
        let begins_before = pages.get(*number).is_some_and(|page| page.key <= key);
        begins_before && pages.get(number + 1).is_none_or(|next| key < next.key)
    };
    let found = [near, near + 1].into_iter().find(is_in);
    found.or_else(|| pages.partition_point(|page| page.key <= key).checked_sub(1))
}

/// How many windows so many rows have.
pub(super) fn windows(rows: usize) -> u32 {
    rows.div_ceil(WINDOW_ROWS) as u32
}

/// The page index, without checksum.
pub(super) fn encode(pages: &[PagePlace]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(&mut out, pages.len() as u64);
    let mut end = 0;
    for page in pages {
        let Key {
            family,
            group,
            metric,
            window,
        } = page.key;
        for part in [family, group, metric, window] {
            put_varint(&mut out, u64::from(part));
        }
        put_varint(&mut out, page.chunks as u64);
        put_signed(&mut out, page.range.start as i64 - end);
        put_varint(&mut out, page.range.len() as u64);
        end = page.range.end as i64;
    }
    compress(&out)
}

/// The inverse of [`encode`].
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<PagePlace>, Damage> {
    let plain = decompress(bytes, "page index")?;
    let mut cursor = Cursor::new(&plain, "page index");
    let count = cursor.size(plain.len())?;
    let mut end = 0_i64;
    let pages = (0..count)
        .map(|_| {
            let damage = cursor.damage();
            let mut part = || Ok(cursor.size(u32::MAX as usize)? as u32);
            let key = Key {
                family: part()?,
                group: part()?,
                metric: part()?,
                window: part()?,
            };
            let chunks = part()? as usize;
            let start = end
                .checked_add(cursor.signed()?)
                .and_then(|start| usize::try_from(start).ok())
                .ok_or(damage)?;
            let range = start..start + cursor.size(u32::MAX as usize)?;
            end = range.end as i64;
            Ok(PagePlace { key, chunks, range })
        })
        .collect::<Result<Vec<_>, Damage>>()?;
    cursor.end()?;
    if pages.is_sorted_by(|a, b| a.key < b.key) {
        Ok(pages)
    } else {
        Err(cursor.damage())
    }
}

/// The keys from `from` on, as many as `count`, as far as there are any.
pub(super) fn keys(tables: &Tables, from: Key, count: usize) -> Vec<Key> {
    let mut keys = Vec::with_capacity(count);
    for (family, groups) in tables.families_from(from.family) {
        let is_first = family.start == from.family;
        let first_group = if is_first { from.group } else { 0 };
        let skipped = groups.partition_point(|group| *group < first_group);
        for group in groups[skipped..].iter().copied() {
            let begins = is_first && group == from.group;
            let first = if begins { from.metric } else { family.start };
            let windows = windows(tables.rows(group as usize));
            for metric in tables.series_in(group as usize, &(first..family.end)) {
                for window in 0..windows {
                    let key = Key {
                        family: family.start,
                        group,
                        metric: *metric,
                        window,
                    };
                    if keys.len() == count {
                        return keys;
                    }
                    if key >= from {
                        keys.push(key);
                    }
                }
            }
        }
    }
    keys
}

/// Pages that were read last, decoded as far as was needed. The caller keeps one for each part that it reads; given to another part, it
/// starts anew.
#[derive(Debug, Default)]
pub struct PageCache {
    /// Whose pages they are.
    part: u64,
    /// That part's tables.
    pub(super) tables: Option<Arc<Tables>>,
    /// How many pages it holds; 0 stands for [`CACHED_PAGES_MAX`].
    pages_max: usize,
    /// Where others' pages are, and these go.
    pool: Option<Arc<PagePool>>,
    /// How many did.
    pooled: usize,
    pages: Map<usize, CachedPage>,
    order: VecDeque<usize>,
    /// The number of the page that was asked for last.
    pub(super) last_page: usize,
    /// What the last chunk was read into, so that its vectors need not grow again.
    pub(super) chunk: Column,
    /// The last timestamps, and whose they are.
    pub(super) timestamps: Vec<i64>,
    pub(super) timestamps_of: Option<usize>,
}

/// A page and the keys of its chunks.
#[derive(Debug)]
pub(super) struct SharedPage {
    pub(super) page: Page,
    pub(super) keys: Vec<Key>,
}

impl SharedPage {
    /// Bytes on the heap once all is decoded, roughly.
    pub(super) fn heap_bytes(&self) -> usize {
        size_of::<Self>() + self.page.heap_bytes() + self.keys.capacity() * size_of::<Key>()
    }
}

/// One that is read chunk by chunk.
#[derive(Debug)]
pub(super) struct CachedPage {
    pub(super) shared: Arc<SharedPage>,
    pub(super) mantissas: Mantissas,
    /// The chunk behind the one that was found last.
    next: usize,
}

impl CachedPage {
    /// Which chunk has this key. Mostly it is the next one.
    pub(super) fn find(&mut self, key: Key) -> Option<usize> {
        let keys = &self.shared.keys;
        let index = if keys.get(self.next) == Some(&key) {
            self.next
        } else {
            keys.binary_search(&key).ok()?
        };
        self.next = index + 1;
        Some(index)
    }
}

impl PageCache {
    /// One that holds so many pages.
    pub(crate) fn with_pages(pages_max: usize) -> Self {
        Self {
            pages_max,
            ..Self::default()
        }
    }

    /// One that shares what it reads with others.
    pub(crate) fn with_pool(pool: &Arc<PagePool>) -> Self {
        Self {
            pool: Some(Arc::clone(pool)),
            ..Self::default()
        }
    }

    /// Forgets all unless it belongs to this part.
    pub(super) fn belong_to(&mut self, part: u64) {
        if self.part != part {
            *self = Self {
                part,
                pages_max: self.pages_max,
                pool: self.pool.take(),
                ..Self::default()
            };
        }
    }

    /// The page of this number; `read` gets it if it isn't there.
    pub(super) fn page<E>(
        &mut self,
        number: usize,
        read: impl FnOnce() -> Result<SharedPage, E>,
    ) -> Result<&mut CachedPage, E> {
        self.last_page = number;
        if !self.pages.contains_key(&number) {
            let page = CachedPage {
                shared: self.shared(number, read)?,
                mantissas: Mantissas::default(),
                next: 0,
            };
            let pages_max = match self.pages_max {
                0 => CACHED_PAGES_MAX,
                pages_max => pages_max,
            };
            if self.order.len() >= pages_max
                && let Some(oldest) = self.order.pop_front()
            {
                self.pages.remove(&oldest);
            }
            self.order.push_back(number);
            self.pages.insert(number, page);
            self.forget_passed(number);
        }
        Ok(self
            .pages
            .get_mut(&number)
            .expect("it was there, or was put there"))
    }

    /// Lets go of the page that lies too far behind this one, if it has the same family and no other.
    fn forget_passed(&mut self, number: usize) {
        let family = |number: usize| {
            let page = self.pages.get(&number)?;
            page.shared.keys.first().map(|key| key.family)
        };
        let passed = number.checked_sub(1 + PASSED_PAGES_MAX);
        let is_passed =
            |passed: &usize| family(*passed).is_some() && family(*passed) == family(number);
        if let Some(passed) = passed.filter(is_passed) {
            self.pages.remove(&passed);
            self.order.retain(|own| *own != passed);
        }
    }

    /// The page from the pool; or read, and left there for others.
    fn shared<E>(
        &mut self,
        number: usize,
        read: impl FnOnce() -> Result<SharedPage, E>,
    ) -> Result<Arc<SharedPage>, E> {
        let Some(pool) = &self.pool else {
            return read().map(Arc::new);
        };
        if let Some(page) = pool.get(self.part, number) {
            return Ok(page);
        }
        let page = Arc::new(read()?);
        if page.page.is_cold() && self.pooled < PAGES_OF_A_QUERY {
            self.pooled += 1;
            pool.put(self.part, number, &page);
        }
        Ok(page)
    }
}
