//! The times of a matrix, rendered once.
//!
//! The series of a range query have values at the same steps, so all but the first find their times written already. A time that is not among those,
//! as in the samples of a range vector, is rendered where it stands.

use super::number::push_seconds;

/// Times that are kept; the others are rendered each time.
const TIMES_MAX: usize = 16_384;
/// Room for `[1435781430.781,"`.
const TEXT_BYTES: usize = 24;

/// Beginnings of points.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// By ascending time.
    known: Vec<Known>,
    /// Where the next time probably is.
    next: usize,
}

/// A time, and `[<time>,"`.
#[derive(Clone, Copy, Debug)]
struct Known {
    time_ms: i64,
    text: [u8; TEXT_BYTES],
    length: u8,
}

impl Times {
    /// Another series begins.
    pub(super) fn rewind(&mut self) {
        self.next = 0;
    }

    /// Writes the beginning of a float's point, up to the first byte of its value. Times of a series ascend.
    #[inline]
    pub(super) fn open_point(&mut self, out: &mut Vec<u8>, time_ms: i64) {
        let found = self.known.get(self.next);
        let Some(known) = found.filter(|known| known.time_ms == time_ms) else {
            return self.find_point(out, time_ms);
        };
        self.next += 1;
        let end = out.len() + usize::from(known.length);
        // A copy of a fixed length is a few instructions.
        out.extend_from_slice(&known.text);
        out.truncate(end);
    }

    /// The series has gaps where others have none, or the other way round.
    #[cold]
    fn find_point(&mut self, out: &mut Vec<u8>, time_ms: i64) {
        let start = out.len();
        out.push(b'[');
        push_seconds(out, time_ms);
        out.extend_from_slice(b",\"");
        let rendered = &out[start..];
        match self
            .known
            .binary_search_by_key(&time_ms, |known| known.time_ms)
        {
            Ok(at) => self.next = at + 1,
            Err(at) if at == self.known.len() && at < TIMES_MAX && rendered.len() <= TEXT_BYTES => {
                let mut text = [0; TEXT_BYTES];
                text[..rendered.len()].copy_from_slice(rendered);
                self.known.push(Known {
                    time_ms,
                    text,
                    length: rendered.len() as u8,
                });
                self.next = at + 1;
            }
            Err(at) => self.next = at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(series: &[&[i64]], expected: &str) {
        let mut times = Times::default();
        let mut out = Vec::new();
        for one in series {
            times.rewind();
            one.iter()
                .for_each(|time| times.open_point(&mut out, *time));
        }
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn series_with_and_without_gaps() {
        check(
            &[&[0, 1500], &[0, 1000, 1500, 3000], &[1500, 3000]],
            r#"[0,"[1.500,"[0,"[1,"[1.500,"[3,"[1.500,"[3,""#,
        );
    }

    #[test]
    fn a_time_that_is_too_long_to_keep() {
        let text = r#"[-9223372036854775.808,""#;
        check(&[&[i64::MIN], &[i64::MIN]], &text.repeat(2));
    }
}
