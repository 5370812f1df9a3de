//! Whole numbers as text, eight digits at a time and without a branch among them.
//!
//! What writes here writes whole words and says where its text ends; the bytes behind that are garbage, which the next text covers.
//! So there is no loop over digits and no copy of a length that is known only then.

/// Numbers below it have eight digits at most.
const EIGHT_DIGITS: u64 = 100_000_000;
/// `0` eight times.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Writes bytes of a fixed length.
#[inline]
pub(super) fn put<const LENGTH: usize>(out: &mut [u8], at: usize, bytes: [u8; LENGTH]) {
    out[at..at + LENGTH].copy_from_slice(&bytes);
}

/// Reads bytes of a fixed length.
#[inline]
pub(super) fn get<const LENGTH: usize>(from: &[u8], at: usize) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    bytes.copy_from_slice(&from[at..at + LENGTH]);
    bytes
}

/// Writes a number of at most 16 digits; the end of its text.
#[inline]
pub(super) fn put_whole(out: &mut [u8], at: usize, value: i64) -> usize {
    out[at] = b'-';
    put_unsigned(out, at + usize::from(value < 0), value.unsigned_abs())
}

/// The same without a sign.
#[inline]
pub(super) fn put_unsigned(out: &mut [u8], at: usize, value: u64) -> usize {
    debug_assert!(value < EIGHT_DIGITS * EIGHT_DIGITS);
    if value < EIGHT_DIGITS {
        return put_short(out, at, value);
    }
    let at = put_short(out, at, value / EIGHT_DIGITS);
    put(
        out,
        at,
        (digits(value % EIGHT_DIGITS) | ZEROS).to_le_bytes(),
    );
    at + size_of::<u64>()
}

/// A number below [`EIGHT_DIGITS`], without zeros before it.
#[inline]
fn put_short(out: &mut [u8], at: usize, value: u64) -> usize {
    let digits = digits(value);
    // A last digit stays, even if it is a zero.
    let zeros = ((digits | 1 << 56).trailing_zeros() / 8) as usize;
    put(out, at, ((digits | ZEROS) >> (8 * zeros)).to_le_bytes());
    at + size_of::<u64>() - zeros
}

/// Writes a point and three digits.
#[inline]
pub(super) fn put_thousandths(out: &mut [u8], at: usize, thousandths: u64) -> usize {
    let digits = (digits(thousandths % 1000) | ZEROS) >> 32;
    put(
        out,
        at,
        (digits as u32 & !0xff | u32::from(b'.')).to_le_bytes(),
    );
    at + size_of::<u32>()
}

/// The eight digits of a number, a byte each, the first one lowest.
///
/// Halves it three times: into two lanes of four digits, four of two, eight of one. A lane is divided by multiplying with the
/// divisor's inverse, rounded up, which is exact for numbers as small as these.
#[inline]
fn digits(value: u64) -> u64 {
    let (high, low) = (value / 10_000, value % 10_000);
    let fours = high | low << 32;
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | (fours - hundreds * 100) << 16;
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (twos - tens * 10) << 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: i64) {
        let mut out = [0; 32];
        let end = put_whole(&mut out, 1, value);
        assert_eq!(str::from_utf8(&out[1..end]), Ok(value.to_string().as_str()));
    }

    /// Every four digits in every lane, and where the number of digits changes.
    #[test]
    fn digits_are_those_of_the_number() {
        for four in 0..10_000 {
            check(four);
            check(-four);
            check(four * 10_000 + 9_999 - four);
            check((four * 10_000 + 9_999 - four) * 100_000_000 + four);
        }
        for exponent in 1..16 {
            check(10_i64.pow(exponent));
            check(10_i64.pow(exponent) - 1);
        }
    }
}
