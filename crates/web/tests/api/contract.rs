//! Our answers against Prometheus' own machine-readable description of its API.

use std::io::Write as _;
use std::path::Path;

use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::Value;

use crate::harness::{Edge, text};

/// Paths of the description with the parameters that make an answer with something in it.
const REQUESTS: &[(&str, &str)] = &[
    ("/query", "/query?query=up"),
    ("/query", "/query?query=up&stats=all"),
    ("/query", "/query?query=1"),
    ("/query", "/query?query=up[5m]"),
    (
        "/query_range",
        "/query_range?query=up&start=1699999880&end=1700000000&step=60",
    ),
    ("/query_exemplars", "/query_exemplars?query=requests_total"),
    ("/format_query", "/format_query?query=a%2Bb"),
    ("/parse_query", "/parse_query?query=a%2Bb"),
    ("/series", "/series?match[]=up"),
    ("/series", "/series?match[]=up&limit=1"),
    ("/labels", "/labels"),
    ("/label/{name}/values", "/label/job/values"),
    ("/metadata", "/metadata"),
    ("/targets", "/targets"),
    ("/targets", "/targets?state=active"),
    ("/targets/metadata", "/targets/metadata"),
    ("/scrape_pools", "/scrape_pools"),
    ("/rules", "/rules"),
    ("/alerts", "/alerts"),
    ("/alertmanagers", "/alertmanagers"),
    ("/status/config", "/status/config"),
    ("/status/runtimeinfo", "/status/runtimeinfo"),
    ("/status/buildinfo", "/status/buildinfo"),
    ("/status/flags", "/status/flags"),
    ("/status/tsdb", "/status/tsdb"),
    ("/status/walreplay", "/status/walreplay"),
];

/// Requests that fail.
const FAILURES: &[(&str, &str)] = &[
    ("/query", "/query?query="),
    ("/query_range", "/query_range?query=up"),
    ("/series", "/series"),
    ("/labels", "/labels?start=x"),
    ("/rules", "/rules?type=x"),
];

#[tokio::test]
async fn answers_have_the_described_shapes() {
    let Some(description) = description() else {
        return;
    };
    let edge = Edge::new();
    let mut problems = Vec::new();
    let answered = REQUESTS.iter().map(|request| (request, "200"));
    let failed = FAILURES.iter().map(|request| (request, "default"));
    for (&(path, request), status) in answered.chain(failed) {
        let response = edge.get(&format!("/api/v1{request}")).await;
        assert_eq!(response.status() == 200, status == "200", "{request}");
        let body: Value = serde_json::from_str(&text(response).await).expect("it is JSON");
        let schema = &description["paths"][path]["get"]["responses"][status]["content"]["application/json"]
            ["schema"];
        assert!(schema.is_object(), "{path} is described");
        let checker = Checker {
            description: &description,
        };
        if let Err(problem) = checker.check(schema, &body, "$") {
            problems.push(format!("{request}: {problem}"));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// The checker must be able to say no.
#[test]
fn the_checker_refuses() {
    let description = serde_json::json!({"components": {"schemas": {"Name": {"type": "string"}}}});
    let checker = Checker {
        description: &description,
    };
    let schema = serde_json::json!({
        "type": "object",
        "required": ["a"],
        "additionalProperties": false,
        "properties": {
            "a": {"$ref": "#/components/schemas/Name"},
            "b": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"oneOf": [{"type": "number"}, {"type": "string"}]}},
            "c": {"type": "string", "enum": ["x"]},
        },
    });
    for (value, good) in [
        (serde_json::json!({"a": "x"}), true),
        (serde_json::json!({"a": "x", "b": [1, "2"], "c": "x"}), true),
        (serde_json::json!({}), false),
        (serde_json::json!({"a": 1}), false),
        (serde_json::json!({"a": "x", "d": 1}), false),
        (serde_json::json!({"a": "x", "b": [1]}), false),
        (serde_json::json!({"a": "x", "b": [1, true]}), false),
        (serde_json::json!({"a": "x", "c": "y"}), false),
        (serde_json::json!([]), false),
    ] {
        assert_eq!(checker.check(&schema, &value, "$").is_ok(), good, "{value}");
    }
}

fn description() -> Option<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("../../../shared/cases/api/openapi_3.1.yaml");
    #[expect(clippy::disallowed_methods, reason = "a test reads its cases")]
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI has {}",
            path.display()
        );
        writeln!(std::io::stderr(), "skipped: there is no {}", path.display())
            .expect("somebody listens");
        return None;
    };
    let documents = Yaml::load_from_str(&text).expect("the description is YAML");
    Some(to_json(&documents[0]))
}

fn to_json(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Mapping(mapping) => {
            let pairs = mapping.iter().map(|(key, value)| {
                let key = to_json(key);
                let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                (key, to_json(value))
            });
            Value::Object(pairs.collect())
        }
        Yaml::Sequence(items) => items.iter().map(to_json).collect(),
        scalar => scalar
            .as_bool()
            .map(Value::from)
            .or_else(|| scalar.as_integer().map(Value::from))
            .or_else(|| scalar.as_floating_point().map(Value::from))
            .or_else(|| scalar.as_str().map(Value::from))
            .unwrap_or(Value::Null),
    }
}

/// Checks values against as much of JSON Schema as the description uses.
struct Checker<'d> {
    description: &'d Value,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            let target = self.description.pointer(pointer);
            let target = target.ok_or_else(|| format!("{at}: unknown reference {reference}"))?;
            return self.check(target, value, at);
        }
        for (word, at_most) in [("anyOf", usize::MAX), ("oneOf", 1)] {
            if let Some(choices) = schema[word].as_array() {
                let results = choices.iter().map(|choice| self.check(choice, value, at));
                let (good, bad): (Vec<_>, Vec<_>) = results.partition(Result::is_ok);
                if good.is_empty() || good.len() > at_most {
                    return Err(format!("{at}: {} of {word} fit: {bad:?}", good.len()));
                }
            }
        }
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.contains(value)
        {
            return Err(format!("{at}: {value} is none of {allowed:?}"));
        }
        match schema["type"].as_str() {
            None => Ok(()),
            Some("object") => self.check_object(schema, value, at),
            Some("array") => self.check_array(schema, value, at),
            Some(kind) => {
                let fits = match kind {
                    "string" => value.is_string(),
                    "number" => value.is_number(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    _ => return Err(format!("{at}: unknown type {kind}")),
                };
                fits.then_some(())
                    .ok_or_else(|| format!("{at}: {value} is no {kind}"))
            }
        }
    }

    fn check_object(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let object = value
            .as_object()
            .ok_or_else(|| format!("{at}: no object"))?;
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().expect("names are text");
            if !object.contains_key(name) {
                return Err(format!("{at}: {name} is missing"));
            }
        }
        for (name, value) in object {
            let at = format!("{at}.{name}");
            match (
                schema["properties"].get(name),
                &schema["additionalProperties"],
            ) {
                (Some(property), _) => self.check(property, value, &at)?,
                (None, Value::Bool(false)) => return Err(format!("{at}: not described")),
                (None, other @ Value::Object(_)) => self.check(other, value, &at)?,
                (None, _) => {}
            }
        }
        Ok(())
    }

    fn check_array(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let items = value.as_array().ok_or_else(|| format!("{at}: no list"))?;
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
        if !(least..=most).contains(&(items.len() as u64)) {
            return Err(format!("{at}: {} items", items.len()));
        }
        for (index, item) in items.iter().enumerate() {
            self.check(&schema["items"], item, &format!("{at}[{index}]"))?;
        }
        Ok(())
    }
}
