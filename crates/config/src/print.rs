//! A settled section as YAML, in the form that Prometheus prints: two blanks, lists at the indent of their key.

use std::fmt::Write as _;

use model::duration::Milliseconds;

use crate::raw::{Scalar, Word};
use crate::schema::{Kind, Preset, Shown};
use crate::section::{Item, Section, Setting, Value};
use crate::size::print_bytes;
use crate::url::Url;

/// What stands for a secret.
const MASK: &str = "<secret>";

/// Prints a section as a document.
pub(crate) fn section(section: &Section) -> String {
    let mut text = String::new();
    write_section(&mut text, section, 0);
    text
}

fn write_section(text: &mut String, section: &Section, indent: usize) {
    for key in section.block.keys() {
        let Some(setting) = section
            .setting(key.name)
            .filter(|setting| is_shown(setting))
        else {
            continue;
        };
        write_key(text, key.name, indent);
        write_value(text, &setting.item.value, &key.kind, indent);
    }
}

fn is_shown(setting: &Setting) -> bool {
    let value = &setting.item.value;
    match setting.key.shown {
        Shown::Always => true,
        Shown::UnlessZero => match value {
            // A section that was written is there, whatever it says.
            Value::Section(_) => setting.written || !value.is_zero(),
            _ => !value.is_zero(),
        },
        Shown::UnlessPreset => match (value, setting.key.preset) {
            (Value::Text(text), Preset::Text(preset)) => text != preset,
            _ => true,
        },
    }
}

fn write_key(text: &mut String, name: &str, indent: usize) {
    text.push_str(&" ".repeat(indent));
    text.push_str(&quoted(name));
    text.push(':');
}

/// Writes a value behind its key, and ends the line.
fn write_value(text: &mut String, value: &Value, kind: &Kind, indent: usize) {
    match value {
        Value::Section(section) => {
            let mut inner = String::new();
            write_section(&mut inner, section, indent + 2);
            if inner.is_empty() {
                text.push_str(" {}\n");
            } else {
                text.push('\n');
                text.push_str(&inner);
            }
        }
        Value::List(items) if items.is_empty() => text.push_str(" []\n"),
        Value::List(items) if matches!(kind, Kind::List(Kind::Label)) => {
            // A name that is missing is taken, as Prometheus takes it, and one of no letters isn't.
            let name = |text: &str| match text {
                "" => "null".to_owned(),
                _ => quoted(text),
            };
            let labels: Vec<String> = items.iter().map(|item| name(item.text())).collect();
            let _ = writeln!(text, " [{}]", labels.join(", "));
        }
        Value::List(items) => {
            text.push('\n');
            for item in items {
                write_element(text, item, kind, indent);
            }
        }
        Value::Map(entries) if entries.is_empty() => text.push_str(" {}\n"),
        Value::Map(entries) => {
            text.push('\n');
            let inner = match kind {
                Kind::Map(inner) => inner,
                other => other,
            };
            for (name, item) in entries {
                write_key(text, name, indent + 2);
                write_value(text, &item.value, inner, indent + 2);
            }
        }
        scalar => {
            let _ = writeln!(text, " {}", scalar_text(scalar, kind));
        }
    }
}

/// Writes an element of a list: its first line gets the dash.
fn write_element(text: &mut String, item: &Item, kind: &Kind, indent: usize) {
    let inner_kind = match kind {
        Kind::List(inner) => inner,
        other => other,
    };
    let mut inner = String::new();
    match &item.value {
        Value::Section(section) => write_section(&mut inner, section, indent + 2),
        Value::Map(_) | Value::List(_) => {
            write_value(&mut inner, &item.value, inner_kind, indent);
            inner = inner.trim_start_matches('\n').to_owned();
        }
        scalar => {
            let _ = writeln!(inner, "{}", scalar_text(scalar, inner_kind));
        }
    }
    text.push_str(&" ".repeat(indent));
    text.push_str("- ");
    text.push_str(if inner.is_empty() {
        "{}\n"
    } else {
        inner.trim_start_matches(' ')
    });
}

fn scalar_text(value: &Value, kind: &Kind) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        Value::Whole(whole) => whole.to_string(),
        Value::Number(number) => number.to_string(),
        Value::DurationMs(ms) => Milliseconds(*ms).to_string(),
        Value::SizeBytes(bytes) => print_bytes(*bytes),
        Value::Text(text) if matches!(kind, Kind::Url) => quoted(&Url::redacted(text)),
        Value::Text(text) => quoted(text),
        Value::Secret(secret) if secret.0.is_empty() => quoted(""),
        Value::Secret(_) => MASK.to_owned(),
        Value::Section(_) | Value::List(_) | Value::Map(_) => unreachable!("these are no scalars"),
    }
}

/// Text as a scalar that is read back as the same text: plain if it can be.
fn quoted(text: &str) -> String {
    let needs_escapes = text
        .chars()
        .any(|c| c.is_control() || matches!(c, '\u{feff}' | '\u{85}'));
    if needs_escapes || Scalar::plain(text.to_owned()).word != Word::Text {
        return escaped(text);
    }
    let indicator = text.starts_with(|c| "#,[]{}&*!|>'\"%@`".contains(c))
        || matches!(text, "-" | "?" | ":" | "---" | "...")
        || ["- ", "? ", ": ", "--- ", "... "]
            .iter()
            .any(|start| text.starts_with(start));
    let inner = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    let flow = text.contains([',', '[', ']', '{', '}']) && text.contains(char::is_whitespace);
    let blank_ends = text.starts_with(' ') || text.ends_with(' ');
    if indicator || inner || flow || blank_ends {
        return format!("'{}'", text.replace('\'', "''"));
    }
    text.to_owned()
}

fn escaped(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{85}') => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests;
