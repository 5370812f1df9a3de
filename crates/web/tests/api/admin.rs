//! `/api/v1/admin/tsdb/…`. Expectations are what Prometheus 2.42 answered.

use std::sync::{Arc, Mutex};

use storage::Broken;
use web::Administration;

use crate::harness::{Edge, text};

async fn check(edge: &Edge, method: &str, path: &str, status: u16, body: &str) {
    let path = format!("/api/v1/admin/tsdb/{path}");
    let response = edge.request(method, &path, &[], "").await;
    let found = (response.status().as_u16(), text(response).await);
    assert_eq!(
        (found.0, found.1.as_str()),
        (status, body),
        "{method} {path}"
    );
}

/// Notes what it is asked for.
#[derive(Default)]
struct Asked(Mutex<Vec<String>>);

impl Administration for Asked {
    fn clean_tombstones(&self) -> Result<(), Broken> {
        self.0.lock().expect("no panic").push("clean".to_owned());
        Ok(())
    }

    fn snapshot(&self, skip_head: bool) -> Result<String, Broken> {
        let mut asked = self.0.lock().expect("no panic");
        asked.push(format!("snapshot {skip_head}"));
        if asked.len() > 3 {
            return Err(Broken {
                reason: "no room".to_owned(),
            });
        }
        Ok("20261120T123732Z-23ab6ad908d7dea1".to_owned())
    }
}

fn edge() -> (Edge, Arc<Asked>) {
    let asked = Arc::new(Asked::default());
    let administration = Arc::clone(&asked);
    let edge = Edge::with(|sources, _| sources.administration = Some(administration));
    (edge, asked)
}

#[tokio::test]
async fn it_is_off_unless_wanted() {
    let edge = Edge::new();
    let disabled = r#"{"status":"error","errorType":"unavailable","error":"admin APIs disabled"}"#;
    for path in ["delete_series?match[]=up", "clean_tombstones", "snapshot"] {
        check(&edge, "POST", path, 500, disabled).await;
        check(&edge, "GET", path, 405, "Method Not Allowed\n").await;
    }
}

#[tokio::test]
async fn deletes_what_is_selected() {
    let (edge, _) = edge();
    let count = async || {
        let answer = edge.get("/api/v1/query?query=count(up)").await;
        text(answer).await
    };
    assert!(count().await.contains(r#""2"]"#));
    check(
        &edge,
        "PUT",
        "delete_series?match[]=up&start=5&end=1",
        204,
        "",
    )
    .await;
    check(
        &edge,
        "POST",
        "delete_series?match[]=up{job=\"no\"}",
        204,
        "",
    )
    .await;
    assert!(count().await.contains(r#""2"]"#));
    check(
        &edge,
        "POST",
        "delete_series?match[]=up{job=\"api\"}",
        204,
        "",
    )
    .await;
    assert!(count().await.contains(r#""1"]"#));
    check(&edge, "POST", "delete_series?match[]={}", 204, "").await;
    assert!(count().await.contains(r#""result":[]"#));
}

#[tokio::test]
async fn says_what_is_wrong_with_a_deletion() {
    let (edge, _) = edge();
    let refused = async |path, error: &str| {
        let body = format!(r#"{{"status":"error","errorType":"bad_data","error":"{error}"}}"#);
        check(&edge, "POST", path, 400, &body).await;
    };
    refused("delete_series", "no match[] parameter provided").await;
    refused(
        "delete_series?match[]=up&start=x",
        r#"invalid parameter \"start\": invalid time value for 'start': cannot parse \"x\" to a valid timestamp"#,
    )
    .await;
    refused(
        "snapshot?skip_head=x",
        r#"invalid parameter \"skip_head\": unable to parse boolean: strconv.ParseBool: parsing \"x\": invalid syntax"#,
    )
    .await;
}

#[tokio::test]
async fn commands_reach_the_store() {
    let (edge, asked) = edge();
    let named = r#"{"status":"success","data":{"name":"20261120T123732Z-23ab6ad908d7dea1"}}"#;
    check(&edge, "POST", "clean_tombstones", 204, "").await;
    check(&edge, "POST", "snapshot", 200, named).await;
    check(&edge, "PUT", "snapshot?skip_head=true", 200, named).await;
    let failed =
        r#"{"status":"error","errorType":"internal","error":"storage is broken: no room"}"#;
    check(&edge, "POST", "snapshot", 500, failed).await;
    assert_eq!(
        *asked.0.lock().expect("no panic"),
        ["clean", "snapshot false", "snapshot true", "snapshot false"]
    );
}
