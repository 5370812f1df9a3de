//! `static_configs`: a group of targets.

use crate::label::NameScheme;
use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, TEXTS};
use crate::section::Section;

pub(super) static GROUP: Block = Block::new(
    "static_config",
    &[Part::Keys(&[
        Key::new("targets", TEXTS, "Addresses, host:port."),
        Key::new("labels", Kind::Map(&Kind::Text), "Labels of all of them."),
    ])],
)
.checked(check);

fn check(group: &Section, report: &mut Report) {
    for (name, label) in group.map("labels") {
        if !NameScheme::Utf8.is_name(name) {
            let path = group.path_of("labels");
            report.error(
                label.place,
                path,
                format!("{name:?} is not a valid label name"),
            );
        }
    }
    for target in group.list("targets") {
        if target.text().is_empty() {
            report.warning(target.place, group.path_of("targets"), "no address");
        }
    }
}
