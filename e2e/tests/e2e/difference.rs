//! Whether two servers' answers say the same.

use std::collections::BTreeMap;

use serde_json::Value;

/// How far two numbers may lie apart: so much of the larger one, or so much.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tolerance {
    pub(crate) relative: f64,
    pub(crate) absolute: f64,
}

impl Tolerance {
    /// For the same samples: floats are added in different orders.
    pub(crate) const EXACT: Self = Self {
        relative: 1e-9,
        absolute: 0.0,
    };

    fn takes(self, a: f64, b: f64) -> bool {
        let equal = a == b || (a.is_nan() && b.is_nan());
        let apart = (a - b).abs();
        equal || apart <= self.absolute || apart <= self.relative * a.abs().max(b.abs())
    }
}

/// The first difference between the `data` of two answers to a query; `None` when they say the same. The order of series
/// does not count.
pub(crate) fn difference(ours: &Value, theirs: &Value, tolerance: Tolerance) -> Option<String> {
    if ours["resultType"] != theirs["resultType"] {
        return Some(format!(
            "ours {}, theirs {}",
            ours["resultType"], theirs["resultType"]
        ));
    }
    if ours["resultType"] == "string" || ours["resultType"] == "scalar" {
        return sample(&ours["result"], &theirs["result"], tolerance);
    }
    let (ours, theirs) = (by_labels(ours), by_labels(theirs));
    if let Some(labels) = ours.keys().find(|labels| !theirs.contains_key(*labels)) {
        return Some(format!("ours alone: {labels}"));
    }
    for (labels, theirs) in &theirs {
        let Some(ours) = ours.get(labels) else {
            return Some(format!("theirs alone: {labels}"));
        };
        if ours.len() != theirs.len() {
            return Some(format!(
                "{labels}: ours {} samples, theirs {}",
                ours.len(),
                theirs.len()
            ));
        }
        let mut pairs = ours.iter().zip(theirs);
        if let Some(what) = pairs.find_map(|(ours, theirs)| sample(ours, theirs, tolerance)) {
            return Some(format!("{labels}: {what}"));
        }
    }
    None
}

/// The labels of each series as text, with its samples.
fn by_labels(data: &Value) -> BTreeMap<String, Vec<Value>> {
    let series = data["result"].as_array().expect("series");
    let entry = |series: &Value| {
        let samples = match &series["values"] {
            Value::Array(values) => values.clone(),
            _ => vec![series["value"].clone()],
        };
        (series["metric"].to_string(), samples)
    };
    let all: BTreeMap<_, _> = series.iter().map(entry).collect();
    assert_eq!(all.len(), series.len(), "each series is there once: {data}");
    all
}

fn sample(ours: &Value, theirs: &Value, tolerance: Tolerance) -> Option<String> {
    let number = |sample: &Value| sample[1].as_str()?.parse::<f64>().ok();
    let same = match (number(ours), number(theirs)) {
        (Some(a), Some(b)) => ours[0] == theirs[0] && tolerance.takes(a, b),
        _ => ours == theirs,
    };
    (!same).then(|| format!("ours {ours}, theirs {theirs}"))
}

/// The first difference between two JSON documents, at its path; numbers, also those in text, may lie apart by `tolerance`.
pub(crate) fn difference_of_json(
    ours: &Value,
    theirs: &Value,
    tolerance: Tolerance,
    path: &str,
) -> Option<String> {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let same = match (ours, theirs) {
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let mut pairs = ours.iter().zip(theirs).enumerate();
            return pairs.find_map(|(index, (ours, theirs))| {
                difference_of_json(ours, theirs, tolerance, &format!("{path}[{index}]"))
            });
        }
        (Value::Object(ours), Value::Object(theirs)) if ours.keys().eq(theirs.keys()) => {
            let mut pairs = ours.iter().zip(theirs.values());
            return pairs.find_map(|((key, ours), theirs)| {
                difference_of_json(ours, theirs, tolerance, &format!("{path}.{key}"))
            });
        }
        _ => match (number(ours), number(theirs)) {
            (Some(a), Some(b)) => tolerance.takes(a, b),
            _ => ours == theirs,
        },
    };
    (!same).then(|| format!("{path}: ours {ours}, theirs {theirs}"))
}
