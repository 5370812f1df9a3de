//! Label values as the text of a page, rendered once when a child is born.
//!
//! The text is `a="1",b="2"`, sorted by name, because that is the order in which Python's client shows labels. It is also
//! the only place where the values are kept: a look-up compares values with the text, and who wants them back reads them out of it.

use ferula_exposition::Escaping;
use ferula_exposition::escape;

/// The label names of a family, and the order in which they are shown.
#[derive(Debug)]
pub(crate) struct LabelNames {
    /// As declared.
    names: Box<[Box<str>]>,
    /// Indices of `names`, sorted by name.
    sorted: Box<[usize]>,
    /// `name="`, by the same order as `sorted`.
    heads: Box<[Box<str>]>,
}

impl LabelNames {
    pub(crate) fn new(names: Vec<String>) -> Self {
        let names: Box<[Box<str>]> = names.into_iter().map(String::into_boxed_str).collect();
        let mut sorted: Box<[usize]> = (0..names.len()).collect();
        sorted.sort_by(|&a, &b| names[a].cmp(&names[b]));
        let heads = sorted
            .iter()
            .map(|&index| head(&names[index], Escaping::AllowUtf8))
            .collect();
        Self {
            names,
            sorted,
            heads,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// How many labels are shown before one called `name`.
    pub(crate) fn before(&self, name: &str) -> usize {
        self.iter().filter(|own| **own < *name).count()
    }

    /// The text of these values, which come in the order of declaration.
    pub(crate) fn render(&self, values: &[&str]) -> Box<str> {
        render(
            self.shown(values)
                .zip(&self.heads)
                .map(|((_, value), head)| (&**head, value)),
        )
    }

    /// The text with names by another escaping than the one they are kept in.
    pub(crate) fn rewritten(&self, text: &str, escaping: Escaping) -> Box<str> {
        let values = self.values(text);
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let heads: Vec<Box<str>> = self
            .shown(&values)
            .map(|(name, _)| head(name, escaping))
            .collect();
        render(
            heads
                .iter()
                .zip(self.shown(&values))
                .map(|(head, (_, value))| (&**head, value)),
        )
    }

    /// Whether all names stay as they are kept by this escaping.
    pub(crate) fn unchanged_by(&self, escaping: Escaping) -> bool {
        escaping == Escaping::AllowUtf8
            || self.iter().all(|name| escaping.name(name, false) == name)
    }

    /// Whether `text` is that of `values`.
    pub(crate) fn is(&self, text: &str, values: &[&str]) -> bool {
        let plain = self.is_plainly(text.as_bytes(), values);
        // A value that had to be escaped differs from its text; it is rare, and then the whole text tells.
        plain || (values.iter().any(|value| needs_escape(value)) && *self.render(values) == *text)
    }

    fn is_plainly(&self, text: &[u8], values: &[&str]) -> bool {
        let mut at = 0;
        for (place, (&index, head)) in self.sorted.iter().zip(&self.heads).enumerate() {
            at += head.len() + usize::from(place > 0);
            let value = values[index].as_bytes();
            let end = at + value.len();
            if text.get(at..end) != Some(value) || text.get(end) != Some(&b'"') {
                return false;
            }
            at = end + 1;
        }
        at == text.len()
    }

    /// The values of a text, in the order of declaration.
    pub(crate) fn values(&self, text: &str) -> Vec<String> {
        let mut values = vec![String::new(); self.len()];
        let mut rest = text;
        for (place, (&index, head)) in self.sorted.iter().zip(&self.heads).enumerate() {
            rest = &rest[head.len() + usize::from(place > 0)..];
            let end = end_of_value(rest.as_bytes());
            escape::unescape(&rest[..end]).clone_into_string(&mut values[index]);
            rest = &rest[end + 1..];
        }
        values
    }

    /// Splits a text after its first `labels` labels: both parts without the comma between them.
    pub(crate) fn split<'t>(&self, text: &'t str, labels: usize) -> (&'t str, &'t str) {
        if labels == 0 {
            return ("", text);
        }
        if labels == self.len() {
            return (text, "");
        }
        let mut at = 0;
        for (place, head) in self.heads.iter().take(labels).enumerate() {
            at += head.len() + usize::from(place > 0);
            at += end_of_value(&text.as_bytes()[at..]) + 1;
        }
        (&text[..at], &text[at + 1..])
    }

    /// Names and values in the order in which they are shown.
    fn shown<'s>(&'s self, values: &'s [&'s str]) -> impl Iterator<Item = (&'s str, &'s str)> {
        self.sorted
            .iter()
            .map(|&index| (&*self.names[index], values[index]))
    }
}

/// `Cow::into_owned` into a place that is there already.
trait CloneIntoString {
    fn clone_into_string(&self, place: &mut String);
}

impl CloneIntoString for std::borrow::Cow<'_, str> {
    fn clone_into_string(&self, place: &mut String) {
        place.push_str(self);
    }
}

fn needs_escape(value: &str) -> bool {
    memchr::memchr3(b'\\', b'\n', b'"', value.as_bytes()).is_some()
}

fn head(name: &str, escaping: Escaping) -> Box<str> {
    let name = escaping.name(name, false);
    if escape::is_bare(&name, false) {
        return format!("{name}=\"").into();
    }
    let mut quoted = Vec::with_capacity(name.len() + 4);
    quoted.push(b'"');
    escape::push_quoted(&mut quoted, &name);
    quoted.extend_from_slice(b"\"=\"");
    into_text(quoted)
}

fn render<'l>(labels: impl Iterator<Item = (&'l str, &'l str)>) -> Box<str> {
    let mut text = Vec::new();
    for (head, value) in labels {
        if !text.is_empty() {
            text.push(b',');
        }
        text.extend_from_slice(head.as_bytes());
        escape::push_quoted(&mut text, value);
        text.push(b'"');
    }
    into_text(text)
}

/// Bytes that were put together from strings and ASCII.
fn into_text(bytes: Vec<u8>) -> Box<str> {
    String::from_utf8(bytes)
        .unwrap_or_default()
        .into_boxed_str()
}

/// Where the value at the start of `text` ends: at the first quote that no backslash escapes.
fn end_of_value(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}
