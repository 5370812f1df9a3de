//! A page of the text format, taken apart: families of plain numbers, which is all that hosts have.

use std::collections::BTreeMap;

/// Labels of a series, sorted.
pub(crate) type Labels = BTreeMap<String, String>;

#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) kind: String,
    pub(crate) help: String,
    pub(crate) series: BTreeMap<Labels, f64>,
}

pub(crate) type Page = BTreeMap<String, Family>;

/// Panics when the page is not one: then the test has found something.
pub(crate) fn parse(text: &str) -> Page {
    let mut page = Page::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a name and a help text");
            let family: &mut Family = page.entry(name.to_owned()).or_default();
            assert!(family.help.is_empty(), "a family comes once: {line}");
            help.clone_into(&mut family.help);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a name and a kind");
            let family = page.entry(name.to_owned()).or_default();
            assert!(family.kind.is_empty(), "a family comes once: {line}");
            kind.clone_into(&mut family.kind);
        } else {
            let (series, value) = line.rsplit_once(' ').expect("a series and a value");
            let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
            let value = value.parse::<f64>().expect("a number");
            let family = page.entry(name.to_owned()).or_default();
            let twice = family.series.insert(parse_labels(labels), value);
            assert_eq!(twice, None, "a series comes once: {line}");
        }
    }
    page
}

/// `a="b",c="d"}`
fn parse_labels(mut text: &str) -> Labels {
    let mut labels = Labels::new();
    while let Some((name, rest)) = text.split_once("=\"") {
        let mut value = String::new();
        let mut characters = rest.chars();
        loop {
            match characters.next().expect("a closing quote") {
                '"' => break,
                '\\' => match characters.next().expect("an escaped character") {
                    'n' => value.push('\n'),
                    other => value.push(other),
                },
                other => value.push(other),
            }
        }
        labels.insert(name.trim_start_matches(',').to_owned(), value);
        text = characters.as_str();
    }
    assert_eq!(text, "}", "labels end with the brace");
    labels
}
