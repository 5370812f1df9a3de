//! Cells: byte strings that grow, many of them in the pages of one arena.
//!
//! ```text
//!  Chain { tail, fill }
//!            │
//!            ▼
//!   ┌──── tail ◄── cell ◄── head ◄┐      each points to the next, the tail back to the head,
//!   └─────────────────────────────┘      so that one number finds both ends
//! ```
//!
//! A cell is never freed by itself: whoever lets go of bytes writes what remains into fresh cells.

/// Bytes of a chain in a cell. Half of a cell is empty on the average, and each costs four bytes more: 28 is near the smallest sum
/// of the two for what a series writes between two releases.
const PAYLOAD_BYTES: usize = 28;

/// Cells in a page. Pages never move, and all have one size, so a page that was freed is the next one that is asked for; a vector that
/// grows would leave holes of all sizes behind.
const PAGE_CELLS: usize = 32;

/// The most chains that [`warm`] goes along at once.
pub(super) const WARM_MAX: usize = 16;

#[derive(Clone, Copy, Debug)]
struct Cell {
    next: u32,
    payload: [u8; PAYLOAD_BYTES],
}

impl Cell {
    const EMPTY: Self = Self {
        next: 0,
        payload: [0; PAYLOAD_BYTES],
    };
}

/// Where a byte string ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    /// The last cell.
    pub(super) tail: u32,
    /// Bytes in the last cell.
    pub(super) fill: u8,
}

impl Chain {
    /// No bytes, no cell.
    pub(super) const EMPTY: Self = Self {
        tail: u32::MAX,
        fill: 0,
    };

    pub(super) fn is_empty(self) -> bool {
        self.tail == u32::MAX
    }
}

/// The cells of a target.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    #[expect(
        clippy::vec_box,
        reason = "pages stay where they are when there are more"
    )]
    pages: Vec<Box<[Cell; PAGE_CELLS]>>,
    /// Cells in use.
    length: u32,
}

impl Cells {
    fn get(&self, cell: u32) -> &Cell {
        &self.pages[cell as usize / PAGE_CELLS][cell as usize % PAGE_CELLS]
    }

    #[inline]
    fn get_mut(&mut self, cell: u32) -> &mut Cell {
        &mut self.pages[cell as usize / PAGE_CELLS][cell as usize % PAGE_CELLS]
    }

    /// Appends to the chain, and returns its new end.
    #[inline]
    pub(super) fn push(&mut self, mut chain: Chain, mut bytes: &[u8]) -> Chain {
        while !bytes.is_empty() {
            if chain.is_empty() || usize::from(chain.fill) == PAYLOAD_BYTES {
                chain = self.extend(chain);
            }
            let payload = &mut self.get_mut(chain.tail).payload;
            let room = &mut payload[usize::from(chain.fill)..];
            let count = room.len().min(bytes.len());
            room[..count].copy_from_slice(&bytes[..count]);
            chain.fill += count as u8;
            bytes = &bytes[count..];
        }
        chain
    }

    fn extend(&mut self, chain: Chain) -> Chain {
        let new = self.length;
        assert!(new < u32::MAX, "more cells than numbers");
        self.length += 1;
        if (new as usize).is_multiple_of(PAGE_CELLS) {
            self.pages.push(Box::new([Cell::EMPTY; PAGE_CELLS]));
        }
        let mut next = new;
        if !chain.is_empty() {
            next = std::mem::replace(&mut self.get_mut(chain.tail).next, new);
        }
        self.get_mut(new).next = next;
        Chain { tail: new, fill: 0 }
    }

    /// Replaces `out` by the bytes of the chain.
    pub(super) fn gather(&self, chain: Chain, out: &mut Vec<u8>) {
        out.clear();
        if chain.is_empty() {
            return;
        }
        let mut at = self.get(chain.tail).next;
        while at != chain.tail {
            let cell = self.get(at);
            out.extend_from_slice(&cell.payload);
            at = cell.next;
        }
        out.extend_from_slice(&self.get(at).payload[..usize::from(chain.fill)]);
    }

    /// The first four bytes of a chain that has so many.
    pub(super) fn first_u32(&self, chain: Chain) -> u32 {
        let head = self.get(chain.tail).next;
        let payload = &self.get(head).payload;
        u32::from_le_bytes([payload[0], payload[1], payload[2], payload[3]])
    }

    /// Gives back what growth has left over.
    pub(super) fn shrink(&mut self) {
        self.pages.shrink_to_fit();
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.pages.capacity() * size_of::<usize>()
            + self.pages.len() * size_of::<[Cell; PAGE_CELLS]>()
    }
}

/// A chain that is gone along.
struct Walk<'c> {
    cells: &'c Cells,
    at: u32,
    tail: u32,
}

/// Goes along chains side by side, so that their cells are in the processor's cache when they are read one by one. Cells of one chain lie far from each other, and
/// each points to the next: a single chain waits for memory at each step, and many chains wait together.
pub(super) fn warm<'c>(chains: impl Iterator<Item = (&'c Cells, Chain)>) {
    let mut chains = chains.filter(|(_, chain)| !chain.is_empty());
    let mut walks: [Option<Walk<'c>>; WARM_MAX] = [const { None }; WARM_MAX];
    let mut next = || {
        chains.next().map(|(cells, Chain { tail, .. })| Walk {
            cells,
            at: tail,
            tail,
        })
    };
    walks.fill_with(&mut next);
    while walks[0].is_some() {
        for slot in &mut walks {
            let Some(walk) = slot else {
                continue;
            };
            walk.at = walk.cells.get(walk.at).next;
            if walk.at == walk.tail {
                *slot = next();
            }
        }
        // Those that still go on come first.
        if walks[0].is_none() {
            let last = walks.iter().rposition(Option::is_some);
            walks.swap(0, last.unwrap_or(0));
        }
    }
}
