use http::HeaderMap;

use super::*;
use crate::http::buffers::Buffers;

/// What chunks hold, however they come: `left` is what is not theirs, `...` when more must come, or the error.
fn check(chunks: &str, expected: &str, left: &str) {
    for step in 1..=chunks.len().max(1) {
        let (mut buffer, buffers) = (Vec::new(), Buffers::default());
        let mut reader = BodyReader::new(&HeaderMap::new(), &mut buffer, 100, &buffers);
        let mut state = Chunks::default();
        let mut held: Vec<u8> = Vec::new();
        let mut end = "...".to_owned();
        for piece in chunks.as_bytes().chunks(step) {
            held.extend_from_slice(piece);
            match state.take(&held, &mut reader) {
                Ok(taken) => drop(held.drain(..taken)),
                Err(error) => {
                    end = error.to_string();
                    break;
                }
            }
            if state.state == State::End {
                // What has come after it in later pieces was never looked at.
                end = String::new();
            }
        }
        if end.is_empty() {
            end = String::from_utf8_lossy(&held).into_owned();
        }
        assert_eq!(
            (String::from_utf8_lossy(&buffer).as_ref(), end.as_str()),
            (expected, left),
            "{chunks:?} by {step}"
        );
    }
}

#[test]
fn chunks_are_taken_apart() {
    check("3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", "abcd", "");
    check(
        "A;name=\"v\"\r\n0123456789\r\n00\r\nTrailer: x\r\n\r\nHTTP",
        "0123456789",
        "HTTP",
    );
    check("3\nabc\n0\n\n", "abc", "");
    check("3\r\nabc\r\n", "abc", "...");
    check("3\r\nab", "ab", "...");
    check("", "", "...");
}

#[test]
fn chunks_that_are_none() {
    let malformed = "malformed chunked encoding";
    check("x\r\n", "", malformed);
    check("\r\n", "", malformed);
    check("-3\r\n", "", malformed);
    check("+3\r\nabc", "", malformed);
    check("11111111111111111\r\n", "", malformed);
    check("3\r\nabcd\r\n", "abc", malformed);
    check(&"a".repeat(LINE_BYTES_MAX), "", malformed);
}

#[test]
fn chunks_have_a_limit() {
    let (mut buffer, buffers) = (Vec::new(), Buffers::default());
    let mut reader = BodyReader::new(&HeaderMap::new(), &mut buffer, 100, &buffers);
    let chunk = format!("65\r\n{}", "a".repeat(200));
    let taken = Chunks::default().take(chunk.as_bytes(), &mut reader);
    assert_eq!(taken, Err(BodyError::TooLarge { limit_bytes: 100 }));
}
