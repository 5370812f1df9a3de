//! A child of a family: its cells and its labels in one allocation, shared by all its handles.

use std::fmt;
use std::sync::Arc;

use ferula_exposition::Escaping;
use ferula_exposition::write::render_labels;

use crate::point::LabelPairs;
use crate::{Error, Kind, Points};

/// A kind of handle: [`Counter`](crate::Counter), [`Gauge`](crate::Gauge),
/// [`Histogram`](crate::Histogram), [`Summary`](crate::Summary), [`Info`](crate::Info) or
/// [`StateSet`](crate::StateSet).
///
/// Sealed: what lies beneath the handles is ours to change (a segment that processes share is to
/// come), and a metric of your own is a [`Collector`](crate::Collector).
pub trait Metric: Clone + fmt::Debug + Send + Sync + 'static + Sealed {}

impl<M: Sealed + Clone + fmt::Debug + Send + Sync + 'static> Metric for M {}

/// The part of [`Metric`] that callers neither need nor see.
pub trait Sealed: Sized {
    /// What all children of a family have in common: bounds, states.
    type Shape: fmt::Debug + Send + Sync + 'static;
    /// The numbers of one child.
    type Cells: fmt::Debug + Send + Sync + 'static;

    const KIND: Kind;

    /// Learns the family's names, and refuses what this kind cannot show: states that repeat, a label that it writes
    /// itself.
    fn settle(_name: &str, _shape: &mut Self::Shape, _labels: &[Box<str>]) -> Result<(), Error> {
        Ok(())
    }
    fn cells(shape: &Arc<Self::Shape>) -> Self::Cells;
    fn of_node(node: Arc<Node<Self::Cells>>) -> Self;
    fn show(cells: &Self::Cells, labels: LabelPairs<'_>, points: &mut Points<'_>);
}

pub(crate) fn refuse_label(reserved: &str, labels: &[Box<str>]) -> Result<(), Error> {
    if labels.iter().any(|label| **label == *reserved) {
        return Err(Error::ReservedLabel {
            name: reserved.to_owned(),
        });
    }
    Ok(())
}

/// Shared by the handles of one child and by its family.
#[derive(Debug)]
pub struct Node<C> {
    pub(crate) labels: LabelText,
    /// When it was born among its family's children; see [`crate::family`].
    pub(crate) serial: u64,
    pub(crate) cells: C,
}

/// Label values, kept twice in one string: as the page shows them, and plain, to be compared.
#[derive(Debug)]
pub(crate) struct LabelText {
    /// `method="GET",code="200"` and then `GET200`.
    text: Box<str>,
    /// Where the rendered part ends, then where each value ends.
    ends: Box<[u32]>,
}

/// The longest label text kept, in bytes; longer values are cut when a child is born.
pub(crate) const LABEL_VALUE_BYTES_MAX: usize = 64 << 10;

impl LabelText {
    /// `names` and `values` go together; the caller has compared their number.
    pub(crate) fn new(names: &[Box<str>], values: &[&str]) -> Self {
        assert_eq!(names.len(), values.len(), "one value for each label");
        let pairs = names
            .iter()
            .map(AsRef::as_ref)
            .zip(values.iter().map(|value| cut(value)));
        // A family's label names are of the old alphabet, so every escaping leaves them as they are.
        let mut text = render_labels(pairs, Escaping::AllowUtf8);
        let mut ends = Vec::with_capacity(values.len() + 1);
        ends.push(offset(text.len()));
        for value in values {
            text.push_str(cut(value));
            ends.push(offset(text.len()));
        }
        Self {
            text: text.into_boxed_str(),
            ends: ends.into_boxed_slice(),
        }
    }

    /// `method="GET",code="200"`; empty without labels.
    pub(crate) fn rendered(&self) -> &str {
        &self.text[..self.ends[0] as usize]
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.ends
            .windows(2)
            .map(|span| &self.text[span[0] as usize..span[1] as usize])
    }

    pub(crate) fn is(&self, values: &[&str]) -> bool {
        self.ends.len() == values.len() + 1
            && self
                .values()
                .zip(values)
                .all(|(own, given)| own == cut(given))
    }
}

/// `value`, or as much of it as is kept.
pub(crate) fn cut(value: &str) -> &str {
    if value.len() <= LABEL_VALUE_BYTES_MAX {
        return value;
    }
    &value[..value.floor_char_boundary(LABEL_VALUE_BYTES_MAX)]
}

/// More label text than fits 32 bits would take 32,000 labels of the longest value.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
