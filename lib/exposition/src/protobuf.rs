//! Reads pages in protobuf: `io.prometheus.client.MetricFamily`, each with its length before it.
//!
//! ```text
//!  families ──► translate ──► a page of OpenMetrics ──► Entries, as any other page
//!                        └──► native histograms, which no text can say
//! ```
//!
//! Who scrapes has met nearly every series before, and knows its text. So a page becomes text first, by which series are known, and one reader does for all formats.
//! What a text would round or leave out, it doesn't: floats have all their digits, times their milliseconds, and examples are kept.
//!
//! Names are written as the family has them, with `_total` of counters where it is: OpenMetrics would have it otherwise, but its reader does not mind.
//!
//! What is left out: when counting began, and examples of native histograms.
//!
//! Invariants:
//! - whatever the bytes, nothing panics, and a text has its limit;
//! - fields that are not known are passed over; one that is known and of another type is an error.
//!
//! Source: `metrics.proto` of prometheus/client_model, by its field numbers.

mod family;
mod native;
#[cfg(test)]
mod tests;
mod wire;

use thiserror::Error;

use family::Family;
pub use native::{NativeHistogram, NativeSample, Span};
use wire::Fields;

/// Labels are said once in a message and on every line of a text, so that a small page might become one without end.
const TEXT_BYTES_MAX: usize = if cfg!(test) { 1 << 20 } else { 256 << 20 };

/// Which of its two forms of a histogram is wanted, where a page has both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Histograms {
    /// Classic buckets only.
    Classic,
    /// Native buckets, and classic ones where there are no others.
    Native,
    /// All there are.
    Both,
}

/// A page that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Translated {
    /// All but the native histograms, as a page of OpenMetrics.
    pub text: Vec<u8>,
    /// The native histograms, in the page's order.
    pub natives: Vec<NativeSample>,
}

/// Reads a page.
///
/// # Errors
///
/// When the bytes are no messages, or messages of something else.
pub fn translate(page: &[u8], histograms: Histograms) -> Result<Translated, ProtobufError> {
    let mut translated = Translated::default();
    let mut rest = Fields::new(page, 0);
    while let Some(family) = rest.delimited()? {
        Family::read(family)?.translate(histograms, &mut translated)?;
    }
    translated.text.extend_from_slice(b"# EOF\n");
    Ok(translated)
}

/// A page that can't be read, with the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("invalid protobuf: {fault} (byte {at})")]
pub struct ProtobufError {
    /// In bytes from the page's start.
    pub at: usize,
    /// What is wrong there.
    pub fault: ProtobufFault,
}

/// What can be wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProtobufFault {
    /// It ends before what it says it has.
    #[error("the page is cut short")]
    Truncated,
    /// A number that doesn't end in time.
    #[error("a number has more than 64 bits")]
    Number,
    /// A field that has another type than it should, or one that there isn't.
    #[error("a field has an unexpected type")]
    Type,
    /// More lines than anybody reads.
    #[error("it is longer than 256 MiB as text")]
    TooLong,
    /// A family or a label without a name.
    #[error("a name is missing")]
    NameMissing,
    /// A native histogram of which no buckets can be made: who keeps it need not look again.
    #[error("the parts of a native histogram contradict each other")]
    Histogram,
    /// A text that is none.
    #[error("invalid UTF-8")]
    NotUtf8,
}
