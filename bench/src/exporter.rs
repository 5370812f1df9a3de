//! What an exporter shows, second by second, for as long as anybody asks.

use std::fmt::Write as _;

/// Gives the values of an exporter's series.
pub(crate) trait Values: Send + Sync {
    /// Adds the series that the page of second `second` has, in its order, with their values. Counters never fall.
    fn at(&self, second: u64, out: &mut Vec<(usize, f64)>);
}

/// An exporter of a fleet.
pub(crate) struct Exporter {
    pub(crate) name: &'static str,
    pub(crate) series: Vec<Series>,
    pub(crate) values: Box<dyn Values>,
}

/// One series of a page.
pub(crate) struct Series {
    /// The HELP and TYPE lines before it, if it is the first of its family.
    pub(crate) head: String,
    /// As a page writes it.
    pub(crate) text: String,
}

impl Exporter {
    /// The page of second `second`, and how many samples it has.
    pub(crate) fn page(&self, second: u64) -> (Vec<u8>, usize) {
        let mut values = Vec::new();
        self.values.at(second, &mut values);
        let mut page = String::new();
        for (index, value) in &values {
            let series = &self.series[*index];
            page.push_str(&series.head);
            let _ = writeln!(page, "{} {}", series.text, number(*value));
        }
        (page.into_bytes(), values.len())
    }

    /// Samples of its first page.
    pub(crate) fn samples(&self) -> usize {
        self.page(0).1
    }
}

/// Whether a series of this name counts, by the field's custom.
pub(crate) fn counts(text: &str) -> bool {
    let name = text.split('{').next().unwrap_or(text);
    ["_total", "_count", "_sum", "_bucket"]
        .iter()
        .any(|end| name.ends_with(end))
}

fn number(value: f64) -> String {
    match value {
        value if value.is_nan() => "NaN".to_owned(),
        value if value.is_infinite() => (if value > 0.0 { "+Inf" } else { "-Inf" }).to_owned(),
        // As Go writes floats, which most exporters are written in.
        value if value != 0.0 && !(1e-4..1e21).contains(&value.abs()) => format!("{value:e}"),
        value => value.to_string(),
    }
}
