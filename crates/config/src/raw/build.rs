//! From events to nodes.

use std::rc::Rc;

use base64::Engine as _;
use granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};
use hashbrown::HashMap;

use super::{Content, Entry, Node, Scalar, Word};
use crate::place::Place;
use crate::problem::Report;

/// How deep sections may lie in each other. Prometheus' own go to ten.
const DEPTH_MAX: usize = 100;

/// How many nodes all aliases together may stand for, so that a small file cannot become a huge one.
const ALIASED_NODES_MAX: u64 = 1_000_000;

/// What the tags of YAML's own types begin with.
const CORE_TAG: &str = "tag:yaml.org,2002:";

/// Reads the first document of `text`; `None` when there is none, or when it is not YAML (which is reported).
///
/// Like Prometheus, only the first document counts; a second one is told as a warning.
pub(crate) fn build(text: &str, report: &mut Report) -> Option<Rc<Node>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(place) = control_character(text) {
        report.error(
            place,
            "",
            "not valid YAML: control characters are not allowed",
        );
        return None;
    }
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder {
        report,
        open: Vec::new(),
        anchors: HashMap::default(),
        aliased: 0,
    };
    let mut root = None;
    while let Some(event) = parser.next_event() {
        let (event, place) = match event {
            Ok((event, span)) => (event, place_of(&span.start)),
            Err(error) => {
                refuse(text, &error, builder.report);
                return None;
            }
        };
        if root.is_some() {
            if matches!(event, Event::DocumentStart(..)) {
                let message = "only the first document of the file is read";
                builder.report.warning(place, "", message);
                break;
            }
            continue;
        }
        match builder.take(event, place) {
            Ok(Some(node)) => root = Some(node),
            Ok(None) => {}
            Err(Refused) => return None,
        }
    }
    root
}

/// Where the first character stands that YAML does not allow at all.
fn control_character(text: &str) -> Option<Place> {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{85}') || !c.is_control();
    let index = text.find(|c| !is_allowed(c))?;
    let before = &text[..index];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    Some(Place {
        line: to_u32(line),
        column: to_u32(column),
    })
}

fn to_u32(number: usize) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

fn place_of(marker: &Marker) -> Place {
    Place {
        line: to_u32(marker.line()),
        column: to_u32(marker.col()).saturating_add(1),
    }
}

/// Reports text that is no YAML.
fn refuse(text: &str, error: &ScanError, report: &mut Report) {
    let place = place_of(error.marker());
    let problem = report.error(place, "", format!("not valid YAML: {}", error.info()));
    let line = text
        .lines()
        .nth(place.line.saturating_sub(1) as usize)
        .unwrap_or_default();
    let indent = &line[..line.len() - line.trim_start().len()];
    if indent.contains('\t') {
        problem.hint("YAML is indented with spaces; this line is indented with a tab");
    }
}

/// The reason is in the report.
struct Refused;

/// A collection that is not yet closed.
struct Open {
    anchor: usize,
    place: Place,
    content: Content,
    /// In a mapping: the key that waits for its value.
    key: Option<Rc<Node>>,
    /// Nodes in here, itself and what aliases stand for included.
    weight: u64,
}

struct Builder<'r> {
    report: &'r mut Report,
    open: Vec<Open>,
    /// By the parser's number of the anchor; `None` while the anchor's node is still open.
    anchors: HashMap<usize, Option<(Rc<Node>, u64)>, foldhash::fast::FixedState>,
    aliased: u64,
}

impl Builder<'_> {
    /// Takes an event; answers with the document's root once that is closed.
    fn take(&mut self, event: Event<'_>, place: Place) -> Result<Option<Rc<Node>>, Refused> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = self.scalar(text.into_owned(), style, tag.as_deref(), place)?;
                let node = Node {
                    place,
                    content: Content::Scalar(scalar),
                };
                Ok(self.close(Rc::new(node), 1, anchor))
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open(anchor, place, Content::Sequence(Vec::new()))
            }
            Event::MappingStart(_, anchor, _) => {
                self.open(anchor, place, Content::Mapping(Vec::new()))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let mut done = self.open.pop().expect("the parser closes what it opened");
                if let Content::Mapping(entries) = &mut done.content {
                    merge(entries, self.report);
                }
                let node = Node {
                    place: done.place,
                    content: done.content,
                };
                Ok(self.close(Rc::new(node), done.weight, done.anchor))
            }
            Event::Alias(anchor) => {
                let Some(Some((node, weight))) = self.anchors.get(&anchor).cloned() else {
                    return self.refuse(place, "an anchor's value contains itself");
                };
                self.aliased = self.aliased.saturating_add(weight);
                if self.aliased > ALIASED_NODES_MAX {
                    return self.refuse(place, "document contains excessive aliasing");
                }
                Ok(self.close(node, weight, 0))
            }
            // Beginnings and ends of streams and documents, and (if asked for, which we do not) comments.
            _ => Ok(None),
        }
    }

    fn refuse<T>(&mut self, place: Place, message: &str) -> Result<T, Refused> {
        self.report.error(place, "", message);
        Err(Refused)
    }

    fn open(
        &mut self,
        anchor: usize,
        place: Place,
        content: Content,
    ) -> Result<Option<Rc<Node>>, Refused> {
        if self.open.len() >= DEPTH_MAX {
            return self.refuse(
                place,
                &format!("sections lie too deep, at most: {DEPTH_MAX}"),
            );
        }
        if anchor > 0 {
            self.anchors.insert(anchor, None);
        }
        self.open.push(Open {
            anchor,
            place,
            content,
            key: None,
            weight: 1,
        });
        Ok(None)
    }

    /// Puts a finished node where it belongs; answers with it when it belongs nowhere, being the root.
    fn close(&mut self, node: Rc<Node>, weight: u64, anchor: usize) -> Option<Rc<Node>> {
        if anchor > 0 {
            self.anchors
                .insert(anchor, Some((Rc::clone(&node), weight)));
        }
        let Some(parent) = self.open.last_mut() else {
            return Some(node);
        };
        parent.weight = parent.weight.saturating_add(weight);
        match &mut parent.content {
            Content::Sequence(nodes) => nodes.push(node),
            Content::Mapping(entries) => match parent.key.take() {
                None => parent.key = Some(node),
                Some(key) => entries.push(Entry { key, value: node }),
            },
            Content::Scalar(_) => unreachable!("only collections are opened"),
        }
        None
    }

    fn scalar(
        &mut self,
        text: String,
        style: ScalarStyle,
        tag: Option<&Tag>,
        place: Place,
    ) -> Result<Scalar, Refused> {
        let full = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
        let kind = full.as_deref().and_then(|tag| tag.strip_prefix(CORE_TAG));
        match kind {
            Some("str") => Ok(Scalar::quoted(text)),
            Some("binary") => {
                let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                let bytes = base64::engine::general_purpose::STANDARD.decode(packed);
                let Ok(bytes) = bytes else {
                    return self.refuse(place, "!!binary value contains invalid base64 data");
                };
                match String::from_utf8(bytes) {
                    Ok(text) => Ok(Scalar::quoted(text)),
                    Err(_) => self.refuse(place, "!!binary value is not valid UTF-8"),
                }
            }
            Some(_) => Ok(Scalar::plain(text)),
            None if style == ScalarStyle::Plain => Ok(Scalar::plain(text)),
            None => Ok(Scalar::quoted(text)),
        }
    }
}

/// Reports keys that are set twice, and replaces every `<<` by what it merges.
fn merge(entries: &mut Vec<Entry>, report: &mut Report) {
    let mut written: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut merged: Vec<Rc<Node>> = Vec::new();
    for entry in entries.drain(..) {
        if matches!(&entry.key.content, Content::Scalar(key) if key.word == Word::Merge) {
            merged.push(entry.value);
            continue;
        }
        match written
            .iter()
            .find(|first| same_key(&first.key, &entry.key))
        {
            Some(first) => report_twice(&first.key, &entry.key, report),
            None => written.push(entry),
        }
    }
    for value in merged {
        add_merged(&value, &mut written, report);
    }
    *entries = written;
}

fn report_twice(first: &Node, second: &Node, report: &mut Report) {
    let name = match &second.content {
        Content::Scalar(scalar) => scalar.text.as_str(),
        Content::Sequence(_) | Content::Mapping(_) => "",
    };
    report
        .error(second.place, "", format!("field {name} already set"))
        .hint(format!("it is first set on line {}", first.place.line));
}

fn add_merged(value: &Node, written: &mut Vec<Entry>, report: &mut Report) {
    match &value.content {
        Content::Mapping(entries) => {
            for entry in entries {
                if !written.iter().any(|other| same_key(&other.key, &entry.key)) {
                    written.push(entry.clone());
                }
            }
        }
        Content::Sequence(values) if values.iter().all(|value| is_mapping(value)) => {
            for value in values {
                add_merged(value, written, report);
            }
        }
        Content::Sequence(_) | Content::Scalar(_) => {
            let message = "map merge requires map or sequence of maps as the value";
            report.error(value.place, "", message);
        }
    }
}

fn is_mapping(node: &Node) -> bool {
    matches!(node.content, Content::Mapping(_))
}

fn same_key(a: &Node, b: &Node) -> bool {
    match (&a.content, &b.content) {
        (Content::Scalar(a), Content::Scalar(b)) => a.text == b.text,
        _ => false,
    }
}
