//! Strings.

/// Which bytes of ASCII can't stand as they are: control characters, quote, backslash, and what HTML would read.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = true;
        byte += 1;
    }
    special[b'"' as usize] = true;
    special[b'\\' as usize] = true;
    special[b'<' as usize] = true;
    special[b'>' as usize] = true;
    special[b'&' as usize] = true;
    // The first byte of U+2028 and U+2029, which end lines in JavaScript.
    special[0xe2] = true;
    special
};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Writes `text` as a string with its quotes.
pub fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    push_fragment(out, text);
    out.push(b'"');
}

/// Writes the inside of a string.
pub(crate) fn push_fragment(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if !SPECIAL[usize::from(byte)] {
            continue;
        }
        if byte == 0xe2 {
            let Some(&[0x80, last @ (0xa8 | 0xa9)]) = bytes.get(at + 1..at + 3) else {
                continue;
            };
            out.extend_from_slice(&bytes[done..at]);
            out.extend_from_slice(b"\\u202");
            out.push(HEX[usize::from(last & 0xf)]);
            done = at + 3;
            continue;
        }
        out.extend_from_slice(&bytes[done..at]);
        push_escaped(out, byte);
        done = at + 1;
    }
    out.extend_from_slice(&bytes[done..]);
}

fn push_escaped(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 0xf)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut out = Vec::new();
        push_string(&mut out, text);
        assert_eq!(String::from_utf8_lossy(&out), expected);
        let back: String = serde_json::from_slice(&out).expect("it is JSON");
        assert_eq!(back, text);
    }

    /// Expectations are what Prometheus 2.42 answered to a query that makes such a label.
    #[test]
    fn escapes_as_prometheus_does() {
        check("", r#""""#);
        check("plain", r#""plain""#);
        check(
            "<&>\u{7f}\u{1}\u{2028}\t\n\"\\",
            "\"\\u003c\\u0026\\u003e\u{7f}\\u0001\\u2028\\t\\n\\\"\\\\\"",
        );
        check("\u{8}\u{c}", r#""\u0008\u000c""#);
        check("\u{2029}\u{2027}â€", "\"\\u2029\u{2027}â€\"");
    }
}
