//! Reads nodes with a block's table.

use platform::http::Secret;

use super::scalar::read_scalar;
use super::{Block, Key, Kind, Preset};
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::Report;
use crate::raw::{Content, Entry, Node, Word};
use crate::section::{Item, Section, Setting, Value, join};

/// Reads a section. What is wrong is in the report; what is not is in the section, with presets for the rest.
///
/// `node` may be null: then the section has presets only.
pub(crate) fn read_section(
    node: &Node,
    block: &'static Block,
    path: String,
    report: &mut Report,
) -> Section {
    Reader {
        report,
        warns: true,
    }
    .section(node, block, path)
}

/// A section that nobody wrote: presets only.
pub(crate) fn preset_section(block: &'static Block, path: String, place: Place) -> Section {
    let mut section = Section::new(block, path, place);
    fill(&mut section, &block.keys());
    section
}

struct Reader<'r> {
    report: &'r mut Report,
    /// Whether keys that are not in effect are told; not within one that was told already.
    warns: bool,
}

impl Reader<'_> {
    fn section(&mut self, node: &Node, block: &'static Block, path: String) -> Section {
        let mut section = Section::new(block, path, node.place);
        let errors_before = self.report.error_count();
        let keys = block.keys();
        match &node.content {
            Content::Mapping(entries) => {
                for entry in entries {
                    self.entry(entry, &keys, &mut section);
                }
            }
            Content::Scalar(_) if node.is_null() => {}
            Content::Scalar(_) | Content::Sequence(_) => {
                let message = format!("cannot unmarshal {} into {}", node.described(), block.name);
                self.report.error(node.place, &section.path, message);
            }
        }
        fill(&mut section, &keys);
        // Cross-checks on a section with holes would only repeat what is known.
        if self.report.error_count() == errors_before {
            self.check_required(&section, &keys);
        }
        if self.report.error_count() == errors_before {
            block.run_checks(&section, self.report);
        }
        section
    }

    fn entry(&mut self, entry: &Entry, keys: &[&'static Key], section: &mut Section) {
        let Content::Scalar(name) = &entry.key.content else {
            let message = format!("cannot unmarshal {} into string", entry.key.described());
            self.report.error(entry.key.place, &section.path, message);
            return;
        };
        let name = name.text.as_str();
        let Some(key) = keys.iter().find(|key| key.name == name) else {
            self.unknown(name, entry.key.place, keys, section);
            return;
        };
        let path = join(&section.path, name);
        let told = self.warns && !key.in_effect && asks_for_something(&entry.value);
        if told {
            self.report.not_in_effect(entry.key.place, &path, name);
            self.warns = false;
        }
        let value = self.setting(&entry.value, key, path);
        if told {
            self.warns = true;
        }
        if let Some(value) = value {
            let item = Item {
                place: entry.key.place,
                value,
            };
            section.put(Setting {
                key,
                item,
                written: true,
            });
        }
    }

    fn unknown(&mut self, name: &str, place: Place, keys: &[&'static Key], section: &Section) {
        if section.block.is_open {
            let message = format!("field {name} is not checked in {}", section.block.name);
            self.report.warning(place, &section.path, message);
            return;
        }
        let message = format!("field {name} not found in {}", section.block.name);
        let problem = self.report.error(place, &section.path, message);
        if let Some(meant) = nearest(name, keys.iter().map(|key| key.name)) {
            problem.hint(format!("did you mean {meant}?"));
        }
    }

    /// The value of a key; `None` when it counts as not written, or is wrong.
    fn setting(&mut self, node: &Node, key: &'static Key, path: String) -> Option<Value> {
        if node.is_null() {
            let is_preset = !matches!(key.preset, Preset::None);
            return zero(&key.kind).filter(|_| is_preset);
        }
        self.value(node, &key.kind, path)
    }

    fn value(&mut self, node: &Node, kind: &'static Kind, path: String) -> Option<Value> {
        match kind {
            Kind::Section(block) => Some(Value::Section(self.section(node, block, path))),
            Kind::List(kind) => self.list(node, kind, &path),
            Kind::Map(kind) => self.map(node, kind, &path),
            Kind::Any => Some(any(node)),
            _ => match read_scalar(node, kind) {
                Ok(value) => Some(value),
                Err(refusal) => {
                    let problem = self.report.error(node.place, path, refusal.message);
                    problem.hint = refusal.hint;
                    None
                }
            },
        }
    }

    fn list(&mut self, node: &Node, kind: &'static Kind, path: &str) -> Option<Value> {
        let Content::Sequence(nodes) = &node.content else {
            let message = format!("cannot unmarshal {} into a list", node.described());
            let problem = self.report.error(node.place, path, message);
            if matches!(node.content, Content::Scalar(_)) && !matches!(kind, Kind::Section(_)) {
                problem.hint("write it in brackets, or on a line of its own after a dash");
            }
            return None;
        };
        let mut items = Vec::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let value = match kind {
                Kind::Section(_) if node.is_null() => {
                    self.empty_element(node.place, &path);
                    None
                }
                _ if node.is_null() => zero(kind),
                _ => self.value(node, kind, path),
            };
            items.extend(value.map(|value| Item {
                place: node.place,
                value,
            }));
        }
        Some(Value::List(items))
    }

    fn empty_element(&mut self, place: Place, path: &str) {
        let list = path.rsplit('.').next().unwrap_or(path);
        let list = list.split('[').next().unwrap_or(list);
        self.report
            .error(place, path, format!("empty or null section in {list}"))
            .hint("a lone dash starts an entry: write its settings, or take the dash away");
    }

    fn map(&mut self, node: &Node, kind: &'static Kind, path: &str) -> Option<Value> {
        let Content::Mapping(entries) = &node.content else {
            let message = format!("cannot unmarshal {} into a map", node.described());
            self.report.error(node.place, path, message);
            return None;
        };
        let mut values = Vec::with_capacity(entries.len());
        for entry in entries {
            let Content::Scalar(name) = &entry.key.content else {
                let message = format!("cannot unmarshal {} into string", entry.key.described());
                self.report.error(entry.key.place, path, message);
                continue;
            };
            let path = join(path, &name.text);
            let value = if entry.value.is_null() {
                Some(zero(kind).unwrap_or(Value::List(Vec::new())))
            } else {
                self.value(&entry.value, kind, path)
            };
            let place = entry.key.place;
            values.extend(value.map(|value| (name.text.clone(), Item { place, value })));
        }
        Some(Value::Map(values))
    }

    fn check_required(&mut self, section: &Section, keys: &[&'static Key]) {
        for key in keys {
            if let Some(message) = key.required
                && !section.has(key.name)
            {
                self.report
                    .error(section.place_of(key.name), &section.path, message);
            }
        }
    }
}

/// Nothing and `false` are what holds anyhow where a key is not in effect.
fn asks_for_something(node: &Node) -> bool {
    match &node.content {
        Content::Scalar(scalar) => !matches!(scalar.word, Word::Null | Word::Flag(false)),
        Content::Sequence(_) | Content::Mapping(_) => true,
    }
}

/// Go's zero of a scalar kind; `None` for lists, maps and sections, which are absent then.
fn zero(kind: &Kind) -> Option<Value> {
    match kind {
        Kind::Flag => Some(Value::Flag(false)),
        Kind::Whole(..) => Some(Value::Whole(0)),
        Kind::Number => Some(Value::Number(0.0)),
        Kind::Duration => Some(Value::DurationMs(0)),
        Kind::Size => Some(Value::SizeBytes(0)),
        Kind::Text | Kind::Path | Kind::Url | Kind::Pattern | Kind::Label | Kind::Choice(_) => {
            Some(Value::Text(String::new()))
        }
        Kind::Secret => Some(Value::Secret(Secret(String::new()))),
        Kind::Section(_) | Kind::List(_) | Kind::Map(_) | Kind::Any => None,
    }
}

/// A node without a declaration, as it stands.
fn any(node: &Node) -> Value {
    let item = |node: &Node| Item {
        place: node.place,
        value: any(node),
    };
    match &node.content {
        Content::Scalar(scalar) => match scalar.word {
            Word::Flag(flag) => Value::Flag(flag),
            Word::Whole(whole) => Value::Whole(whole),
            Word::Number(number) => Value::Number(number),
            Word::Null | Word::Text | Word::Merge => Value::Text(scalar.text.clone()),
        },
        Content::Sequence(nodes) => Value::List(nodes.iter().map(|node| item(node)).collect()),
        Content::Mapping(entries) => {
            let named = entries.iter().filter_map(|entry| match &entry.key.content {
                Content::Scalar(name) => Some((name.text.clone(), item(&entry.value))),
                Content::Sequence(_) | Content::Mapping(_) => None,
            });
            Value::Map(named.collect())
        }
    }
}

/// Gives every key that was not written its preset.
fn fill(section: &mut Section, keys: &[&'static Key]) {
    for key in keys {
        if section.is_present(key.name) {
            continue;
        }
        let path = section.path_of(key.name);
        if let Some(value) = preset(key, section.place, path) {
            let item = Item {
                place: section.place,
                value,
            };
            section.put(Setting {
                key,
                item,
                written: false,
            });
        }
    }
}

fn preset(key: &'static Key, place: Place, path: String) -> Option<Value> {
    match (key.preset, &key.kind) {
        (Preset::None, _) => None,
        (Preset::Flag(flag), _) => Some(Value::Flag(flag)),
        (Preset::Whole(whole), _) => Some(Value::Whole(whole.into())),
        (Preset::DurationMs(ms), _) => Some(Value::DurationMs(ms)),
        (Preset::Text(text), _) => Some(Value::Text(text.to_owned())),
        (Preset::Section, Kind::Section(block)) => {
            Some(Value::Section(preset_section(block, path, place)))
        }
        (Preset::Section, _) => unreachable!("only sections have sections for a preset"),
    }
}
