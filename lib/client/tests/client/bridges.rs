//! What other systems get, over real sockets.

use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};

use ferula::{
    Buckets, Counter, Gauge, Graphite, Histogram, PushError, PushGroup, Registry, StatsD,
};

fn registry() -> Result<(Registry, Counter), ferula::Error> {
    let registry = Registry::new();
    let requests = Counter::builder("requests", "").labels(["code", "path"]);
    let requests = requests.register(&registry)?.handle(&["200", "/a b.c"]);
    requests.inc();
    Gauge::builder("level", "").register(&registry)?.set(-1.5);
    Gauge::builder("nothing", "")
        .register(&registry)?
        .set(f64::NAN);
    let sizes = Histogram::builder("sizes", "").buckets(Buckets::new(&[0.5])?);
    sizes.register(&registry)?.observe(2.0);
    Ok((registry, requests))
}

#[test]
fn graphite_gets_lines() -> Result<(), Box<dyn std::error::Error>> {
    let (registry, _) = registry()?;
    let plain = Graphite::new("app").page(&registry, 1_700_000_000);
    let expected = [
        "app.requests_total.code.200.path._a_b_c 1 1700000000",
        "app.level -1.5 1700000000",
        "app.sizes_bucket.le.0_5 0 1700000000",
        "app.sizes_bucket.le._Inf 1 1700000000",
        "app.sizes_count 1 1700000000",
        "app.sizes_sum 2 1700000000",
    ];
    assert_eq!(plain.lines().collect::<Vec<_>>(), expected);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let tagged = Graphite::new("").tagged(true);
    tagged.push(listener.local_addr()?, &registry)?;
    let mut received = String::new();
    listener.accept()?.0.read_to_string(&mut received)?;
    assert!(
        received.starts_with("requests_total;code=200;path=_a_b_c 1 "),
        "{received}"
    );
    Ok(())
}

#[test]
fn statsd_gets_what_was_added() -> Result<(), Box<dyn std::error::Error>> {
    let (registry, requests) = registry()?;
    let mut statsd = StatsD::new("app");
    let first = statsd.datagrams(&registry);
    let expected = [
        "app.requests_total.code.200.path._a_b_c:1|c",
        "app.level:0|g",
        "app.level:-1.5|g",
        "app.sizes_bucket.le._Inf:1|c",
        "app.sizes_count:1|c",
        "app.sizes_sum:2|c",
    ];
    assert_eq!(first.join("\n").lines().collect::<Vec<_>>(), expected);
    requests.inc_by(4);
    let server = UdpSocket::bind("127.0.0.1:0")?;
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(server.local_addr()?)?;
    statsd.push(&socket, &registry)?;
    let mut datagram = [0; 2000];
    let length = server.recv(&mut datagram)?;
    let expected = "app.requests_total.code.200.path._a_b_c:4|c\napp.level:0|g\napp.level:-1.5|g";
    assert_eq!(std::str::from_utf8(&datagram[..length])?, expected);
    requests.reset();
    requests.inc();
    let tagged = StatsD::new("").tagged(true).datagrams(&registry).join("\n");
    assert!(
        tagged.starts_with("requests_total:1|c|#code:200,path:/a b.c\n"),
        "{tagged}"
    );
    let again = statsd.datagrams(&registry).join("\n");
    assert!(
        again.starts_with("app.requests_total.code.200.path._a_b_c:1|c\n"),
        "{again}"
    );
    Ok(())
}

/// A gateway that answers once, and what it was told.
fn gateway(
    status: &str,
    push: impl FnOnce(&PushGroup) -> Result<(), PushError> + Send + 'static,
) -> Result<(String, Result<(), PushError>), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let pushing = std::thread::spawn(move || push(&PushGroup::new(&url, "job").with("a", "b")));
    let (mut stream, _) = listener.accept()?;
    let mut request = Vec::new();
    let mut part = [0; 4096];
    loop {
        let read = stream.read(&mut part)?;
        request.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.to_ascii_lowercase();
        let length = length
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(Ok(0), str::parse)? {
            break;
        }
    }
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: 3\r\nConnection: close\r\n\r\nso\n"
    )?;
    drop(stream);
    let outcome = pushing.join().map_err(|_| "the push panicked")?;
    Ok((String::from_utf8(request)?, outcome))
}

#[test]
fn a_gateway_is_pushed_to() -> Result<(), Box<dyn std::error::Error>> {
    let (registry, _) = registry()?;
    let (request, outcome) = gateway("200 OK", move |group| group.replace(&registry))?;
    outcome?;
    assert!(
        request.starts_with("PUT /metrics/job/job/a/b HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request
            .to_ascii_lowercase()
            .contains("content-type: text/plain; version=0.0.4")
    );
    assert!(request.contains("\nrequests_total{code=\"200\",path=\"/a b.c\"} 1\n"));
    let (request, outcome) = gateway("202 Accepted", PushGroup::delete)?;
    outcome?;
    assert!(
        request.starts_with("DELETE /metrics/job/job/a/b HTTP/1.1\r\n"),
        "{request}"
    );
    let (request, outcome) = gateway("400 Bad Request", |group| group.add(&Registry::new()))?;
    assert!(request.starts_with("POST "));
    let refused = outcome.expect_err("the gateway said no").to_string();
    assert_eq!(refused, "the Pushgateway refused with status 400: so");
    Ok(())
}
