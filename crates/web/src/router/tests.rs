use std::collections::BTreeSet;

use super::*;
use crate::api::description::DESCRIPTION;

/// The paths and methods of the description. It is written by us in one shape, so lines and their indentation suffice.
fn described() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut path = String::new();
    let paths = DESCRIPTION
        .lines()
        .skip_while(|line| *line != "paths:")
        .skip(1);
    for line in paths.take_while(|line| line.is_empty() || line.starts_with([' ', '#'])) {
        let Some(key) = line.trim().strip_suffix(':') else {
            continue;
        };
        match line.len() - line.trim_start().len() {
            2 => key.clone_into(&mut path),
            4 if matches!(key, "get" | "post" | "put" | "delete") => {
                found.insert((path.clone(), key.to_uppercase()));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let served: BTreeSet<(String, String)> = routes()
        .iter()
        .flat_map(|route| {
            route
                .methods
                .iter()
                .map(|method| (route.path.to_owned(), (*method).to_owned()))
        })
        .collect();
    let described = described();
    let missing: Vec<_> = served.difference(&described).collect();
    let invented: Vec<_> = described.difference(&served).collect();
    assert!(
        missing.is_empty(),
        "served, but not in openapi.yaml: {missing:?}"
    );
    assert!(
        invented.is_empty(),
        "in openapi.yaml, but not served: {invented:?}"
    );
}

#[test]
fn handlers_are_named_as_prometheus_names_them() {
    let names: Vec<String> = routes().iter().map(Route::handler_name).collect();
    assert!(
        names.contains(&"/api/v1/label/:name/values".to_owned()),
        "{names:?}"
    );
}
