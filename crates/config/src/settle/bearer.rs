//! `bearer_token` and `bearer_token_file` are old names of what `authorization` says; from here on there is only that.

use crate::schema::{Kind, preset_section};
use crate::section::{Section, Value};

/// Renames in the section and in what is below it.
pub(super) fn rename(section: &mut Section) {
    for (old, new) in [
        ("bearer_token", "credentials"),
        ("bearer_token_file", "credentials_file"),
    ] {
        let has_old = section
            .settings()
            .iter()
            .any(|setting| setting.key.name == old);
        if has_old && section.has(old) {
            let text = section.take(old);
            authorization(section).set(new, text);
        }
    }
    for setting in section.settings_mut() {
        match &mut setting.item.value {
            Value::Section(section) => rename(section),
            Value::List(items) => {
                for item in items {
                    if let Value::Section(section) = &mut item.value {
                        rename(section);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The section `authorization`, which was not written if a bearer token was.
fn authorization(section: &mut Section) -> &mut Section {
    if !section.is_present("authorization") {
        let key = section
            .block
            .keys()
            .into_iter()
            .find(|key| key.name == "authorization");
        let Some(Kind::Section(block)) = key.map(|key| &key.kind) else {
            unreachable!("who has a bearer token has authorization");
        };
        let path = section.path_of("authorization");
        let made = preset_section(block, path, section.place);
        section.set("authorization", Value::Section(made));
    }
    section
        .section_mut("authorization")
        .expect("it was put in if it was not there")
}
