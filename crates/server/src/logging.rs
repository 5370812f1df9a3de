//! Log lines: logfmt or JSON on standard error, as Prometheus writes them.

use std::fmt::{self, Write as _};
use std::io::IsTerminal;

use model::labels::Quoted;
use platform::{Clock, SystemClock};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

/// Begins to log. `level` and `format` are values of the flags.
pub(crate) fn start(level: &str, format: &str) {
    // What libraries have to say below a warning concerns nobody here.
    let ours = [
        "ferula",
        "config",
        "exporters",
        "platform",
        "scrape",
        "server",
        "storage",
        "web",
    ];
    let directives = ours.iter().fold(String::from("warn"), |all, name| {
        format!("{all},{name}={level}")
    });
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(directives))
        .with_writer(std::io::stderr)
        .event_format(Lines {
            json: format == "json",
            colour: std::io::stderr().is_terminal(),
        })
        .finish();
    // A second start would be a bug of ours; lines go on by the first.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Writes one event per line.
struct Lines {
    json: bool,
    /// Levels in colour.
    colour: bool,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let level = event.metadata().level();
        let source = event
            .metadata()
            .target()
            .split(':')
            .next()
            .unwrap_or_default();
        let time = timestamp();
        if self.json {
            write!(
                writer,
                "{{\"time\":\"{time}\",\"level\":\"{level}\",\"source\":\"{source}\",\"msg\":{}",
                json(&fields.message)
            )?;
            for (name, value) in &fields.others {
                write!(writer, ",\"{name}\":{}", json(value))?;
            }
            return writeln!(writer, "}}");
        }
        let level = if self.colour {
            painted(*level)
        } else {
            level.to_string()
        };
        write!(
            writer,
            "time={time} level={level} source={source} msg={}",
            Quoted(&fields.message)
        )?;
        for (name, value) in &fields.others {
            write!(writer, " {name}={}", Bare(value))?;
        }
        writeln!(writer)
    }
}

/// What an event says.
#[derive(Default)]
struct Fields {
    message: String,
    others: Vec<(&'static str, String)>,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value.to_owned());
    }
}

impl Fields {
    fn add(&mut self, name: &'static str, value: String) {
        match name {
            "message" => self.message = value,
            // What is not known is better left out than empty.
            name if !value.is_empty() => self.others.push((name, value)),
            _ => {}
        }
    }
}

/// Logfmt quotes only what could be misread.
struct Bare<'a>(&'a str);

impl fmt::Display for Bare<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = !self.0.is_empty()
            && self
                .0
                .chars()
                .all(|c| !c.is_whitespace() && !c.is_control() && c != '"' && c != '=');
        if plain {
            f.write_str(self.0)
        } else {
            write!(f, "{}", Quoted(self.0))
        }
    }
}

fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// RFC 3339 in UTC, to the millisecond.
fn timestamp() -> String {
    let now = SystemClock.now();
    jiff::Timestamp::from_millisecond(now.0)
        .map_or_else(|_| now.to_string(), |time| format!("{time:.3}"))
}

fn painted(level: Level) -> String {
    let colour = match level {
        Level::ERROR => 31,
        Level::WARN => 33,
        Level::INFO => 32,
        _ => 34,
    };
    format!("\x1b[{colour}m{level}\x1b[0m")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, printed: &str) {
        assert_eq!(Bare(value).to_string(), printed);
    }

    #[test]
    fn quotes_what_could_be_misread() {
        check("plain/value:9", "plain/value:9");
        check("two words", "\"two words\"");
        check("", "\"\"");
        check("a=\"b\"", "\"a=\\\"b\\\"\"");
    }

    #[test]
    fn json_stays_json() {
        assert_eq!(json("a\"b\\c\n\u{1}"), r#""a\"b\\c\n\u0001""#);
    }
}
