//! A YAML document as the tree that JSON has: scalars are text as they were written, plain nothing is null.
//!
//! The events are `granit-parser`'s, as in `config`: it lets brackets close at any indent, as people write them.

use foldhash::fast::FixedState;
use granit_parser::{Event, Parser, ScalarStyle};
use hashbrown::HashMap;
use serde_json::{Map, Value};

/// How deep collections may lie in each other. A list of targets needs four.
const DEPTH_MAX: usize = 32;

/// How many nodes a document may have, those that aliases stand for included.
const NODES_MAX: usize = 1_000_000;

/// Reads the first document of `text`; null when there is none.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let mut tree = Tree::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let at = |reason: String| format!("{reason} (line {})", span.start.line());
        if let Some(root) = tree.take(event).map_err(at)? {
            return Ok(root);
        }
    }
    Ok(Value::Null)
}

/// What was read so far.
#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    /// By the parser's number of the anchor.
    anchors: HashMap<usize, (Value, usize), FixedState>,
    nodes: usize,
}

/// A collection that is not closed yet.
struct Open {
    anchor: usize,
    value: Value,
    /// In a mapping: the name that waits for its value.
    name: Option<String>,
    /// Nodes in here.
    nodes: usize,
}

impl Tree {
    /// Takes an event; the root, once that is whole.
    fn take(&mut self, event: Event<'_>) -> Result<Option<Value>, String> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let is_null = style == ScalarStyle::Plain
                    && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let value = if is_null {
                    Value::Null
                } else {
                    Value::String(text.into_owned())
                };
                self.close(value, 1, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.open(anchor, Value::Array(Vec::new())),
            Event::MappingStart(_, anchor, _) => self.open(anchor, Value::Object(Map::new())),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(done) => self.close(done.value, done.nodes + 1, done.anchor),
                None => Err("a collection ends that did not begin".to_owned()),
            },
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some((value, nodes)) => self.close(value, nodes, 0),
                None => Err("an anchor's value contains itself".to_owned()),
            },
            _ => Ok(None),
        }
    }

    fn open(&mut self, anchor: usize, value: Value) -> Result<Option<Value>, String> {
        if self.open.len() >= DEPTH_MAX {
            return Err(format!("lists lie too deep, at most: {DEPTH_MAX}"));
        }
        self.open.push(Open {
            anchor,
            value,
            name: None,
            nodes: 0,
        });
        Ok(None)
    }

    /// Puts a whole value where it belongs.
    fn close(
        &mut self,
        value: Value,
        nodes: usize,
        anchor: usize,
    ) -> Result<Option<Value>, String> {
        self.nodes += nodes;
        if self.nodes > NODES_MAX {
            return Err(format!("too many values, at most: {NODES_MAX}"));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), nodes));
        }
        let Some(parent) = self.open.last_mut() else {
            return Ok(Some(value));
        };
        parent.nodes += nodes;
        match (&mut parent.value, parent.name.take(), value) {
            (Value::Array(items), _, value) => items.push(value),
            (Value::Object(_), None, Value::String(name)) => parent.name = Some(name),
            (Value::Object(fields), Some(name), value) => {
                if fields.contains_key(&name) {
                    return Err(format!("a field stands twice: {name}"));
                }
                fields.insert(name, value);
            }
            _ => return Err("a field's name must be text".to_owned()),
        }
        Ok(None)
    }
}
