//! Every dependency's licence is one of those that `deny.toml` allows.

use serde_json::Value;

use super::Problem;
use crate::shell::{cargo, output, root};

pub(super) fn check() -> Result<Vec<Problem>, String> {
    let path = root().join("deny.toml");
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let allowed = allowed(&text);
    let text = output(cargo(&["metadata", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut problems = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let licence = package["license"].as_str().unwrap_or("none");
        if !is_allowed(licence, &allowed) {
            let name = package["name"].as_str().unwrap_or_default();
            problems.push(Problem::new(
                name,
                format!("licence not in deny.toml: {licence}"),
            ));
        }
    }
    Ok(problems)
}

/// The words of `allow = [...]` under `[licenses]`.
fn allowed(deny: &str) -> Vec<String> {
    let list = deny
        .split("[licenses]")
        .nth(1)
        .and_then(|rest| rest.split("allow = [").nth(1));
    let list = list
        .and_then(|rest| rest.split(']').next())
        .unwrap_or_default();
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Whether an SPDX expression can be met: one side of each OR, both of each AND.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let expression = expression.replace(['(', ')'], "").replace('/', " OR ");
    let met = |term: &str| {
        term.split(" OR ")
            .any(|licence| allowed.iter().any(|own| own == licence.trim()))
    };
    expression.split(" AND ").all(met)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, met: bool) {
        let allowed = [
            "MIT".to_owned(),
            "Apache-2.0".to_owned(),
            "Unicode-3.0".to_owned(),
        ];
        assert_eq!(is_allowed(expression, &allowed), met, "{expression}");
    }

    #[test]
    fn expressions() {
        check("MIT", true);
        check("GPL-3.0", false);
        check("MIT OR GPL-3.0", true);
        check("MIT/Apache-2.0", true);
        check("(MIT OR Apache-2.0) AND Unicode-3.0", true);
        check("MIT AND GPL-3.0", false);
    }
}
