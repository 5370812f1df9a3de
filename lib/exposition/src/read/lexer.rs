//! What both formats have in common below the level of a line.

use memchr::{memchr, memchr2, memrchr};

/// The longest beginning of `page` that is UTF-8 and consists of whole lines (or is all of it).
pub(super) fn valid_lines(page: &[u8]) -> &str {
    let valid = match std::str::from_utf8(page) {
        Ok(text) => return text,
        Err(error) => &page[..error.valid_up_to()],
    };
    let lines = memrchr(b'\n', valid).map_or(0, |newline| newline + 1);
    // Cut at a line feed, so it is still UTF-8.
    std::str::from_utf8(&valid[..lines]).unwrap_or_default()
}

/// The line that begins at `at`, without its line feed.
#[inline]
pub(super) fn line(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    match memchr(b'\n', rest.as_bytes()) {
        Some(end) => &rest[..end],
        None => rest,
    }
}

/// Where the first byte from `at` lies that is neither a space nor a tab.
#[inline]
pub(super) fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// Where the first space or tab from `at` lies, or the end.
#[inline]
pub(super) fn find_blank(bytes: &[u8], mut at: usize) -> usize {
    while !matches!(bytes.get(at), None | Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// As [`find_blank`], for what is long.
#[inline]
pub(super) fn find_far_blank(bytes: &[u8], at: usize) -> usize {
    memchr2(b' ', b'\t', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

/// Bytes that a metric name may have; a label name may have them less the colon. No digit may come first.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || b == b'_' || b == b':';
        byte += 1;
    }
    table
};

/// Where the name that begins at `at` ends: `[a-zA-Z_][a-zA-Z0-9_]*`, and colons if they are allowed. `None` if none begins there.
#[inline]
pub(super) fn name_end(bytes: &[u8], at: usize, colons: bool) -> Option<usize> {
    if bytes.get(at).is_none_or(u8::is_ascii_digit) {
        return None;
    }
    let mut end = at;
    while let Some(byte) = bytes.get(end)
        && NAME[usize::from(*byte)]
        && (colons || *byte != b':')
    {
        end += 1;
    }
    (end > at).then_some(end)
}

/// Where the quoted text that begins after the quote at `at - 1` ends, before its closing quote.
///
/// `None` if it has no end, or a raw line feed where those are not allowed.
pub(super) fn quoted_end(bytes: &[u8], mut at: usize, line_feeds: bool) -> Option<usize> {
    let start = at;
    let end = loop {
        let found = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[found] == b'"' {
            break found;
        }
        at = found + 2;
    };
    if !line_feeds && memchr(b'\n', &bytes[start..end]).is_some() {
        return None;
    }
    Some(end)
}
