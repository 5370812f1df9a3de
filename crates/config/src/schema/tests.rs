//! The declarations themselves: what holds for every key of every section.

use std::path::Path;

use super::{Block, Key, Kind, Part, Preset, read_section};
use crate::blocks::top::{SCRAPE_FILE, TOP};
use crate::problem::Report;
use crate::raw;
use crate::section::{Section, Value};

/// All blocks that can be reached from the top.
fn blocks() -> Vec<&'static Block> {
    let mut blocks: Vec<&'static Block> = vec![&TOP, &SCRAPE_FILE];
    let mut next = 0;
    while let Some(block) = blocks.get(next).copied() {
        next += 1;
        let mut found = Vec::new();
        for part in block.parts {
            match part {
                Part::Keys(keys) => found.extend(keys.iter().filter_map(|key| below(&key.kind))),
                Part::Inline(block) => found.push(*block),
            }
        }
        found.retain(|block| !blocks.iter().any(|known| std::ptr::eq(*known, *block)));
        blocks.extend(found);
    }
    blocks
}

fn below(kind: &'static Kind) -> Option<&'static Block> {
    match kind {
        Kind::Section(block) => Some(block),
        Kind::List(kind) | Kind::Map(kind) => below(kind),
        _ => None,
    }
}

fn fits(key: &Key) -> bool {
    match (key.preset, &key.kind) {
        (Preset::None, _)
        | (Preset::Flag(_), Kind::Flag)
        | (Preset::DurationMs(_), Kind::Duration)
        | (Preset::Text(_), Kind::Text | Kind::Pattern | Kind::Path | Kind::Url)
        | (Preset::Section, Kind::Section(_)) => true,
        (Preset::Whole(whole), Kind::Whole(least, most)) => {
            (*least..=*most).contains(&whole.into())
        }
        (Preset::Text(word), Kind::Choice(choice)) => choice.words.contains(&word),
        _ => false,
    }
}

#[test]
fn every_key_is_declared_once_with_a_sentence_and_a_fitting_preset() {
    let blocks = blocks();
    assert!(blocks.len() > 60, "only {} blocks", blocks.len());
    for block in blocks {
        let keys = block.keys();
        assert!(!keys.is_empty(), "{}", block.name);
        for (index, key) in keys.iter().enumerate() {
            let name = format!("{}.{}", block.name, key.name);
            assert!(
                !keys[..index].iter().any(|other| other.name == key.name),
                "{name} is twice"
            );
            assert!(
                key.doc.ends_with('.') && key.doc.len() > 5,
                "{name}: {:?}",
                key.doc
            );
            assert!(
                fits(key),
                "{name}: {:?} does not fit {:?}",
                key.preset,
                key.kind
            );
        }
    }
}

/// A section of presets alone passes through every check without asking for a key that is not declared (which would
/// be a panic), whether it is refused for what is required or not.
#[test]
fn checks_ask_for_declared_keys_only() {
    for block in blocks() {
        let mut report = Report::new(Path::new("f"));
        let node = raw::build("{}", &mut report).expect("an empty section is YAML");
        let section = read_section(&node, block, String::new(), &mut report);
        (block.check)(&section, &mut report);
    }
}

#[test]
fn every_discovery_of_prometheus_is_known() {
    // The keys of Prometheus 3.14, as its reference lists them.
    let kinds = [
        "aws",
        "azure",
        "consul",
        "digitalocean",
        "dns",
        "docker",
        "dockerswarm",
        "ec2",
        "eureka",
        "file",
        "gce",
        "hetzner",
        "http",
        "ionos",
        "kubernetes",
        "kuma",
        "lightsail",
        "linode",
        "marathon",
        "nerve",
        "nomad",
        "oci",
        "openstack",
        "outscale",
        "ovhcloud",
        "puppetdb",
        "scaleway",
        "serverset",
        "stackit",
        "triton",
        "uyuni",
        "vultr",
    ];
    for owner in ["scrape_config", "alertmanager_config"] {
        let blocks = blocks();
        let block = blocks
            .iter()
            .find(|block| block.name == owner)
            .expect("it is a block");
        let keys = block.keys();
        for kind in kinds {
            let name = format!("{kind}_sd_configs");
            assert!(
                keys.iter().any(|key| key.name == name),
                "{owner} has no {name}"
            );
        }
    }
}

/// The value of a setting that `text` gives to a section of one key of `kind`.
fn read(kind: Kind, text: &str) -> Result<Value, String> {
    let key: &'static [Key] = Box::leak(Box::new([Key::new("key", kind, "A key.")]));
    let parts: &'static [Part] = Box::leak(Box::new([Part::Keys(key)]));
    let block: &'static Block = Box::leak(Box::new(Block::new("block", parts)));
    let mut report = Report::new(Path::new("f"));
    let node = raw::build(&format!("key: {text}\n"), &mut report).expect("it is YAML");
    let section: Section = read_section(&node, block, String::new(), &mut report);
    match report.into_problems().first() {
        Some(problem) => Err(problem.message.clone()),
        None => Ok(section.value("key").cloned().expect("it was written")),
    }
}

#[test]
fn values_by_kind() {
    let check = |kind: Kind, text: &str, expected: &str| {
        let got = match read(kind, text) {
            Ok(value) => format!("{value:?}"),
            Err(message) => message,
        };
        assert_eq!(got, expected, "{text}");
    };
    check(Kind::Flag, "on", "Flag(true)");
    check(Kind::Flag, "1", "cannot unmarshal !!int `1` into bool");
    check(Kind::Whole(0, 10), "0x0A", "Whole(10)");
    check(
        Kind::Whole(0, 10),
        "11",
        "cannot unmarshal !!int `11` into uint",
    );
    check(Kind::Whole(-1, 10), "1.9", "Whole(1)");
    check(Kind::Number, "1", "Number(1.0)");
    check(Kind::Number, "a", "cannot unmarshal !!str `a` into float64");
    check(Kind::Duration, "1h30m", "DurationMs(5400000)");
    check(Kind::Size, "2KB", "SizeBytes(2048)");
    check(Kind::Text, "1.50", "Text(\"1.50\")");
    check(
        Kind::List(&Kind::Flag),
        "abcdefghijklmn",
        "cannot unmarshal !!str `abcdefg...` into a list",
    );
}
