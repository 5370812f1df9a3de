//! The reference of all settings, written from the declarations.

use std::fmt::Write as _;

use model::duration::Milliseconds;

use crate::blocks::top::TOP;
use crate::schema::{Block, Key, Kind, Part, Preset};

/// All sections with all their keys, as Markdown: kind, default, and what each does.
#[must_use]
pub fn reference() -> String {
    let mut text = String::new();
    let mut blocks: Vec<&'static Block> = vec![&TOP];
    let mut next = 0;
    while let Some(block) = blocks.get(next).copied() {
        write_block(&mut text, block, &mut blocks);
        next += 1;
    }
    text
}

fn write_block(text: &mut String, block: &'static Block, blocks: &mut Vec<&'static Block>) {
    let _ = writeln!(text, "## {}\n", block.name);
    let _ = writeln!(text, "| key | kind | default | what it does |");
    let _ = writeln!(text, "| --- | --- | --- | --- |");
    for part in block.parts {
        match part {
            Part::Keys(keys) => {
                for key in *keys {
                    write_key(text, key);
                    enqueue(&key.kind, blocks);
                }
            }
            Part::Inline(inline) => {
                let _ = writeln!(text, "| | the keys of {} | | |", inline.name);
                push(inline, blocks);
            }
        }
    }
    text.push('\n');
}

fn write_key(text: &mut String, key: &Key) {
    let later = if key.in_effect {
        ""
    } else {
        " Not yet in effect."
    };
    let required = if key.required.is_some() {
        "required"
    } else {
        ""
    };
    let default = preset(&key.preset).unwrap_or_else(|| required.to_owned());
    let Key { name, doc, .. } = key;
    let _ = writeln!(
        text,
        "| {name} | {} | {default} | {doc}{later} |",
        kind(&key.kind)
    );
}

fn preset(preset: &Preset) -> Option<String> {
    match preset {
        Preset::None | Preset::Section => None,
        Preset::Flag(flag) => Some(flag.to_string()),
        Preset::Whole(whole) => Some(whole.to_string()),
        Preset::DurationMs(ms) => Some(Milliseconds(*ms).to_string()),
        Preset::Text(word) => Some((*word).to_owned()),
    }
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Flag => "true or false".to_owned(),
        Kind::Whole(..) => "integer".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Duration => "duration".to_owned(),
        Kind::Size => "size".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Secret => "secret".to_owned(),
        Kind::Path => "path".to_owned(),
        Kind::Url => "URL".to_owned(),
        Kind::Pattern => "regular expression".to_owned(),
        Kind::Label => "label name".to_owned(),
        Kind::Choice(choice) => choice.words.join(", "),
        Kind::Section(block) => block.name.to_owned(),
        Kind::List(inner) => format!("list of {}", self::kind(inner)),
        Kind::Map(inner) => format!("map to {}", self::kind(inner)),
        Kind::Any => "anything".to_owned(),
    }
}

fn enqueue(kind: &Kind, blocks: &mut Vec<&'static Block>) {
    match kind {
        Kind::Section(block) => push(block, blocks),
        Kind::List(inner) | Kind::Map(inner) => enqueue(inner, blocks),
        _ => {}
    }
}

fn push(block: &'static Block, blocks: &mut Vec<&'static Block>) {
    if !blocks.iter().any(|known| std::ptr::eq(*known, block)) {
        blocks.push(block);
    }
}
