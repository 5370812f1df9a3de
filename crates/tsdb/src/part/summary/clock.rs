//! Which rows a group has in which cell of time.

use crate::codec::{Damage, stream};

/// The widths that cells may have, ascending; each divides the day.
const WIDTHS_MS: [i64; 8] = [
    MINUTE_MS * 15,
    MINUTE_MS * 30,
    HOUR_MS,
    HOUR_MS * 2,
    HOUR_MS * 4,
    HOUR_MS * 8,
    HOUR_MS * 12,
    HOUR_MS * 24,
];
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// A cell should have so many rows: then summaries take a few hundredths of what samples do.
const ROWS_MIN: i64 = 400;
/// The most cells of a group: those of years by quarters of an hour.
pub(in super::super) const CELLS_MAX: usize = 1 << 18;
/// Numbers that are written for each cell.
const NUMBERS: usize = 3;

/// The cells of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    /// By ascending time, without a hole.
    pub(crate) cells: Vec<CellRows>,
}

/// The rows of one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CellRows {
    /// The first one's number in its group.
    pub(crate) start: usize,
    /// How many.
    pub(crate) rows: usize,
    /// When the first one was. Without rows it means nothing.
    pub(crate) first_ms: i64,
    /// When the last one was.
    pub(crate) last_ms: i64,
}

/// The smallest width whose cells have rows enough.
pub(super) fn width_ms(timestamps: &[i64]) -> i64 {
    let (Some(first), Some(last)) = (timestamps.first(), timestamps.last()) else {
        return WIDTHS_MS[0];
    };
    let span = i128::from(*last) - i128::from(*first);
    let steps = (timestamps.len() - 1).max(1) as i128;
    let fits = |width: &&i64| i128::from(**width) * steps >= span * i128::from(ROWS_MIN);
    let width = WIDTHS_MS.iter().find(fits);
    *width.unwrap_or(&WIDTHS_MS[WIDTHS_MS.len() - 1])
}

/// The number of the cell `(n w, (n + 1) w]` that a time is in.
pub(super) fn number_of(time_ms: i64, width_ms: i64) -> i64 {
    time_ms.saturating_sub(1).div_euclid(width_ms)
}

impl Clock {
    /// Of these times; `None` if there are none, or too many cells.
    pub(super) fn of(timestamps: &[i64], width_ms: i64) -> Option<Self> {
        let number = |time: &i64| number_of(*time, width_ms);
        let first = number(timestamps.first()?);
        let count = number(timestamps.last()?).checked_sub(first)?;
        let count = usize::try_from(count).ok()?.checked_add(1)?;
        if count > CELLS_MAX {
            return None;
        }
        let mut cells = vec![CellRows::default(); count];
        let mut start = 0;
        for rows in timestamps.chunk_by(|a, b| number(a) == number(b)) {
            let cell = &mut cells[(number(&rows[0]) - first) as usize];
            *cell = CellRows {
                start,
                rows: rows.len(),
                first_ms: rows[0],
                last_ms: rows[rows.len() - 1],
            };
            start += rows.len();
        }
        Some(Self { cells })
    }

    /// How many cells, the first one's number, and the stream.
    pub(super) fn encode(&self, width_ms: i64) -> (usize, i64, Vec<u8>) {
        let some = self.cells.iter().position(|cell| cell.rows > 0);
        let some = some.unwrap_or(0);
        let number = self
            .cells
            .get(some)
            .map_or(0, |cell| number_of(cell.first_ms, width_ms) - some as i64);
        let mut numbers = Vec::with_capacity(self.cells.len() * NUMBERS);
        for (at, cell) in (number..).zip(&self.cells) {
            numbers.push(cell.rows as i64);
            let begin = at * width_ms;
            let (first, last) = match cell.rows {
                0 => (0, 0),
                _ => (cell.first_ms - begin, begin + width_ms - cell.last_ms),
            };
            numbers.push(first);
            numbers.push(last);
        }
        let mut bytes = Vec::new();
        stream::encode_cold(&numbers, &mut bytes);
        (self.cells.len(), number, bytes)
    }

    /// The inverse of [`encode`](Self::encode), for a group of so many rows.
    pub(super) fn decode(bytes: &[u8], place: &ClockPlace, rows: usize) -> Result<Self, Damage> {
        let damage = Damage::new("clock of summaries", 0);
        let mut numbers = Vec::new();
        stream::decode(bytes, &[place.cells * NUMBERS], &mut numbers)?;
        let mut cells = Vec::with_capacity(place.cells);
        let mut start = 0_usize;
        for (at, cell) in numbers.chunks_exact(NUMBERS).enumerate() {
            let begin = place.number.checked_add(at as i64);
            let begin = begin.and_then(|at| at.checked_mul(place.width_ms));
            let begin = begin.ok_or(damage)?;
            let end = begin.checked_add(place.width_ms).ok_or(damage)?;
            let own = usize::try_from(cell[0]).map_err(|_| damage)?;
            let inside = 0..=place.width_ms;
            if !inside.contains(&cell[1]) || !inside.contains(&cell[2]) {
                return Err(damage);
            }
            cells.push(CellRows {
                start,
                rows: own,
                first_ms: begin + cell[1],
                last_ms: end - cell[2],
            });
            start = start.checked_add(own).ok_or(damage)?;
        }
        if start == rows && cells.len() == place.cells {
            Ok(Self { cells })
        } else {
            Err(damage)
        }
    }
}

impl Clock {
    /// Whether it is the clock of these times.
    pub(in super::super) fn agrees(&self, timestamps: &[i64]) -> bool {
        self.cells.iter().all(|cell| {
            let own = timestamps.get(cell.start..cell.start + cell.rows);
            match own {
                Some([]) => true,
                Some([first, .., last]) => [*first, *last] == [cell.first_ms, cell.last_ms],
                Some([only]) => [*only; 2] == [cell.first_ms, cell.last_ms],
                None => false,
            }
        })
    }
}

/// Where a group's clock lies, and what it counts from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct ClockPlace {
    pub(in super::super) width_ms: i64,
    /// The number of the first cell.
    pub(in super::super) number: i64,
    /// How many there are; 0 if the group has no summaries.
    pub(in super::super) cells: usize,
    /// From the section's begin.
    pub(in super::super) range: std::ops::Range<usize>,
}
