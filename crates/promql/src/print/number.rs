//! Numbers as Go prints them.

use std::fmt;

/// All digits, never an exponent.
pub(super) struct GoDecimal(pub(super) f64);

impl fmt::Display for GoDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            f64::INFINITY => f.write_str("+Inf"),
            f64::NEG_INFINITY => f.write_str("-Inf"),
            number => write!(f, "{number}"),
        }
    }
}

/// An exponent for numbers below 1e-4 and from 1e21 on, as `%v` prints.
pub(super) struct GoGeneral(pub(super) f64);

impl fmt::Display for GoGeneral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if !self.0.is_finite() || size == 0.0 || (1e-4..1e21).contains(&size) {
            return write!(f, "{}", GoDecimal(self.0));
        }
        let text = format!("{:e}", self.0);
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        write!(f, "{digits}e{sign}{exponent:0>2}")
    }
}
