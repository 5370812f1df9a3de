//! Upper and lower case, character by character as Go does it.
//!
//! Rust's own functions follow Unicode's full mappings (`ß` becomes `SS`, and a sigma depends on its neighbours). A target
//! must have the same labels under both servers, so the simple mappings are used: one character in, one out.

/// `text` in lower case.
pub(super) fn lower(text: &str) -> String {
    text.chars().map(lower_char).collect()
}

/// `text` in upper case.
pub(super) fn upper(text: &str) -> String {
    text.chars().map(upper_char).collect()
}

fn lower_char(c: char) -> char {
    match c {
        // The only character whose full lower case is longer than its simple one.
        'İ' => 'i',
        c => only(c.to_lowercase()).unwrap_or(c),
    }
}

fn upper_char(c: char) -> char {
    let by = |distance: u32| char::from_u32(u32::from(c) + distance).unwrap_or(c);
    match c {
        // Greek letters with iota below have a capital of their own, which the full mapping spells as two letters.
        '\u{1f80}'..='\u{1faf}' if u32::from(c) & 8 == 0 => by(8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => by(9),
        c => only(c.to_uppercase()).unwrap_or(c),
    }
}

/// The character of a mapping to a single one.
fn only(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next();
    if mapped.next().is_some() { None } else { first }
}
