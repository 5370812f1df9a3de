//! A request, as far as it matters for a page.

use std::io::{self, Read};

use crate::Selection;

/// The longest head that is read.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// The head of a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    query: String,
    pub(super) accept: String,
    pub(super) accept_encoding: String,
}

impl Request {
    /// Reads a head; `None` when it is none, or too long.
    pub(super) fn read(stream: &mut impl Read) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        let mut part = [0; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut part)?;
            head.extend_from_slice(&part[..read]);
            if read == 0 || head.len() > HEAD_BYTES_MAX {
                return Ok(None);
            }
        }
        Ok(std::str::from_utf8(&head).ok().and_then(Self::parse))
    }

    pub(super) fn parse(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if !version.starts_with("HTTP/1.") || words.next().is_some() {
            return None;
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            ..Self::default()
        };
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let header = if name.eq_ignore_ascii_case("accept") {
                &mut request.accept
            } else if name.eq_ignore_ascii_case("accept-encoding") {
                &mut request.accept_encoding
            } else {
                continue;
            };
            // A header that comes twice is a list in two parts.
            if !header.is_empty() {
                header.push(',');
            }
            header.push_str(value.trim());
        }
        Some(request)
    }

    /// The families that `name[]` lists; all, if there is none.
    pub(super) fn selection(&self) -> Selection {
        let pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        let names = pairs.filter(|(name, _)| decoded(name) == "name[]");
        let names = names.map(|(_, value)| decoded(value)).collect::<Vec<_>>();
        if names.is_empty() {
            return Selection::all();
        }
        Selection::names(names)
    }
}

/// Without percent-encoding; what isn't well encoded stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &after[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests;
