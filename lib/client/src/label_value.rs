//! What may be a label's value in a struct of labels: strings, and what has few values that are short to write.

use std::borrow::Cow;
use std::sync::Arc;

/// A value as text. Derive it for enums with the feature `derive`.
pub trait LabelValue {
    /// The text, borrowed where it can be.
    type Text<'text>: AsRef<str>
    where
        Self: 'text;

    /// The value as a page shows it.
    fn text(&self) -> Self::Text<'_>;
}

impl LabelValue for str {
    type Text<'text> = &'text str;

    fn text(&self) -> &str {
        self
    }
}

impl LabelValue for bool {
    type Text<'text> = &'static str;

    fn text(&self) -> &'static str {
        if *self { "true" } else { "false" }
    }
}

/// What another text type borrows.
macro_rules! as_str {
    ($($text:ty),*) => {$(
        impl LabelValue for $text {
            type Text<'text> = &'text str where Self: 'text;

            fn text(&self) -> &str {
                self
            }
        }
    )*};
}
as_str!(String, Box<str>, Arc<str>, Cow<'_, str>);

impl<T: LabelValue + ?Sized> LabelValue for &T {
    type Text<'text>
        = T::Text<'text>
    where
        Self: 'text;

    fn text(&self) -> T::Text<'_> {
        T::text(self)
    }
}

/// No value is an empty one, which to Prometheus is a label that isn't there.
impl<T: LabelValue> LabelValue for Option<T> {
    type Text<'text>
        = OptionalText<T::Text<'text>>
    where
        Self: 'text;

    fn text(&self) -> OptionalText<T::Text<'_>> {
        OptionalText(self.as_ref().map(T::text))
    }
}

/// A text that may not be there.
#[derive(Clone, Copy, Debug)]
pub struct OptionalText<T>(Option<T>);

impl<T: AsRef<str>> AsRef<str> for OptionalText<T> {
    fn as_ref(&self) -> &str {
        self.0.as_ref().map_or("", AsRef::as_ref)
    }
}

/// A whole number's digits, without an allocation.
#[derive(Clone, Copy, Debug)]
pub struct Digits {
    bytes: [u8; DIGITS_MAX],
    start: u8,
}

/// A sign and the digits of the greatest 64-bit number.
const DIGITS_MAX: usize = 21;

impl Digits {
    fn of(negative: bool, mut number: u64) -> Self {
        let mut bytes = [0; DIGITS_MAX];
        let mut start = DIGITS_MAX;
        loop {
            start -= 1;
            bytes[start] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        if negative {
            start -= 1;
            bytes[start] = b'-';
        }
        Self {
            bytes,
            start: start as u8,
        }
    }
}

impl AsRef<str> for Digits {
    fn as_ref(&self) -> &str {
        // Digits and a sign only, so the fallback is never taken.
        std::str::from_utf8(&self.bytes[usize::from(self.start)..]).unwrap_or_default()
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl LabelValue for $number {
            type Text<'text> = Digits;

            fn text(&self) -> Digits {
                let wide = *self as i128;
                Digits::of(wide < 0, wide.unsigned_abs() as u64)
            }
        }
    )*};
}
numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: impl LabelValue, expected: &str) {
        assert_eq!(value.text().as_ref(), expected);
    }

    #[test]
    fn values_are_text() {
        check("a", "a");
        check(String::from("b"), "b");
        check(Cow::Borrowed("c"), "c");
        check(true, "true");
        check(0_u8, "0");
        check(u64::MAX, "18446744073709551615");
        check(i64::MIN, "-9223372036854775808");
        check(-7_i8, "-7");
        check(Some(200_u16), "200");
        check(None::<&str>, "");
    }
}
