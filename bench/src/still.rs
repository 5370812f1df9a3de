//! Pages of which there is only one, brought to life.
//!
//! A third of the series move, as in the recordings: counters by a rate of their own, gauges up and down.

use crate::exporter::{Exporter, Series, Values, counts};

/// Exporters of which a page was kept, and the page's file.
pub(crate) const STILL: [(&str, &str); 3] = [
    ("rabbitmq", "samples/rabbitmq-3.10.8-per-object.txt"),
    ("redis_exporter", "samples/redis_exporter-1.45.0.txt"),
    ("postgres_exporter", "samples/postgres_exporter-0.11.1.txt"),
];

/// Reads a page of [`STILL`].
pub(crate) fn exporter(name: &'static str, file: &str) -> Option<Exporter> {
    let page = std::fs::read_to_string(e2e::shared()?.join(file)).ok()?;
    let mut series = Vec::new();
    let mut values = Vec::new();
    let mut head = String::new();
    for line in page.lines() {
        if line.starts_with('#') {
            head.push_str(line);
            head.push('\n');
        } else if let Some((text, value)) = line.rsplit_once(' ')
            && let Ok(start) = value.parse()
        {
            values.push(Wanderer {
                start,
                number: series.len() as u64,
                counts: counts(text),
            });
            series.push(Series {
                head: std::mem::take(&mut head),
                text: text.to_owned(),
            });
        }
    }
    Some(Exporter {
        name,
        series,
        values: Box::new(Wandering(values)),
    })
}

struct Wandering(Vec<Wanderer>);

struct Wanderer {
    start: f64,
    number: u64,
    counts: bool,
}

impl Values for Wandering {
    fn at(&self, second: u64, out: &mut Vec<(usize, f64)>) {
        let values = self.0.iter().enumerate();
        out.extend(values.map(|(index, wanderer)| (index, wanderer.at(second))));
    }
}

impl Wanderer {
    fn at(&self, second: u64) -> f64 {
        let own = mix(self.number);
        if !own.is_multiple_of(3) || !self.start.is_finite() {
            return self.start;
        }
        if self.counts {
            let rate = own / 3 % 40 + 1;
            // Not every second is as busy as the one before.
            self.start + (rate * second + mix(self.number ^ second << 20) % rate) as f64
        } else {
            self.start + (mix(self.number ^ (second / (own / 3 % 30 + 1)) << 20) % 17) as f64
        }
    }
}

/// A number that looks random, always the same for the same one.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
