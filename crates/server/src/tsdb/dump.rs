//! `ferula tsdb dump`: samples as lines of text.
//!
//! Day by day, and in a day series by series, so that a year needs no more memory than a day.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use model::labels::Quoted;
use model::{Labels, TimeRange, Timestamp, Value};
use storage::Store as _;
use tsdb::export::{Failed, walk};
use tsdb::prometheus::Sample;

use super::store::Opened;
use super::{Failure, progress};
use crate::cli::tsdb as cli;
use crate::cli::tsdb::DumpFormat;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub(super) fn run(arguments: &cli::Dump) -> Result<ExitCode, Failure> {
    let opened = Opened::new(&arguments.place)?;
    let Some(range) = opened.range_within(arguments.choice.range()) else {
        progress::say(format_args!("there are no samples in that range of time"));
        return Ok(ExitCode::SUCCESS);
    };
    let selectors = arguments.choice.selectors();
    let mut out = BufWriter::new(io::stdout().lock());
    let mut day = range.start.0.div_euclid(DAY_MS);
    while day * DAY_MS <= range.end.0 {
        let own = TimeRange::new(
            range.start.max(Timestamp(day * DAY_MS)),
            range.end.min(Timestamp((day + 1) * DAY_MS - 1)),
        );
        let querier = opened.store().querier(own).map_err(Failure::new)?;
        let walked = walk(&*querier, &selectors, own, &mut |labels, samples| {
            print(&mut out, arguments.format, labels, samples)
        });
        match walked {
            Ok(()) => {}
            Err(Failed::Store(broken)) => return Err(Failure::new(broken)),
            // Who closed the pipe has seen enough.
            Err(Failed::Caller(_)) => return Ok(ExitCode::SUCCESS),
        }
        day += 1;
    }
    if arguments.format == DumpFormat::Openmetrics {
        let _ = writeln!(out, "# EOF");
    }
    let _ = out.flush();
    Ok(opened.end())
}

fn print(
    out: &mut dyn Write,
    format: DumpFormat,
    labels: &Labels,
    samples: &[Sample],
) -> io::Result<()> {
    match format {
        DumpFormat::Promtool => {
            let series = in_braces(labels.iter());
            for sample in samples {
                let value = as_text(&sample.value);
                writeln!(out, "{series} {value} {}", sample.timestamp_ms)?;
            }
        }
        DumpFormat::Openmetrics => {
            let name = labels.metric_name();
            let rest = labels
                .iter()
                .filter(|(own, _)| *own != model::labels::METRIC_NAME);
            let series = format!("{name}{}", in_braces(rest));
            for sample in samples {
                // The format has no place for stale markers and native histograms.
                let Value::Float(value) = sample.value else {
                    continue;
                };
                if !sample.value.is_stale() {
                    let time = Timestamp(sample.timestamp_ms);
                    writeln!(out, "{series} {} {time}", float(value))?;
                }
            }
        }
    }
    Ok(())
}

/// `{a="1", b="2"}`
fn in_braces<'l>(labels: impl Iterator<Item = (&'l str, &'l str)>) -> String {
    let pairs: Vec<String> = labels
        .map(|(name, value)| format!("{name}={}", Quoted(value)))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

fn as_text(value: &Value) -> String {
    match value {
        Value::Float(value) => float(*value),
        Value::Histogram(histogram) => format!(
            "{{count:{}, sum:{}, schema:{}}}",
            float(histogram.count),
            float(histogram.sum),
            histogram.schema
        ),
    }
}

/// As Go's `%g` prints it.
fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..21).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Go's documentation of `%g` says: the shortest digits, and an exponent below -4 or from 21 on.
    #[test]
    fn floats_are_printed_as_go_does() {
        let check = |value: f64, text: &str| assert_eq!(float(value), text);
        check(0.0, "0");
        check(-0.0, "-0");
        check(1.5, "1.5");
        check(0.0001, "0.0001");
        check(0.000_01, "1e-05");
        check(1e20, "100000000000000000000");
        check(1e21, "1e+21");
        check(-2.5e-300, "-2.5e-300");
        check(f64::NAN, "NaN");
        check(f64::INFINITY, "+Inf");
    }
}
