//! The system's errors in the words that users of Prometheus know.

use std::io;

/// `no such file or directory` rather than `No such file or directory (os error 2)`.
pub(crate) fn of_io(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "unexpected EOF".to_owned(),
        io::ErrorKind::TimedOut => "i/o timeout".to_owned(),
        _ => in_lower_case(&error.to_string()),
    }
}

fn in_lower_case(text: &str) -> String {
    let text = text.split(" (os error").next().unwrap_or(text);
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        // An abbreviation stays as it is.
        (Some(first), second) if second.is_none_or(|c| !c.is_uppercase()) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}
