//! A section that was read: every value checked by itself, presets filled in.

use platform::http::Secret;

use crate::place::Place;
use crate::schema::{Block, Key};

/// A section of the file, read with its [`Block`].
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) block: &'static Block,
    /// How the user would point at it: `scrape_configs[2].tls_config`.
    pub(crate) path: String,
    pub(crate) place: Place,
    settings: Vec<Setting>,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) key: &'static Key,
    pub(crate) item: Item,
    /// By the user, in this section; else it is a preset or inherited.
    pub(crate) written: bool,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) place: Place,
    pub(crate) value: Value,
}

/// What a setting can hold.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Flag(bool),
    Whole(i128),
    Number(f64),
    DurationMs(i64),
    SizeBytes(i64),
    /// Text, path, URL, expression, label or chosen word.
    Text(String),
    Secret(Secret),
    Section(Section),
    List(Vec<Item>),
    Map(Vec<(String, Item)>),
}

impl Value {
    /// Go's zero value of the kind: what `omitempty` leaves out.
    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Self::Flag(flag) => !flag,
            Self::Whole(whole) => *whole == 0,
            Self::Number(number) => *number == 0.0,
            Self::DurationMs(number) | Self::SizeBytes(number) => *number == 0,
            Self::Text(text) => text.is_empty(),
            Self::Secret(secret) => secret.0.is_empty(),
            Self::Section(section) => section.settings.iter().all(|s| s.item.value.is_zero()),
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
        }
    }
}

impl Section {
    pub(crate) fn new(block: &'static Block, path: String, place: Place) -> Self {
        Self {
            block,
            path,
            place,
            settings: Vec::new(),
        }
    }

    /// In the order in which they were put in.
    pub(crate) fn settings(&self) -> &[Setting] {
        &self.settings
    }

    pub(crate) fn settings_mut(&mut self) -> &mut [Setting] {
        &mut self.settings
    }

    pub(crate) fn put(&mut self, setting: Setting) {
        debug_assert!(
            self.setting(setting.key.name).is_none(),
            "set twice: {}",
            setting.key.name
        );
        self.settings.push(setting);
    }

    pub(crate) fn setting(&self, name: &str) -> Option<&Setting> {
        debug_assert!(
            self.block.keys().iter().any(|key| key.name == name),
            "{} has no key {name}",
            self.block.name
        );
        self.settings
            .iter()
            .find(|setting| setting.key.name == name)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.setting(name).map(|setting| &setting.item.value)
    }

    /// Replaces the value, or gives one that nobody wrote.
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        if let Some(setting) = self
            .settings
            .iter_mut()
            .find(|setting| setting.key.name == name)
        {
            setting.item.value = value;
            return;
        }
        let key = self.block.keys().into_iter().find(|key| key.name == name);
        let key = key.unwrap_or_else(|| panic!("{} has no key {name}", self.block.name));
        self.settings.push(Setting {
            key,
            item: Item {
                place: self.place,
                value,
            },
            written: false,
        });
    }

    /// Takes the value out, as if it had not been written.
    pub(crate) fn take(&mut self, name: &str) -> Value {
        let index = self
            .settings
            .iter()
            .position(|setting| setting.key.name == name);
        self.settings
            .remove(index.expect("the caller asked for a value that is there"))
            .item
            .value
    }

    /// Has a value other than zero.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| !value.is_zero())
    }

    /// Has a value, zero or not: what Go calls "not nil".
    pub(crate) fn is_present(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Where the setting stands, or else the section.
    pub(crate) fn place_of(&self, name: &str) -> Place {
        self.setting(name)
            .map_or(self.place, |setting| setting.item.place)
    }

    /// How the user would point at the setting.
    pub(crate) fn path_of(&self, name: &str) -> String {
        join(&self.path, name)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        match self.value(name) {
            Some(Value::Flag(flag)) => *flag,
            None => false,
            Some(other) => panic!("{name} is no flag: {other:?}"),
        }
    }

    pub(crate) fn whole(&self, name: &str) -> i128 {
        match self.value(name) {
            Some(Value::Whole(whole)) => *whole,
            None => 0,
            Some(other) => panic!("{name} is no integer: {other:?}"),
        }
    }

    /// An integer of which the table says that it is not negative.
    pub(crate) fn unsigned(&self, name: &str) -> u64 {
        u64::try_from(self.whole(name)).unwrap_or_default()
    }

    pub(crate) fn number(&self, name: &str) -> f64 {
        match self.value(name) {
            Some(Value::Number(number)) => *number,
            None => 0.0,
            Some(other) => panic!("{name} is no number: {other:?}"),
        }
    }

    pub(crate) fn duration_ms(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::DurationMs(ms)) => *ms,
            None => 0,
            Some(other) => panic!("{name} is no duration: {other:?}"),
        }
    }

    pub(crate) fn size_bytes(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::SizeBytes(bytes)) => *bytes,
            None => 0,
            Some(other) => panic!("{name} is no size: {other:?}"),
        }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        match self.value(name) {
            Some(Value::Text(text)) => text,
            Some(Value::Secret(secret)) => &secret.0,
            None => "",
            Some(other) => panic!("{name} is no text: {other:?}"),
        }
    }

    pub(crate) fn list(&self, name: &str) -> &[Item] {
        match self.value(name) {
            Some(Value::List(items)) => items,
            None => &[],
            Some(other) => panic!("{name} is no list: {other:?}"),
        }
    }

    /// The strings of a list of strings.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        self.list(name).iter().map(Item::text).collect()
    }

    pub(crate) fn map(&self, name: &str) -> &[(String, Item)] {
        match self.value(name) {
            Some(Value::Map(entries)) => entries,
            None => &[],
            Some(other) => panic!("{name} is no map: {other:?}"),
        }
    }

    pub(crate) fn section(&self, name: &str) -> Option<&Self> {
        match self.value(name) {
            Some(Value::Section(section)) => Some(section),
            None => None,
            Some(other) => panic!("{name} is no section: {other:?}"),
        }
    }

    /// The sections of a list of sections.
    pub(crate) fn sections(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.list(name).iter().filter_map(|item| match &item.value {
            Value::Section(section) => Some(section),
            _ => None,
        })
    }

    pub(crate) fn sections_mut(&mut self, name: &str) -> impl Iterator<Item = &mut Self> {
        let items = match self
            .settings
            .iter_mut()
            .find(|setting| setting.key.name == name)
        {
            Some(Setting {
                item:
                    Item {
                        value: Value::List(items),
                        ..
                    },
                ..
            }) => items.as_mut_slice(),
            _ => &mut [],
        };
        items.iter_mut().filter_map(|item| match &mut item.value {
            Value::Section(section) => Some(section),
            _ => None,
        })
    }

    pub(crate) fn section_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self
            .settings
            .iter_mut()
            .find(|setting| setting.key.name == name)?
            .item
            .value
        {
            Value::Section(ref mut section) => Some(section),
            _ => None,
        }
    }
}

impl Item {
    /// The text of a string; empty for other values.
    pub(crate) fn text(&self) -> &str {
        match &self.value {
            Value::Text(text) => text,
            Value::Secret(secret) => &secret.0,
            _ => "",
        }
    }
}

/// `a` and `b` to `a.b`.
pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
