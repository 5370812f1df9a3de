//! `info()`: the labels of the info series of the same target, by default of `target_info`.

use model::{Labels, Matcher};
use promql::{Call, Expr};

use super::{Reference, Refusal, Result, Vector, unique};

pub(super) fn info(of: &Reference<'_>, call: &Call, at: i64) -> Result<Vector> {
    let data: &[Matcher] = match call.args.get(1).map(Expr::unparenthesized) {
        Some(Expr::Vector(selector)) => &selector.matchers,
        _ => &[],
    };
    if data.iter().any(|matcher| matcher.name() == "__name__") {
        return Err(Refusal::Unknown);
    }
    let mut wanted = data.to_vec();
    wanted.push(Matcher::equal("__name__", "target_info"));
    let described = of.newest(&wanted, at, |point| point.at);
    let mut found = Vec::new();
    for (labels, value) in of.vector(&call.args[0], at)? {
        if labels.metric_name() == "target_info" {
            found.push((labels, value));
            continue;
        }
        let same_target = |other: &Labels| {
            ["instance", "job"]
                .iter()
                .all(|name| labels.value(name) == other.value(name))
        };
        let is_target = !labels.value("instance").is_empty() || !labels.value("job").is_empty();
        let of_target = described
            .iter()
            .filter(|(other, _)| is_target && same_target(other));
        let newest = of_target.clone().map(|(_, time)| *time).max();
        let newest: Vec<&Labels> = of_target
            .filter(|(_, time)| Some(*time) == newest)
            .map(|(labels, _)| labels)
            .collect();
        match newest.as_slice() {
            [] if data.iter().all(Matcher::matches_empty) => found.push((labels, value)),
            [] => {}
            [one] => {
                let mut builder = labels.to_builder();
                for (name, text) in one.iter() {
                    let is_asked_for = data.is_empty() || data.iter().any(|own| own.name() == name);
                    if is_asked_for && name != "__name__" && labels.get(name).is_none() {
                        builder.set(name, text);
                    }
                }
                found.push((builder.build(), value));
            }
            _ => return Err(Refusal::Wrong("two info series of one target, equally new")),
        }
    }
    unique(found)
}
