//! Labels that the compiler knows.

use ferula::{Answer, Counter, Gauge, LabelValue, Labels, Registry, Selection};

#[derive(Clone, Copy, LabelValue)]
enum Outcome {
    Served,
    NotFound,
    #[label(value = "4xx")]
    Other,
}

#[derive(Labels)]
struct Request<'a> {
    method: &'a str,
    #[label(name = "code")]
    status: u16,
    r#type: Option<Outcome>,
}

#[derive(Labels)]
struct Owned {
    name: String,
    ready: bool,
}

fn page(registry: &Registry) -> String {
    let page = Answer::TEXT.page(registry, &Selection::all());
    String::from_utf8(page).expect("text")
}

#[test]
fn fields_are_labels() -> Result<(), ferula::Error> {
    let registry = Registry::new();
    let requests = Counter::builder("requests", "").register_typed::<Request<'_>>(&registry)?;
    let method = String::from("GET");
    for (status, r#type) in [
        (200, Some(Outcome::Served)),
        (404, Some(Outcome::NotFound)),
        (418, Some(Outcome::Other)),
        (100, None),
    ] {
        let request = Request {
            method: &method,
            status,
            r#type,
        };
        requests.with(&request).inc();
    }
    let held = Request {
        method: "GET",
        status: 200,
        r#type: Some(Outcome::Served),
    };
    requests.handle(&held).inc();
    let expected = "\
requests_total{method=\"GET\",code=\"200\",type=\"served\"} 2
requests_total{method=\"GET\",code=\"404\",type=\"not_found\"} 1
requests_total{method=\"GET\",code=\"418\",type=\"4xx\"} 1
requests_total{method=\"GET\",code=\"100\",type=\"\"} 1
";
    assert!(page(&registry).ends_with(expected), "{}", page(&registry));
    assert!(requests.remove(&held));
    Ok(())
}

#[test]
fn owned_labels_are_labels_too() -> Result<(), ferula::Error> {
    let registry = Registry::new();
    let queues = Gauge::builder("queue", "").register_typed::<Owned>(&registry)?;
    let labels = Owned {
        name: "mail".to_owned(),
        ready: true,
    };
    queues.with(&labels).set(3.0);
    assert!(page(&registry).ends_with("queue{name=\"mail\",ready=\"true\"} 3\n"));
    Ok(())
}
