//! One column's values, each told by how it differs from the one before.
//!
//! A column is *decimal* or *raw*. A decimal one knows a power of ten that makes its values whole, and writes the difference to
//! what was foreseen: the value before, or that value moved on by the last step when this has served better of late. A raw one writes
//! the bits that changed. Both sides keep the same state, so nothing of it is written.

use super::bytes::{Malformed, Reader, put_signed, put_varint, unzigzag, zigzag};

/// Powers of ten that a float holds exactly and that doubles have digits for.
const POWERS: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// Whole numbers below it are exact as floats.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// The exponent that says raw.
const RAW: u8 = 0xff;

/// In a raw column, instead of a count of bytes: a decimal value follows, and the column becomes decimal.
const TO_DECIMAL: u8 = 9;

/// How sure a column gets of its way to foresee.
const TRUST_MAX: i8 = 4;

/// A raw column looks for a power of ten again after so many values, since looking is slow.
const RAW_PATIENCE: i8 = 8;

/// What both sides know of a column. There is one for each series that the segment has named, so it is packed, and what can be computed
/// is not in it.
#[derive(Clone, Copy, Debug)]
#[repr(Rust, packed(2))]
pub(super) struct Column {
    /// The last value.
    bits: u64,
    /// The last step, in a decimal column.
    step: i64,
    exponent: u8,
    /// Above 0: the step is added to foresee. Raw columns of the encoder count here until they look again.
    trust: i8,
}

const _: () = assert!(size_of::<Column>() == 18);

impl Column {
    /// As every column begins: at zero.
    pub(super) const NEW: Self = Self {
        bits: 0,
        step: 0,
        exponent: 0,
        trust: 0,
    };

    #[inline]
    pub(super) fn bits(&self) -> u64 {
        self.bits
    }

    /// Writes a value that is not the last one.
    #[inline]
    pub(super) fn put(&mut self, out: &mut Vec<u8>, value: f64) {
        if self.exponent != RAW
            && let Some(whole) = as_whole(value, self.exponent)
        {
            let last = self.whole();
            let difference = whole.wrapping_sub(self.foreseen(last));
            put_varint(out, zigzag(difference) + 1);
            self.move_to(last, whole);
            self.bits = value.to_bits();
        } else {
            self.put_other(out, value);
        }
    }

    /// The slow way: another power of ten, or none.
    #[cold]
    fn put_other(&mut self, out: &mut Vec<u8>, value: f64) {
        let bits = value.to_bits();
        let was_raw = self.exponent == RAW;
        let looks = !was_raw || self.trust >= RAW_PATIENCE;
        let found = if looks { decimal(value) } else { None };
        match found {
            Some((exponent, whole)) => {
                if was_raw {
                    out.push(TO_DECIMAL);
                } else {
                    out.push(0);
                }
                out.push(exponent);
                put_signed(out, whole);
                self.become_decimal(exponent);
            }
            None => {
                if !was_raw {
                    out.push(0);
                    out.push(RAW);
                    self.exponent = RAW;
                    self.trust = 0;
                }
                put_changed_bits(out, bits ^ self.bits);
                self.trust = if looks { 0 } else { self.trust + 1 };
            }
        }
        self.bits = bits;
    }

    /// Reads a value that is not the last one.
    #[inline]
    pub(super) fn get(&mut self, reader: &mut Reader<'_>) -> Result<f64, Malformed> {
        if self.exponent == RAW {
            let count = reader.byte()?;
            if count == TO_DECIMAL {
                let exponent = reader.byte()?;
                return self.get_decimal(reader, exponent);
            }
            return self.get_raw(reader, count);
        }
        match reader.varint()? {
            0 => self.get_other(reader),
            code => {
                let difference = unzigzag(code - 1);
                let last = self.whole();
                let whole = self.foreseen(last).wrapping_add(difference);
                self.move_to(last, whole);
                Ok(self.remember(whole as f64 / POWERS[usize::from(self.exponent)]))
            }
        }
    }

    fn get_other(&mut self, reader: &mut Reader<'_>) -> Result<f64, Malformed> {
        let exponent = reader.byte()?;
        if exponent != RAW {
            return self.get_decimal(reader, exponent);
        }
        self.exponent = RAW;
        let count = reader.byte()?;
        self.get_raw(reader, count)
    }

    fn get_raw(&mut self, reader: &mut Reader<'_>, count: u8) -> Result<f64, Malformed> {
        if count > 8 {
            return Err(reader.malformed("unknown value"));
        }
        let mut changed = [0; 8];
        let count = usize::from(count);
        changed[8 - count..].copy_from_slice(reader.take(count)?);
        let bits = self.bits ^ u64::from_be_bytes(changed);
        Ok(self.remember(f64::from_bits(bits)))
    }

    fn get_decimal(&mut self, reader: &mut Reader<'_>, exponent: u8) -> Result<f64, Malformed> {
        let power = POWERS.get(usize::from(exponent)).copied();
        let power = power.ok_or_else(|| reader.malformed("unknown exponent"))?;
        let whole = reader.signed()?;
        self.become_decimal(exponent);
        Ok(self.remember(whole as f64 / power))
    }

    /// The last value of a decimal column as a whole number.
    #[inline]
    fn whole(&self) -> i64 {
        nearest(f64::from_bits(self.bits) * POWERS[usize::from(self.exponent)])
    }

    /// What comes after the whole number `last`.
    #[inline]
    fn foreseen(&self, last: i64) -> i64 {
        if self.trust > 0 {
            last.wrapping_add(self.step)
        } else {
            last
        }
    }

    #[inline]
    fn move_to(&mut self, last: i64, whole: i64) {
        let step = whole.wrapping_sub(last);
        let change = step.wrapping_sub(self.step);
        if change.unsigned_abs() < step.unsigned_abs() {
            self.trust = TRUST_MAX.min(self.trust + 1);
        } else {
            self.trust = (-TRUST_MAX).max(self.trust - 1);
        }
        self.step = step;
    }

    fn become_decimal(&mut self, exponent: u8) {
        self.exponent = exponent;
        self.step = 0;
        self.trust = 0;
    }

    #[inline]
    fn remember(&mut self, value: f64) -> f64 {
        self.bits = value.to_bits();
        value
    }
}

/// How many bytes follow, and they. Values of one size have their first bits in common: zeros in front are not written.
fn put_changed_bits(out: &mut Vec<u8>, changed: u64) {
    let count = 8 - changed.leading_zeros() as usize / 8;
    out.push(count as u8);
    out.extend_from_slice(&changed.to_be_bytes()[8 - count..]);
}

#[inline]
fn nearest(scaled: f64) -> i64 {
    (scaled + 0.5_f64.copysign(scaled)) as i64
}

/// `value` times ten to the `exponent`, if dividing gives back the very same bits.
#[inline]
fn as_whole(value: f64, exponent: u8) -> Option<i64> {
    let power = POWERS[usize::from(exponent)];
    let scaled = value * power;
    if scaled.abs() >= WHOLE_MAX || scaled.is_nan() {
        return None;
    }
    let whole = nearest(scaled);
    ((whole as f64 / power).to_bits() == value.to_bits()).then_some(whole)
}

/// The smallest power of ten that makes `value` whole.
fn decimal(value: f64) -> Option<(u8, i64)> {
    (0..POWERS.len() as u8).find_map(|exponent| Some((exponent, as_whole(value, exponent)?)))
}
