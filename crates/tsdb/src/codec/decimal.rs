//! Floats that are short decimals, as integers.
//!
//! What programs export was usually printed with few digits, so `0.1` is 1 with exponent 1, and neighbours that share no bits as floats differ by
//! small integers. `value = mantissa / 10^exponent`, a division of two doubles whose result is compared bit by bit, so that what can't be
//! had back is not taken. (Multiplying by 10^-exponent would be faster and wrong: powers below 1 are not exact.)

/// The largest exponent: 10^15 has as many digits as a double surely keeps.
pub const EXPONENT_MAX: u8 = 15;

/// In place of an exponent: mantissas are the floats' bits, in an order that is the floats' own. For what is no decimal but seldom
/// changes.
pub const BITS: u8 = EXPONENT_MAX + 1;

/// Mantissas with a fraction stay below this, so that half can be added to round them.
const FRACTION_MANTISSA_MAX: f64 = (1_u64 << 52) as f64;

/// One exception in so many values is the most that a chunk may have.
const EXCEPTION_SHARE: usize = 16;

const POWERS: [f64; EXPONENT_MAX as usize + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// Floats as decimals. The caller keeps one, so that its vectors grow once.
#[derive(Clone, Debug, Default)]
pub struct Decimals {
    /// 0 to [`EXPONENT_MAX`], or [`BITS`].
    pub exponent: u8,
    /// One per value; at an exception the one before.
    pub mantissas: Vec<i64>,
    /// What is no decimal: index and bits.
    pub exceptions: Vec<(usize, u64)>,
}

/// The mantissa of `value`, if it has one with this exponent.
#[inline]
pub(crate) fn mantissa(value: f64, exponent: u8) -> Option<i64> {
    let power = POWERS[usize::from(exponent)];
    let mantissa = if exponent == 0 {
        value as i64
    } else {
        let scaled = value * power;
        if scaled.abs() >= FRACTION_MANTISSA_MAX {
            return None;
        }
        (scaled + 0.5_f64.copysign(scaled)) as i64
    };
    (float(mantissa, power).to_bits() == value.to_bits()).then_some(mantissa)
}

#[inline]
fn float(mantissa: i64, power: f64) -> f64 {
    mantissa as f64 / power
}

/// The value of a [`mantissa`].
#[inline]
pub(crate) fn value(mantissa: i64, exponent: u8) -> f64 {
    float(mantissa, POWERS[usize::from(exponent)])
}

/// The smallest exponent with which `value` has a mantissa, and that.
pub(crate) fn smallest(value: f64) -> Option<(u8, i64)> {
    (0..=EXPONENT_MAX).find_map(|exponent| Some((exponent, mantissa(value, exponent)?)))
}

/// Writes `values` as decimals to `out`. `false` if too many of them are none; `out` is of no use then.
pub fn encode(values: &[f64], out: &mut Decimals) -> bool {
    let exceptions_max = values.len() / EXCEPTION_SHARE + 1;
    let all = exponent_of(values, exceptions_max);
    all.is_some_and(|exponent| encode_with(values, exponent, exceptions_max, out))
        || exponent_of_most(values, exceptions_max)
            .filter(|exponent| Some(*exponent) != all)
            .is_some_and(|exponent| encode_with(values, exponent, exceptions_max, out))
}

fn encode_with(values: &[f64], exponent: u8, exceptions_max: usize, out: &mut Decimals) -> bool {
    out.exponent = exponent;
    out.mantissas.clear();
    out.exceptions.clear();
    let mut last = values
        .iter()
        .find_map(|value| mantissa(*value, exponent))
        .unwrap_or(0);
    for (index, value) in values.iter().enumerate() {
        match mantissa(*value, exponent) {
            Some(mantissa) => last = mantissa,
            None if out.exceptions.len() == exceptions_max => return false,
            None => out.exceptions.push((index, value.to_bits())),
        }
        out.mantissas.push(last);
    }
    out.exceptions.len() < values.len()
}

/// The smallest exponent that serves all values but a few.
fn exponent_of(values: &[f64], exceptions_max: usize) -> Option<u8> {
    let mut exponent = 0;
    let mut exceptions = 0;
    for value in values {
        match (exponent..=EXPONENT_MAX).find(|&exponent| mantissa(*value, exponent).is_some()) {
            Some(needed) => exponent = needed,
            None if exceptions == exceptions_max => return None,
            None => exceptions += 1,
        }
    }
    Some(exponent)
}

/// The smallest exponent that serves all but as many values as may be exceptions: one long decimal among short ones must not spoil them.
fn exponent_of_most(values: &[f64], exceptions_max: usize) -> Option<u8> {
    let mut needed = [0; EXPONENT_MAX as usize + 1];
    let mut exceptions = values.len();
    for value in values {
        if let Some(exponent) = (0..=EXPONENT_MAX).find(|e| mantissa(*value, *e).is_some()) {
            needed[usize::from(exponent)] += 1;
        }
    }
    (0..=EXPONENT_MAX).find(|exponent| {
        exceptions -= needed[usize::from(*exponent)];
        exceptions <= exceptions_max
    })
}

/// Writes any `values` as their [`BITS`] to `out`.
pub fn encode_bits(values: &[f64], out: &mut Decimals) {
    out.exponent = BITS;
    out.exceptions.clear();
    out.mantissas.clear();
    out.mantissas
        .extend(values.iter().map(|value| in_order(value.to_bits() as i64)));
}

/// The bits of negative floats ascend as the floats descend; turned round, all are in order. Its own inverse.
fn in_order(bits: i64) -> i64 {
    bits ^ ((bits >> 63) & i64::MAX)
}

/// Appends the floats of `mantissas` to `out`. `exponent` is at most [`EXPONENT_MAX`], or [`BITS`].
pub fn decode(exponent: u8, mantissas: &[i64], out: &mut Vec<f64>) {
    if exponent == BITS {
        let bits = mantissas.iter().map(|&mantissa| in_order(mantissa) as u64);
        out.extend(bits.map(f64::from_bits));
        return;
    }
    let power = POWERS[usize::from(exponent)];
    if exponent == 0 {
        out.extend(mantissas.iter().map(|&mantissa| mantissa as f64));
    } else {
        out.extend(mantissas.iter().map(|&mantissa| float(mantissa, power)));
    }
}
