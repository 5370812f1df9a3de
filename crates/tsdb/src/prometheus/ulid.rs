//! Names of blocks: 48 bits of time and 80 random ones, as 26 characters that sort by time.

use std::fmt;

use model::Timestamp;

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of five bits; the first has three.
const CHARACTERS: usize = 26;
const RANDOM_BITS: u32 = 80;

/// The name of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ulid(u128);

impl Ulid {
    /// Of a moment and (the lowest 80) random bits.
    #[must_use]
    pub fn new(made: Timestamp, random: u128) -> Self {
        let made_ms = made.0.max(0).unsigned_abs();
        Self(u128::from(made_ms) << RANDOM_BITS | random & ((1 << RANDOM_BITS) - 1))
    }

    /// From its text, in capitals as all programs write it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // The first character has the upper three of 128 bits.
        if bytes.len() != CHARACTERS || bytes[0] > b'7' {
            return None;
        }
        bytes.iter().try_fold(Self(0), |id, byte| {
            let digit = ALPHABET.iter().position(|letter| letter == byte)?;
            Some(Self(id.0 << 5 | digit as u128))
        })
    }
}

impl fmt::Display for Ulid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |index: usize| {
            let digit = self.0 >> (5 * (CHARACTERS - 1 - index)) & 31;
            char::from(ALPHABET[digit as usize])
        };
        f.write_str(&(0..CHARACTERS).map(letter).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the ULID specification's text, and its time.
    #[test]
    fn text_and_time_agree() {
        let id = Ulid::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").expect("it is one");
        assert_eq!(id.to_string(), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_eq!(id.0 >> RANDOM_BITS, 1_469_922_850_259);
        assert_eq!(Ulid::new(Timestamp(1_469_922_850_259), id.0), id);
    }

    #[test]
    fn other_names_are_none() {
        for name in [
            "wal",
            "81ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01ARZ3NDEKTSV4RRFFQ69G5FAU",
            "",
        ] {
            assert_eq!(Ulid::parse(name), None, "{name}");
        }
    }
}
