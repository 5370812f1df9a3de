//! The endpoint over a real socket.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use ferula::{Endpoint, Gauge, Registry};

fn ask(address: SocketAddr, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn a_page_over_http() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::new();
    Gauge::builder("up", "Up.").register(&registry)?.set(1.0);
    Gauge::builder("down", "Down.").register(&registry)?;
    let endpoint = Endpoint::start("127.0.0.1:0", registry)?;
    let check = |request: &str, status: &str, body: &str| {
        let answer = ask(endpoint.address(), request).expect("an answer");
        let (head, found) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{request}: {head}"
        );
        assert_eq!(found, body, "{request}");
        head.to_owned()
    };
    let up = "# HELP up Up.\n# TYPE up gauge\nup 1\n";
    let head = check(
        "GET /metrics?name[]=up HTTP/1.1\r\nHost: x\r\n\r\n",
        "200 OK",
        up,
    );
    assert!(head.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8"));
    assert!(head.contains(&format!("Content-Length: {}", up.len())));
    let open = "# HELP up Up.\n# TYPE up gauge\nup 1.0\n# EOF\n";
    let request = "GET /metrics?name[]=up HTTP/1.1\r\nAccept: application/openmetrics-text; version=1.0.0\r\n\r\n";
    check(request, "200 OK", open);
    check("HEAD /metrics HTTP/1.1\r\n\r\n", "200 OK", "");
    check(
        "GET / HTTP/1.1\r\n\r\n",
        "404 Not Found",
        "metrics are at /metrics\n",
    );
    check("nonsense\r\n\r\n", "400 Bad Request", "bad request\n");
    let only = "only GET and HEAD are answered\n";
    check(
        "POST /metrics HTTP/1.1\r\n\r\n",
        "405 Method Not Allowed",
        only,
    );
    let address = endpoint.address();
    drop(endpoint);
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
    Ok(())
}
