//! What files are called.

use std::fmt;

/// Ends the name of a file that isn't complete.
pub(super) const TEMPORARY: &str = ".tmp";
/// Ends the name of a file that was set aside.
pub(super) const DAMAGED: &str = ".damaged";

/// A complete file, by the number of its part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Part(u64),
    Deleted(u64),
}

impl Name {
    /// `None` for what isn't ours, or not complete.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (number, extension) = name.split_once('.')?;
        let number = number_of(number)?;
        match extension {
            "part" => Some(Self::Part(number)),
            "deleted" => Some(Self::Deleted(number)),
            _ => None,
        }
    }
}

/// The number that a file's name begins with, whatever follows.
pub(super) fn leading_number(name: &str) -> Option<u64> {
    number_of(name.split_once('.')?.0)
}

fn number_of(digits: &str) -> Option<u64> {
    let all_digits = digits.len() >= 10 && digits.bytes().all(|digit| digit.is_ascii_digit());
    if all_digits {
        digits.parse().ok()
    } else {
        None
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(number) => write!(f, "{number:010}.part"),
            Self::Deleted(number) => write!(f, "{number:010}.deleted"),
        }
    }
}
