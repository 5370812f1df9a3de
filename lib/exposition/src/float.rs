//! Floats as the formats write and read them.
//!
//! Writing follows Go's `%g` with the fewest digits that read back as the same float: an exponent from 1e-05 down and from 1e+06 up,
//! of at least two digits. OpenMetrics wants to see a float in a float, so there an integer gets `.0`.
//! Reading is what Go's `strconv.ParseFloat` takes less hexadecimal and underscores, as Prometheus reads both formats.

mod parse;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use parse::parse_field;
pub use parse::{FloatError, parse};
pub use write::{push_float, push_go, push_integer, push_python};
