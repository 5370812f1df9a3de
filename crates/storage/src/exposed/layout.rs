//! The text of a page without its values.
//!
//! ```text
//!  # HELP up Whether it is.        ┐
//!  # TYPE up gauge                 │ a line: comments, and the series behind them
//!  up 1                            ┘ (the value is no part of it)
//!  load{cpu="0"} 0.3               ─ another one
//!  # EOF                           ─ the end
//! ```
//!
//! A target's next page nearly always has the same layout, so to keep it saves reading it. And a fleet's pages nearly have the same layout, but for the
//! lines that name a machine. So a layout is cut into chunks, which are kept once however many targets have them. Where it is cut depends on nothing but
//! the line itself: two layouts that differ in one line differ in one chunk, wherever that lies.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use ferula_exposition::Kind;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher as _;

/// One in so many lines begins a chunk. Short chunks are shared by more targets, long ones need fewer pointers.
const LINES_PER_CHUNK: u64 = 8;

/// The same everywhere: where layouts are cut and which are equal must not differ within the process, and nothing else depends on it.
const HASHER: FixedState = FixedState::with_seed(0);

/// A line with a sample up to its value, and the comments before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'l> {
    text: &'l str,
    key_at: usize,
    kind: Option<Kind>,
}

impl<'l> Line<'l> {
    /// What a page has before a value: `text` are comments and, from `key_at` on, the series; `kind` is what they say of
    /// the kind of the samples from there on, if they do.
    #[must_use]
    pub fn new(text: &'l str, key_at: usize, kind: Option<Kind>) -> Self {
        Self { text, key_at, kind }
    }

    /// The series as the page writes it.
    #[inline]
    #[must_use]
    pub fn key(&self) -> &'l str {
        &self.text[self.key_at..]
    }

    /// Comments and series.
    #[inline]
    #[must_use]
    pub fn text(&self) -> &'l str {
        self.text
    }

    #[inline]
    pub(super) fn key_at(&self) -> usize {
        self.key_at
    }

    #[inline]
    pub(super) fn kind(&self) -> Option<Kind> {
        self.kind
    }
}

/// The lines of a page, in order.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    chunks: Box<[Arc<Chunk>]>,
    /// The comments at its end are the last chunk's, as a line without a series.
    len: usize,
}

/// Some lines. As good as another one with the same content.
#[derive(Debug, Default, PartialEq, Eq)]
struct Chunk {
    texts: Box<str>,
    ends: Box<[LineEnd]>,
}

/// Where a line is in its chunk's texts: it begins where the one before it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LineEnd {
    key_at: u32,
    end: u32,
    kind: Option<Kind>,
}

/// A place in a layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    chunk: usize,
    line: usize,
    /// Where in the chunk's texts the line begins.
    start: usize,
}

impl Layout {
    /// How many lines with a sample it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The line there; `None` at the end.
    #[inline]
    #[must_use]
    pub fn line(&self, cursor: Cursor) -> Option<Line<'_>> {
        let line = self.any_line(cursor)?;
        (line.key_at < line.text.len()).then_some(line)
    }

    #[inline]
    fn any_line(&self, cursor: Cursor) -> Option<Line<'_>> {
        let chunk = self.chunks.get(cursor.chunk)?;
        let LineEnd { key_at, end, kind } = *chunk.ends.get(cursor.line)?;
        Some(Line {
            text: chunk.texts.get(cursor.start..end as usize)?,
            key_at: (key_at as usize).wrapping_sub(cursor.start),
            kind,
        })
    }

    /// The place after `cursor`, where a line is.
    #[inline]
    #[must_use]
    pub fn after(&self, cursor: Cursor) -> Cursor {
        let ends = &self.chunks[cursor.chunk].ends;
        if cursor.line + 1 < ends.len() {
            Cursor {
                line: cursor.line + 1,
                start: ends[cursor.line].end as usize,
                ..cursor
            }
        } else {
            Cursor {
                chunk: cursor.chunk + 1,
                ..Cursor::default()
            }
        }
    }

    /// All lines with a sample.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut cursor = Cursor::default();
        std::iter::from_fn(move || {
            let line = self.line(cursor)?;
            cursor = self.after(cursor);
            Some(line)
        })
    }

    /// The comments after the last sample.
    #[must_use]
    pub fn end(&self) -> &str {
        let last = self.chunks.last();
        last.map_or("", |chunk| match *chunk.ends {
            [.., before, end] if end.key_at == end.end => {
                &chunk.texts[before.end as usize..end.end as usize]
            }
            [end] if end.key_at == end.end => &chunk.texts,
            _ => "",
        })
    }
}

/// A layout that is being written. Its texts together stay below 4 GiB, since a page does.
#[derive(Debug, Default)]
pub struct LayoutBuilder {
    texts: String,
    ends: Vec<LineEnd>,
}

impl LayoutBuilder {
    /// Adds a line.
    pub fn push(&mut self, line: Line<'_>) {
        let start = self.texts.len();
        self.texts.push_str(line.text);
        self.ends.push(LineEnd {
            key_at: (start + line.key_at) as u32,
            end: self.texts.len() as u32,
            kind: line.kind,
        });
    }

    /// The series of line `index`.
    #[must_use]
    pub fn key(&self, index: usize) -> &str {
        let LineEnd { key_at, end, .. } = self.ends[index];
        &self.texts[key_at as usize..end as usize]
    }

    /// The layout, with the comments `end` after its last sample. What `layouts` has of it already is shared.
    #[must_use]
    pub fn finish(mut self, end: &str, layouts: &Layouts) -> Layout {
        let len = self.ends.len();
        if !end.is_empty() {
            self.push(Line::new(end, end.len(), None));
        }
        let mut chunks = Vec::new();
        let mut rest = (self.texts.as_str(), self.ends.as_slice());
        let mut before = 0;
        while !rest.1.is_empty() {
            let (texts, ends) = rest;
            let count = chunk_lines(texts, ends, before);
            let bytes = ends[count - 1].end - before;
            let (chunk, texts) = texts.split_at(bytes as usize);
            let own = ends[..count].iter().map(|line| LineEnd {
                key_at: line.key_at - before,
                end: line.end - before,
                kind: line.kind,
            });
            chunks.push(layouts.share(chunk, own.collect()));
            before += bytes;
            rest = (texts, &ends[count..]);
        }
        Layout {
            chunks: chunks.into(),
            len,
        }
    }
}

/// How many of these lines, the first of which begins at `before`, make a chunk.
fn chunk_lines(texts: &str, ends: &[LineEnd], before: u32) -> usize {
    let begins_chunk = |lines: &[LineEnd]| {
        let [last, line] = lines else { return false };
        // The end stays with the line before it.
        let text = &texts[(last.end - before) as usize..(line.end - before) as usize];
        line.key_at < line.end && HASHER.hash_one(text).is_multiple_of(LINES_PER_CHUNK)
    };
    let cut = ends.windows(2).position(begins_chunk);
    cut.map_or(ends.len(), |line| line + 1)
}

/// Chunks that targets have in common, kept as long as somebody has them. Clones are the same set.
#[derive(Clone, Debug, Default)]
pub struct Layouts {
    inner: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    /// With their hashes, since a chunk that is gone can't tell its own.
    chunks: HashTable<(u64, Weak<Chunk>)>,
    /// How many there were after the last sweep.
    swept: usize,
}

impl Layouts {
    fn share(&self, texts: &str, ends: Box<[LineEnd]>) -> Arc<Chunk> {
        let hash = HASHER.hash_one(texts);
        let mut shared = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = None;
        shared.chunks.find(hash, |(_, chunk)| {
            found = chunk
                .upgrade()
                .filter(|chunk| *chunk.texts == *texts && chunk.ends == ends);
            found.is_some()
        });
        if let Some(found) = found {
            return found;
        }
        shared.sweep();
        let chunk = Arc::new(Chunk {
            texts: texts.into(),
            ends,
        });
        let entry = (hash, Arc::downgrade(&chunk));
        shared.chunks.insert_unique(hash, entry, |(hash, _)| *hash);
        chunk
    }
}

impl Shared {
    /// Lets go of chunks that nobody has any more, each time that the set has doubled.
    fn sweep(&mut self) {
        const CHUNKS_MIN: usize = 1024;
        if self.chunks.len() >= 2 * self.swept.max(CHUNKS_MIN / 2) {
            self.chunks.retain(|(_, chunk)| chunk.strong_count() > 0);
            self.swept = self.chunks.len();
        }
    }
}

#[cfg(test)]
mod tests;
