//! Lists of targets as JSON and YAML: `[{"targets": ["a:1"], "labels": {"env": "test"}}]`.
//!
//! Unknown fields are errors, since a misspelt `labels` would silently lose them.

use serde_json::Value;

use super::yaml;
use crate::options::TargetGroup;

/// Reads a JSON list. In an error is what is wrong, and where.
pub(super) fn of_json(text: &str) -> Result<Vec<TargetGroup>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    groups(&value)
}

/// Reads a YAML list. Scalars are taken as they are written: a label value of `1.0` is `1.0`.
pub(super) fn of_yaml(text: &str) -> Result<Vec<TargetGroup>, String> {
    groups(&yaml::read(text)?)
}

fn groups(value: &Value) -> Result<Vec<TargetGroup>, String> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| group(item).map_err(|reason| format!("group {index}: {reason}")))
            .collect(),
        _ => Err("expected a list of groups with targets and labels".to_owned()),
    }
}

fn group(value: &Value) -> Result<TargetGroup, String> {
    let Value::Object(fields) = value else {
        return Err("expected targets and labels".to_owned());
    };
    let mut group = TargetGroup::default();
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("targets" | "labels", Value::Null) => {}
            ("targets", Value::Array(items)) => {
                let text = |item: &Value| item.as_str().map(str::to_owned);
                let targets: Option<Vec<String>> = items.iter().map(text).collect();
                group.targets = targets.ok_or("targets must be text")?;
            }
            ("labels", Value::Object(labels)) => {
                for (name, value) in labels {
                    let value = value
                        .as_str()
                        .ok_or_else(|| format!("the value of label {name} must be text"))?;
                    if name.is_empty() {
                        return Err("a label needs a name".to_owned());
                    }
                    group.labels.push((name.clone(), value.to_owned()));
                }
            }
            ("targets", _) => return Err("targets must be a list".to_owned()),
            ("labels", _) => return Err("labels must be names with values".to_owned()),
            (name, _) => return Err(format!("unknown field: {name}")),
        }
    }
    Ok(group)
}
