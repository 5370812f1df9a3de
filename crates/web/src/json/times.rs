//! The times of a matrix, rendered once.
//!
//! The series of a range query have values at the same steps, so their times are rendered for the longest of them, and looked up for
//! the others. A time that is not among those, as in the samples of a range vector, is rendered where it stands.

use std::sync::Arc;

use query::MatrixSeries;

use super::digits::put;
use super::number::{SECONDS_ROOM, put_seconds};

/// Times that are kept; those of a longer series are rendered each time.
const TIMES_MAX: usize = 16_384;
/// What stands between the value before and the time; a first point goes without [`TimeText::CLOSES`] bytes of it.
const OPENS: [u8; 4] = *b"\"],[";
/// What stands between the time and the value.
const ENDS: [u8; 2] = *b",\"";

/// The end of the point before and the beginning of a point, up to its value: `"],[1435781430.781,"`.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeText {
    text: [u8; Self::ROOM],
    length: u8,
}

impl TimeText {
    /// Room that it takes.
    pub(super) const ROOM: usize = 32;
    /// So many bytes belong to the point before.
    pub(super) const CLOSES: usize = 3;

    fn new(time_ms: i64) -> Self {
        const { assert!(OPENS.len() + SECONDS_ROOM + ENDS.len() <= Self::ROOM) }
        let mut text = [0; Self::ROOM];
        put(&mut text, 0, OPENS);
        let end = put_seconds(&mut text, OPENS.len(), time_ms);
        put(&mut text, end, ENDS);
        Self {
            text,
            length: (end + ENDS.len()) as u8,
        }
    }

    /// Writes it; its end. A copy of a fixed length is a few instructions.
    #[inline]
    pub(super) fn put(&self, out: &mut [u8], at: usize) -> usize {
        put(out, at, self.text);
        at + usize::from(self.length)
    }
}

/// Times with their texts, ascending.
#[derive(Debug, Default)]
pub(super) struct Grid {
    times: Arc<[i64]>,
    texts: Vec<TimeText>,
}

impl Grid {
    /// The times that most of these series have, if they have any in common.
    pub(super) fn of(matrix: &[MatrixSeries]) -> Self {
        let times = matrix.iter().map(|series| &series.float_times);
        let short = times.filter(|times| times.len() <= TIMES_MAX);
        let Some(times) = short.max_by_key(|times| times.len()) else {
            return Self::default();
        };
        Self {
            times: Arc::clone(times),
            texts: times.iter().map(|time| TimeText::new(*time)).collect(),
        }
    }

    /// The texts of a series' times, if these are the grid's own.
    pub(super) fn own(&self, times: &Arc<[i64]>) -> Option<&[TimeText]> {
        Arc::ptr_eq(times, &self.times).then_some(&self.texts)
    }

    /// The texts of other times, which ascend too.
    pub(super) fn find(&self, times: &[i64]) -> impl Iterator<Item = TimeText> {
        let first = times.first();
        let mut next = first.map_or(0, |first| self.times.partition_point(|time| time < first));
        times.iter().map(move |time| {
            let before = self.times[next..].iter().take_while(|own| *own < time);
            next += before.count();
            match self.times.get(next) {
                Some(own) if own == time => self.texts[next],
                _ => TimeText::new(*time),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(grid: &[i64], times: &[i64], expected: &str) {
        let series = |times: &[i64]| MatrixSeries {
            float_times: times.into(),
            ..MatrixSeries::default()
        };
        let grid = Grid::of(&[series(&[]), series(grid), series(&grid[..1])]);
        let mut out = [0; 256];
        let put = |at, text: TimeText| text.put(&mut out, at);
        let end = grid.find(times).fold(0, put);
        assert_eq!(str::from_utf8(&out[..end]), Ok(expected));
    }

    #[test]
    fn times_with_and_without_gaps() {
        let expected = r#""],[0,""],[1,""],[1.500,""],[3,""#;
        check(&[0, 1000, 1500, 3000], &[0, 1000, 1500, 3000], expected);
        check(&[0, 1500], &[0, 1000, 1500, 3000], expected);
        check(&[-5, 0, 7, 1000, 3000], &[0, 1000, 1500, 3000], expected);
        check(&[0, 1000, 1500], &[1500, 3000], r#""],[1.500,""],[3,""#);
        check(&[0], &[], "");
    }

    #[test]
    fn the_longest_time() {
        let text = r#""],[-9223372036854775.808,""#;
        check(&[i64::MIN], &[i64::MIN], text);
        check(&[0], &[i64::MIN], text);
    }

    #[test]
    fn times_are_known_by_whose_they_are() {
        let times: Arc<[i64]> = Arc::new([1, 2]);
        let series = MatrixSeries {
            float_times: Arc::clone(&times),
            ..MatrixSeries::default()
        };
        let grid = Grid::of(&[series]);
        assert_eq!(grid.own(&times).map(<[_]>::len), Some(2));
        let others: Arc<[i64]> = Arc::new([1, 2]);
        assert!(grid.own(&others).is_none());
    }
}
