//! Cells: byte strings that grow, many of them in one vector.
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

/// The vector grows by an eighth, since all series pay for what it has to spare. A byte is moved eight times for it, which is little
/// beside finding it.
const GROWTH_DIVISOR: usize = 8;

/// Fewer cells than this are not worth a growth.
const GROWTH_MIN: usize = 16;

#[derive(Clone, Copy, Debug)]
struct Cell {
    next: u32,
    payload: [u8; PAYLOAD_BYTES],
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
pub(super) struct Cells(Vec<Cell>);

impl Cells {
    /// Appends to the chain, and returns its new end.
    #[inline]
    pub(super) fn push(&mut self, mut chain: Chain, mut bytes: &[u8]) -> Chain {
        while !bytes.is_empty() {
            if chain.is_empty() || usize::from(chain.fill) == PAYLOAD_BYTES {
                chain = self.extend(chain);
            }
            let payload = &mut self.0[chain.tail as usize].payload;
            let room = &mut payload[usize::from(chain.fill)..];
            let count = room.len().min(bytes.len());
            room[..count].copy_from_slice(&bytes[..count]);
            chain.fill += count as u8;
            bytes = &bytes[count..];
        }
        chain
    }

    fn extend(&mut self, chain: Chain) -> Chain {
        if self.0.len() == self.0.capacity() {
            self.0
                .reserve_exact(GROWTH_MIN.max(self.0.len() / GROWTH_DIVISOR));
        }
        let new = u32::try_from(self.0.len()).expect("memory ends before 2^32 cells");
        let mut next = new;
        if !chain.is_empty() {
            next = std::mem::replace(&mut self.0[chain.tail as usize].next, new);
        }
        self.0.push(Cell {
            next,
            payload: [0; PAYLOAD_BYTES],
        });
        Chain { tail: new, fill: 0 }
    }

    /// Replaces `out` by the bytes of the chain.
    pub(super) fn gather(&self, chain: Chain, out: &mut Vec<u8>) {
        out.clear();
        if chain.is_empty() {
            return;
        }
        let mut at = self.0[chain.tail as usize].next;
        while at != chain.tail {
            let cell = &self.0[at as usize];
            out.extend_from_slice(&cell.payload);
            at = cell.next;
        }
        out.extend_from_slice(&self.0[at as usize].payload[..usize::from(chain.fill)]);
    }

    /// The first four bytes of a chain that has so many.
    pub(super) fn first_u32(&self, chain: Chain) -> u32 {
        let head = self.0[chain.tail as usize].next;
        let payload = &self.0[head as usize].payload;
        u32::from_le_bytes([payload[0], payload[1], payload[2], payload[3]])
    }

    /// Gives back what growth has left over.
    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.0.capacity() * size_of::<Cell>()
    }
}
