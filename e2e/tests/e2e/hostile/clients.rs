//! Clients that send half a request, none at all, or far too much.

use std::io::{Read, Write};
use std::net::TcpStream;

use e2e::{Sandbox, get, wait_until};

use super::{RESIDENT_BYTES_MAX, Watch};

fn connect(watch: &Watch) -> TcpStream {
    TcpStream::connect(("127.0.0.1", watch.ferula.port)).expect("a connection")
}

/// What comes back when these bytes are sent and nothing after them.
fn send(watch: &Watch, bytes: &[u8]) -> String {
    let mut stream = connect(watch);
    stream.write_all(bytes).expect("it is read");
    let mut answer = Vec::new();
    // A server that has had enough may cut the connection after its answer.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn what_is_no_request_is_answered_and_closed() {
    let sandbox = Sandbox::new("no_request");
    let watch = Watch::start(&sandbox, "500ms", &[], &["--web.read-timeout=1s"]);
    let head = "POST /api/v1/query HTTP/1.1\r\nHost: ferula\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let form_too_long = [
        format!("{head}Connection: close\r\nContent-Length: 20000000\r\n\r\nquery=").into_bytes(),
        vec![b'x'; 10 << 20],
    ]
    .concat();
    let line_too_long = format!("GET /api/v1/query?query={}", "x".repeat(64 << 10));
    let many_headers = format!(
        "GET / HTTP/1.1\r\n{}\r\n",
        "X-More: and more\r\n".repeat(1000)
    );
    let cases: [(&str, &[u8], &str); 7] = [
        (
            "not_http",
            b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n\r\n",
            "HTTP/1.1 400 ",
        ),
        ("binary", &[0xff; 4096], "HTTP/1.1 400 "),
        ("line_too_long", line_too_long.as_bytes(), "HTTP/1.1 4"),
        ("many_headers", many_headers.as_bytes(), "HTTP/1.1 431 "),
        ("form_too_long", &form_too_long, "HTTP/1.1 400 "),
        (
            "negative_length",
            b"POST /api/v1/query HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 400 ",
        ),
        (
            "two_lengths",
            b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
            "HTTP/1.1 400 ",
        ),
    ];
    for (name, bytes, words) in cases {
        let answer = send(&watch, bytes);
        assert!(answer.starts_with(words), "{name}: {answer:.300}");
    }
    watch.expect_well("what is no request", RESIDENT_BYTES_MAX);
}

/// More connections than may be open, each with half a request that never ends: they lose their places.
#[test]
fn clients_that_never_finish_lose_their_connections() {
    const PLACES: usize = 16;
    let sandbox = Sandbox::new("never_finish");
    let places = format!("--web.max-connections={PLACES}");
    let watch = Watch::start(&sandbox, "500ms", &[], &[&places, "--web.read-timeout=1s"]);
    let mut streams: Vec<TcpStream> = (0..PLACES * 2).map(|_| connect(&watch)).collect();
    for stream in &mut streams {
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: fer")
            .expect("half a request");
    }
    // Whoever comes after them is answered, once the first have lost their places.
    wait_until("others are answered", || {
        get(&watch.ferula.url, "/-/healthy")
            .ok()
            .filter(|answer| answer.status == 200)
    });
    for mut stream in streams {
        let _ = stream.read_to_end(&mut Vec::new());
    }
    watch.expect_well("clients that never finish", RESIDENT_BYTES_MAX);
}

/// Clients that go away while their query runs or its answer is sent.
#[test]
fn clients_that_go_away_take_their_queries_with_them() {
    let sandbox = Sandbox::new("go_away");
    let watch = Watch::start(&sandbox, "500ms", &[], &[]);
    let path =
        "/api/v1/query?query=max_over_time(sum_over_time(vector(time())%5B1d:1s%5D)%5B1d:1s%5D)";
    let running = || {
        let page = get(&watch.ferula.url, "/metrics").expect("its page").body;
        let mut lines = page.lines();
        lines.find_map(|line| {
            line.strip_prefix("prometheus_engine_queries ")?
                .parse()
                .ok()
        })
    };
    let mut streams: Vec<TcpStream> = (0..40).map(|_| connect(&watch)).collect();
    for stream in &mut streams {
        write!(stream, "GET {path} HTTP/1.1\r\nHost: ferula\r\n\r\n").expect("a request");
    }
    wait_until("all have come", || (running() == Some(40)).then_some(()));
    drop(streams);
    wait_until("no query runs any more", || {
        (running() == Some(0)).then_some(())
    });
    watch.expect_well("clients that went away", RESIDENT_BYTES_MAX);
}
