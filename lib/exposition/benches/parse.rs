//! What reading a page costs, in nanoseconds per sample: `cargo bench -p ferula-exposition`.
//!
//! The pages are those of `../shared/samples`, read again and again. "entries" is what a scraper pays that has met every
//! series before; "in step" is that when the page has the layout of the one before; "labels" reads all labels, as on the first scrape.

use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use ferula_exposition::{Entries, Entry, Format};

/// How long one measurement goes on. The best of [`ROUNDS`] counts, since neighbours only ever make it slower.
const ROUND: Duration = Duration::from_millis(200);
const ROUNDS: usize = 5;

fn main() -> std::io::Result<()> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let mut out = std::io::stdout().lock();
    for name in ["node_exporter-1.5.0.txt", "rabbitmq-3.10.8-per-object.txt"] {
        #[expect(
            clippy::disallowed_methods,
            reason = "a benchmark reads its page itself"
        )]
        let Ok(page) = std::fs::read(samples.join(name)) else {
            writeln!(out, "{name}: not there")?;
            continue;
        };
        measure(&mut out, name, &page, Format::Text)?;
        measure(&mut out, name, &openmetrics(&page), Format::OpenMetrics)?;
    }
    Ok(())
}

/// The page's samples, without families, as OpenMetrics.
fn openmetrics(page: &[u8]) -> Vec<u8> {
    let mut lines = Vec::new();
    for line in page.split(|byte| *byte == b'\n') {
        if !line.is_empty() && !line.starts_with(b"#") {
            lines.extend_from_slice(line);
            lines.push(b'\n');
        }
    }
    lines.extend_from_slice(b"# EOF\n");
    lines
}

fn measure(
    out: &mut impl std::io::Write,
    name: &str,
    page: &[u8],
    format: Format,
) -> std::io::Result<()> {
    let samples = entries(page, format);
    let syntax = best(|| entries(page, format));
    let layout = layout(page, format);
    let in_step = best(|| in_step(page, format, &layout));
    let labels = best(|| labels(page, format));
    let per_sample = |time: Duration| time.as_nanos() as f64 / samples as f64;
    writeln!(
        out,
        "{name} as {format:?}: {samples} samples, {} bytes: entries {:.1}, in step {:.1}, labels {:.1} ns/sample",
        page.len(),
        per_sample(syntax),
        per_sample(in_step),
        per_sample(labels),
    )
}

/// The time of one call.
fn best(mut work: impl FnMut() -> usize) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures")]
        let start = Instant::now();
        let mut calls = 0;
        while start.elapsed() < ROUND {
            black_box(work());
            calls += 1;
        }
        best = best.min(start.elapsed() / calls);
    }
    best
}

fn entries(page: &[u8], format: Format) -> usize {
    let mut samples = 0;
    for entry in Entries::new(black_box(page), format) {
        if let Ok(Entry::Sample(sample)) = entry {
            black_box((sample.series.as_str(), sample.value));
            samples += 1;
        }
    }
    samples
}

/// For each sample the lines before it with its series, and where that begins.
fn layout(page: &[u8], format: Format) -> Vec<(String, usize)> {
    let mut layout = Vec::new();
    let mut before = 0;
    let mut entries = Entries::new(page, format);
    loop {
        let at = entries.offset();
        let Some(entry) = entries.next() else {
            return layout;
        };
        if let Ok(Entry::Sample(sample)) = entry {
            let mut text = String::from_utf8_lossy(&page[before..at]).into_owned();
            let series_at = text.len();
            text.push_str(sample.series.as_str());
            layout.push((text, series_at));
            before = entries.offset();
        }
    }
}

fn in_step(page: &[u8], format: Format, layout: &[(String, usize)]) -> usize {
    let mut samples = 0;
    let mut entries = Entries::new(black_box(page), format);
    for (text, series_at) in layout {
        if let Some(sample) = entries.expect(text, *series_at) {
            black_box((sample.series.as_str(), sample.value));
            samples += 1;
        }
    }
    assert_eq!(samples, layout.len());
    samples
}

fn labels(page: &[u8], format: Format) -> usize {
    let mut labels = 0;
    for entry in Entries::new(black_box(page), format) {
        if let Ok(Entry::Sample(sample)) = entry {
            for label in sample.series.labels() {
                labels += usize::from(black_box(label).is_ok());
            }
        }
    }
    labels
}
