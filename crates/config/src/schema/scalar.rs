//! Reads scalars by kind.

use model::{Regexp, duration};
use platform::http::Secret;

use super::{Choice, Kind};
use crate::nearest::nearest;
use crate::raw::{Content, Node, Scalar, Word};
use crate::section::Value;
use crate::size;
use crate::url::Url;

/// A value that is not taken, and why.
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Reads a node that is not null into a kind that is neither list, map nor section.
pub(super) fn read_scalar(node: &Node, kind: &'static Kind) -> Result<Value, Refusal> {
    let Content::Scalar(scalar) = &node.content else {
        return Err(cannot(node, go_type(kind)));
    };
    match kind {
        Kind::Flag => match scalar.word {
            Word::Flag(flag) => Ok(Value::Flag(flag)),
            _ => Err(perhaps_quoted(node, scalar, "bool")),
        },
        Kind::Whole(least, most) => read_whole(node, scalar, *least, *most),
        Kind::Number => read_number(node, scalar),
        Kind::Duration => read_duration(&scalar.text),
        Kind::Size => size::parse_bytes(&scalar.text)
            .map(Value::SizeBytes)
            .map_err(|error| {
                Refusal::new(error.to_string())
                    .hint("a size is a number with a unit: B, KB, MB, GB, TB, PB or EB")
            }),
        Kind::Label if scalar.text.is_empty() => {
            Err(Refusal::new("\"\" is not a valid label name"))
        }
        Kind::Text | Kind::Path | Kind::Label => Ok(Value::Text(scalar.text.clone())),
        Kind::Secret => Ok(Value::Secret(Secret(scalar.text.clone()))),
        Kind::Url => match Url::parse(&scalar.text) {
            Ok(_) => Ok(Value::Text(scalar.text.clone())),
            Err(error) => Err(Refusal::new(format!("parse {:?}: {error}", scalar.text))),
        },
        Kind::Pattern => match Regexp::new(&scalar.text) {
            Ok(_) => Ok(Value::Text(scalar.text.clone())),
            Err(error) => Err(Refusal::new(error.to_string())),
        },
        Kind::Choice(choice) => choose(&scalar.text, choice),
        Kind::Section(_) | Kind::List(_) | Kind::Map(_) | Kind::Any => {
            unreachable!("these are no scalars")
        }
    }
}

fn go_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Flag => "bool",
        Kind::Whole(0, _) => "uint",
        Kind::Whole(..) => "int",
        Kind::Number => "float64",
        _ => "string",
    }
}

fn cannot(node: &Node, into: &str) -> Refusal {
    Refusal::new(format!("cannot unmarshal {} into {into}", node.described()))
}

/// A refusal that tells of quotes, if those are what is wrong.
fn perhaps_quoted(node: &Node, scalar: &Scalar, into: &str) -> Refusal {
    let refusal = cannot(node, into);
    let fits = match Scalar::plain(scalar.text.clone()).word {
        Word::Flag(_) => into == "bool",
        Word::Whole(_) | Word::Number(_) => into != "bool",
        Word::Null | Word::Text | Word::Merge => false,
    };
    if scalar.word == Word::Text && fits {
        return refusal.hint("take away the quotes");
    }
    refusal
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the range is checked first"
)]
fn read_whole(node: &Node, scalar: &Scalar, least: i128, most: i128) -> Result<Value, Refusal> {
    let into = if least == 0 { "uint" } else { "int" };
    let whole = match scalar.word {
        Word::Whole(whole) => whole,
        // As in Go's YAML, `1e3` is an integer, and of `1.5` the whole part counts.
        Word::Number(number) if number.abs() < i64::MAX as f64 => number.trunc() as i128,
        _ => return Err(perhaps_quoted(node, scalar, into)),
    };
    if whole < least || whole > most {
        return Err(cannot(node, into));
    }
    Ok(Value::Whole(whole))
}

#[expect(clippy::cast_precision_loss, reason = "so does Go")]
fn read_number(node: &Node, scalar: &Scalar) -> Result<Value, Refusal> {
    match scalar.word {
        Word::Number(number) => Ok(Value::Number(number)),
        Word::Whole(whole) => Ok(Value::Number(whole as f64)),
        _ => Err(perhaps_quoted(node, scalar, "float64")),
    }
}

fn read_duration(text: &str) -> Result<Value, Refusal> {
    duration::parse_ms(text)
        .map(Value::DurationMs)
        .map_err(|error| {
            let refusal = Refusal::new(error.to_string());
            if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
                return refusal.hint(format!("a duration needs a unit, such as {text}s"));
            }
            refusal.hint("units are y, w, d, h, m, s and ms, each at most once, from long to short")
        })
}

fn choose(text: &str, choice: &Choice) -> Result<Value, Refusal> {
    if choice.or_empty && text.is_empty() {
        return Ok(Value::Text(String::new()));
    }
    let fits =
        |word: &&&str| **word == text || (choice.any_case && word.eq_ignore_ascii_case(text));
    if let Some(word) = choice.words.iter().find(fits) {
        return Ok(Value::Text((*word).to_owned()));
    }
    let refusal = Refusal::new(format!("{} {text:?}", choice.refusal));
    let all = choice.words.join(", ");
    Err(match nearest(text, choice.words.iter().copied()) {
        Some(meant) => refusal.hint(format!("did you mean {meant}? There are: {all}")),
        None => refusal.hint(format!("there are: {all}")),
    })
}
