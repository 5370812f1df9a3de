//! Prints floats without going through `fmt` where they are small integers, which most values are.

use std::io::Write as _;

/// Integers below this print with all their digits in Go's `%g`.
const EXPONENT_FROM: f64 = 1e6;

/// Python's `repr` has an exponent from here on.
const PYTHON_EXPONENT_FROM: f64 = 1e16;

/// Room for the longest float in exponent form: sign, 17 digits, point, `e`, sign, three digits.
const SCIENTIFIC_BYTES_MAX: usize = 32;

/// Appends `value` as Go's `%g` prints it: `1`, `0.5`, `1e+06`, `+Inf`, `NaN`.
pub fn push_go(out: &mut Vec<u8>, value: f64) {
    push(out, value, false);
}

/// As [`push_go`], with `.0` where there would be neither a point nor an exponent: `1.0`, `0.5`, `1e+06`.
///
/// This is how OpenMetrics writes floats, and how both formats' `le` and `quantile` are kept.
pub fn push_float(out: &mut Vec<u8>, value: f64) {
    push(out, value, true);
}

/// Appends `value` as Python's client prints it: like [`push_float`], but for large negative numbers, which keep all their digits.
pub fn push_python(out: &mut Vec<u8>, value: f64) {
    if value <= -EXPONENT_FROM && value > -PYTHON_EXPONENT_FROM {
        Scientific::of(value).push_plain(out, true);
    } else {
        push(out, value, true);
    }
}

/// Appends `value` in decimal.
pub fn push_integer(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

fn push(out: &mut Vec<u8>, value: f64, point: bool) {
    if value.is_nan() {
        return out.extend_from_slice(b"NaN");
    }
    if value.is_infinite() {
        return out.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    }
    if value.abs() < EXPONENT_FROM && value.trunc() == value {
        return push_small_integer(out, value, point);
    }
    let scientific = Scientific::of(value);
    if (-4..6).contains(&scientific.exponent) {
        scientific.push_plain(out, point);
    } else {
        scientific.push_exponent(out);
    }
}

/// `value` is an integer below [`EXPONENT_FROM`].
fn push_small_integer(out: &mut Vec<u8>, value: f64, point: bool) {
    if value.is_sign_negative() {
        out.push(b'-');
    }
    push_integer(out, value.abs() as u64);
    if point {
        out.extend_from_slice(b".0");
    }
}

/// The fewest digits that read back as the float, with the power of ten of the first one.
struct Scientific {
    text: [u8; SCIENTIFIC_BYTES_MAX],
    /// The digits' place in `text`; the point after the first one is left out.
    digits: usize,
    negative: bool,
    exponent: i32,
}

impl Scientific {
    /// `value` is finite.
    fn of(value: f64) -> Self {
        let mut text = [0; SCIENTIFIC_BYTES_MAX];
        let mut space = &mut text[..];
        // Cannot fail: the longest such text is shorter than the space.
        let _fits = write!(space, "{:e}", value.abs());
        let left = space.len();
        let written = &text[..SCIENTIFIC_BYTES_MAX - left];
        let e = written.iter().position(|b| *b == b'e').unwrap_or(0);
        let exponent = std::str::from_utf8(&written[e + 1..])
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let mut digits = 1;
        if e > 1 {
            text.copy_within(2..e, 1);
            digits = e - 1;
        }
        Self {
            text,
            digits,
            negative: value.is_sign_negative(),
            exponent,
        }
    }

    fn digits(&self) -> &[u8] {
        &self.text[..self.digits]
    }

    fn push_sign(&self, out: &mut Vec<u8>) {
        if self.negative {
            out.push(b'-');
        }
    }

    /// `1.2345`, or `1`.
    fn push_mantissa(&self, out: &mut Vec<u8>) {
        self.push_sign(out);
        out.push(self.digits()[0]);
        if self.digits > 1 {
            out.push(b'.');
            out.extend_from_slice(&self.digits()[1..]);
        }
    }

    /// `1.2345e+06`.
    fn push_exponent(&self, out: &mut Vec<u8>) {
        self.push_mantissa(out);
        out.extend_from_slice(if self.exponent < 0 { b"e-" } else { b"e+" });
        let exponent = self.exponent.unsigned_abs();
        if exponent < 10 {
            out.push(b'0');
        }
        push_integer(out, exponent.into());
    }

    /// `12.345`, `0.0012345`, and `1234500` with or without `.0`.
    fn push_plain(&self, out: &mut Vec<u8>, point: bool) {
        self.push_sign(out);
        let Ok(whole) = usize::try_from(self.exponent + 1) else {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + (-self.exponent - 1) as usize, b'0');
            return out.extend_from_slice(self.digits());
        };
        if whole == 0 {
            out.extend_from_slice(b"0.");
            return out.extend_from_slice(self.digits());
        }
        if whole < self.digits {
            out.extend_from_slice(&self.digits()[..whole]);
            out.push(b'.');
            return out.extend_from_slice(&self.digits()[whole..]);
        }
        out.extend_from_slice(self.digits());
        out.resize(out.len() + whole - self.digits, b'0');
        if point {
            out.extend_from_slice(b".0");
        }
    }
}
