//! Label sets.
//!
//! A set is one shared string: for each label, in order of names, `<length><name><length><value>`, each length
//! in [`LENGTH_DIGITS`] ASCII characters of seven bits. So a clone is a counter, equality and hashing are one pass over
//! bytes, there is no heap object per label, and reading needs neither `unsafe` nor a UTF-8 check.
//!
//! Invariants: names ascend and are unique; no name and no value is empty (an empty value is an absent label).

mod builder;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::Arc;

pub use builder::LabelsBuilder;

/// The label that holds a series' metric name.
pub const METRIC_NAME: &str = "__name__";

/// The longest name or value: 256 MiB less one byte. Whatever takes input from outside has a far smaller limit.
pub const LABEL_BYTES_MAX: usize = (1 << (7 * LENGTH_DIGITS)) - 1;

/// What most sets take.
const PACKED_BYTES: usize = 256;

/// Characters per length.
const LENGTH_DIGITS: usize = 4;

/// A set of labels, sorted by name. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Labels {
    packed: Arc<str>,
}

impl Labels {
    /// The set without labels.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            packed: Arc::default(),
        }
    }

    /// From pairs in any order. Of two pairs with one name the later wins; pairs with an empty value are left out.
    pub fn from_pairs<N: AsRef<str>, V: AsRef<str>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut builder = LabelsBuilder::default();
        for (name, value) in pairs {
            builder.set(name.as_ref(), value.as_ref());
        }
        builder.build()
    }

    /// From pairs by ascending name, no name twice and no value empty: as [`from_pairs`](Self::from_pairs), but at the cost of copying their texts.
    pub fn from_sorted<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut packed = String::with_capacity(PACKED_BYTES);
        let mut before = "";
        for (name, value) in pairs {
            assert!(
                before < name && !value.is_empty(),
                "not by ascending name: {before}, {name}"
            );
            push_pair(&mut packed, name, value);
            before = name;
        }
        Self {
            packed: packed.as_str().into(),
        }
    }

    /// The pairs, by ascending name.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter { rest: &self.packed }
    }

    /// The value of `name`, if there is such a label.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        for (own, value) in self.iter() {
            match own.cmp(name) {
                Ordering::Less => {}
                Ordering::Equal => return Some(value),
                Ordering::Greater => return None,
            }
        }
        None
    }

    /// The value of `name`, or the empty string: to PromQL, absent and empty are the same.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.get(name).unwrap_or("")
    }

    /// The metric's name, or the empty string.
    #[must_use]
    pub fn metric_name(&self) -> &str {
        self.value(METRIC_NAME)
    }

    /// How many labels there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packed.is_empty()
    }

    /// Bytes that the set takes on the heap, its share of the allocation's head included.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.packed.len() + 2 * size_of::<usize>()
    }

    /// A builder that starts with these labels.
    #[must_use]
    pub fn to_builder(&self) -> LabelsBuilder {
        LabelsBuilder::from_sorted(self.iter())
    }

    /// Those labels whose name passes `keep`.
    #[must_use]
    pub fn filtered(&self, mut keep: impl FnMut(&str) -> bool) -> Self {
        let mut packed = String::with_capacity(self.packed.len());
        for pair in self.pairs().filter(|pair| keep(pair.name)) {
            packed.push_str(pair.packed);
        }
        Self {
            packed: packed.into(),
        }
    }

    /// The labels of both sets; where both have a name, `other`'s value stands.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        let mut packed = String::with_capacity(self.packed.len() + other.packed.len());
        let mut theirs = other.pairs().peekable();
        for own in self.pairs() {
            while let Some(pair) = theirs.next_if(|pair| pair.name < own.name) {
                packed.push_str(pair.packed);
            }
            let same = theirs.next_if(|pair| pair.name == own.name);
            packed.push_str(same.unwrap_or(own).packed);
        }
        for pair in theirs {
            packed.push_str(pair.packed);
        }
        Self {
            packed: packed.into(),
        }
    }

    fn pairs(&self) -> Pairs<'_> {
        Pairs { rest: &self.packed }
    }

    /// A hash that is the same in every process and on every machine, for spreading work, never for identity.
    #[must_use]
    pub fn stable_hash(&self) -> u64 {
        foldhash::quality::FixedState::with_seed(0).hash_one(self.packed.as_bytes())
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self::empty()
    }
}

impl<'a> IntoIterator for &'a Labels {
    type Item = (&'a str, &'a str);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self::from_pairs(pairs)
    }
}

impl Ord for Labels {
    /// Label by label, names before values; a set that is the beginning of another comes first.
    ///
    /// Sets that are sorted are mostly of one metric and begin alike, so what they have in common is passed over in large steps.
    fn cmp(&self, other: &Self) -> Ordering {
        let common = common_texts(&self.packed, &other.packed);
        let (mut own, mut theirs) = (&self.packed[common..], &other.packed[common..]);
        while !own.is_empty() && !theirs.is_empty() {
            let (own_text, own_rest) = split_text(own);
            let (their_text, their_rest) = split_text(theirs);
            let order = own_text.cmp(their_text);
            if order != Ordering::Equal {
                return order;
            }
            (own, theirs) = (own_rest, their_rest);
        }
        own.len().cmp(&theirs.len())
    }
}

impl PartialOrd for Labels {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Labels {
    /// As PromQL writes a series: `name{a="1", b="2"}`, names that need it quoted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.metric_name();
        let bare = is_legacy_metric_name(name);
        if bare {
            f.write_str(name)?;
        }
        let mut separator = "";
        let inside = self.iter().filter(|(n, _)| *n != METRIC_NAME);
        let quoted_name = !bare && !name.is_empty();
        if bare && inside.clone().next().is_none() {
            return Ok(());
        }
        f.write_str("{")?;
        if quoted_name {
            write!(f, "{}", Quoted(name))?;
            separator = ", ";
        }
        for (name, value) in inside {
            f.write_str(separator)?;
            separator = ", ";
            if is_legacy_label_name(name) {
                write!(f, "{name}={}", Quoted(value))?;
            } else {
                write!(f, "{}={}", Quoted(name), Quoted(value))?;
            }
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Prints text in double quotes, with Go's escapes for what PromQL's lexer would misread.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                c if c.is_ascii_control() => write!(f, "\\x{:02x}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_str("\"")
    }
}

/// Whether `name` can be written as a metric name without quotes: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
#[must_use]
pub fn is_legacy_metric_name(name: &str) -> bool {
    is_identifier(name, |b| b == b'_' || b == b':')
}

/// Whether `name` can be written as a label name without quotes: `[a-zA-Z_][a-zA-Z0-9_]*`.
#[must_use]
pub fn is_legacy_label_name(name: &str) -> bool {
    is_identifier(name, |b| b == b'_')
}

fn is_identifier(name: &str, extra: impl Fn(u8) -> bool) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || extra(b))
        && bytes.all(|b| b.is_ascii_alphanumeric() || extra(b))
}

/// Iterates over the pairs of a [`Labels`].
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (name, rest) = split_text(self.rest);
        let (value, rest) = split_text(rest);
        self.rest = rest;
        Some((name, value))
    }
}

/// Iterates over the pairs as they are packed, which need not be packed again to become another set's.
struct Pairs<'a> {
    rest: &'a str,
}

#[derive(Clone, Copy)]
struct Pair<'a> {
    name: &'a str,
    /// Name and value.
    packed: &'a str,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (name, rest) = split_text(self.rest);
        let value_end = LENGTH_DIGITS + text_length(rest);
        let (packed, rest) = self.rest.split_at(LENGTH_DIGITS + name.len() + value_end);
        self.rest = rest;
        Some(Pair { name, packed })
    }
}

/// Bytes of texts that two packed sets begin with alike; perhaps a few less than there are.
fn common_texts(one: &str, other: &str) -> usize {
    const STEP: usize = size_of::<u64>();
    let (ones, _) = one.as_bytes().as_chunks::<STEP>();
    let (others, _) = other.as_bytes().as_chunks::<STEP>();
    let alike = ones.iter().zip(others).take_while(|(a, b)| a == b);
    let alike = alike.count() * STEP;
    let mut common = 0;
    while common + LENGTH_DIGITS <= alike {
        let end = common + LENGTH_DIGITS + text_length(&one[common..]);
        if end > alike {
            break;
        }
        common = end;
    }
    common
}

/// The length that stands at the front of a packed set.
#[inline]
fn text_length(packed: &str) -> usize {
    let digits = packed.as_bytes()[..LENGTH_DIGITS].iter();
    digits.fold(0, |length, digit| length << 7 | usize::from(*digit))
}

/// Splits `<length><text>` off the front of a packed set.
#[inline]
fn split_text(packed: &str) -> (&str, &str) {
    packed[LENGTH_DIGITS..].split_at(text_length(packed))
}

fn push_pair(packed: &mut String, name: &str, value: &str) {
    push_text(packed, name);
    push_text(packed, value);
}

fn push_text(packed: &mut String, text: &str) {
    assert!(
        text.len() <= LABEL_BYTES_MAX,
        "a label of {} bytes passed every limit",
        text.len()
    );
    for digit in (0..LENGTH_DIGITS).rev() {
        packed.push(char::from((text.len() >> (7 * digit) & 0x7f) as u8));
    }
    packed.push_str(text);
}
