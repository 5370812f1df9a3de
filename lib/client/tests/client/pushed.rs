//! What a Pushgateway gets, over real sockets, in the clear and not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use ferula::{Counter, PushError, PushGroup, Registry};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

type Failure = Box<dyn std::error::Error>;
/// What a gateway heard, and what became of the push.
type Both<H> = (H, Result<(), PushError>);

const AUTHORITY: &[u8] = include_bytes!("../pem/ca.pem");

fn registry() -> Result<Registry, ferula::Error> {
    let registry = Registry::new();
    let requests = Counter::builder("requests", "").labels(["code", "path"]);
    requests.register(&registry)?.with(&["200", "/a b.c"]).inc();
    Ok(registry)
}

/// Reads one request and answers it.
fn answer(stream: &mut (impl Read + Write), status: &str) -> Result<String, Failure> {
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
    stream.flush()?;
    Ok(String::from_utf8(request)?)
}

/// A gateway that answers once, and what it was told; nothing, when they did not agree on how to talk.
fn gateway(
    scheme: &str,
    serve: impl FnOnce(TcpStream) -> Result<String, Failure>,
    push: impl FnOnce(PushGroup) -> Result<(), PushError> + Send + 'static,
) -> Result<Both<Result<String, Failure>>, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let url = format!("{scheme}://localhost:{port}/behind/");
    let pushing = std::thread::spawn(move || push(PushGroup::new(&url, "job").with("a", "b")));
    let heard = serve(listener.accept()?.0);
    let outcome = pushing.join().map_err(|_| "the push panicked")?;
    Ok((heard, outcome))
}

fn in_the_clear(
    status: &'static str,
    push: impl FnOnce(PushGroup) -> Result<(), PushError> + Send + 'static,
) -> Result<Both<String>, Failure> {
    let (heard, outcome) = gateway("http", |mut stream| answer(&mut stream, status), push)?;
    Ok((heard?, outcome))
}

fn with_tls(mut stream: TcpStream) -> Result<String, Failure> {
    let chain = CertificateDer::from_pem_slice(include_bytes!("../pem/server.pem"))?;
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../pem/server.key"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)?;
    let mut connection = ServerConnection::new(Arc::new(config))?;
    connection.complete_io(&mut stream)?;
    let mut stream = StreamOwned::new(connection, stream);
    let heard = answer(&mut stream, "200 OK");
    stream.conn.send_close_notify();
    stream.flush()?;
    heard
}

#[test]
fn a_gateway_is_pushed_to() -> Result<(), Failure> {
    let shown = registry()?;
    let (request, outcome) = in_the_clear("200 OK", move |group| group.replace(&shown))?;
    outcome?;
    assert!(
        request.starts_with("PUT /behind/metrics/job/job/a/b HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request
            .to_ascii_lowercase()
            .contains("content-type: text/plain; version=0.0.4")
    );
    assert!(request.contains("\nrequests_total{code=\"200\",path=\"/a b.c\"} 1\n"));
    let (request, outcome) = in_the_clear("202 Accepted", |group| group.delete())?;
    outcome?;
    assert!(
        request.starts_with("DELETE /behind/metrics/job/job/a/b HTTP/1.1\r\n"),
        "{request}"
    );
    let add = |group: PushGroup| group.bearer("tok").add(&Registry::new());
    let (request, outcome) = in_the_clear("400 Bad Request", add)?;
    assert!(request.starts_with("POST "));
    assert!(
        request
            .to_ascii_lowercase()
            .contains("authorization: bearer tok\r\n")
    );
    let refused = outcome.expect_err("the gateway said no").to_string();
    assert_eq!(refused, "the Pushgateway refused with status 400: so");
    Ok(())
}

#[test]
fn a_gateway_that_an_authority_vouches_for_is_pushed_to() -> Result<(), Failure> {
    let shown = registry()?;
    let (heard, outcome) = gateway("https", with_tls, move |group| {
        group.authorities(AUTHORITY).replace(&shown)
    })?;
    outcome?;
    assert!(heard?.contains("\nrequests_total{code=\"200\",path=\"/a b.c\"} 1\n"));
    Ok(())
}

#[test]
fn a_gateway_that_nobody_vouches_for_gets_nothing() -> Result<(), Failure> {
    let shown = registry()?;
    let (heard, outcome) = gateway("https", with_tls, move |group| group.replace(&shown))?;
    assert!(heard.is_err(), "it must not see a page");
    let refused = outcome.expect_err("it is not trusted");
    assert!(matches!(refused, PushError::Tls { .. }), "{refused}");
    let said = refused.to_string();
    assert!(
        said.starts_with("the Pushgateway https://localhost:"),
        "{said}"
    );
    assert!(
        said.ends_with("an authority of your own is named with `authorities`"),
        "{said}"
    );
    Ok(())
}

#[test]
fn what_cannot_be_pushed_to_is_named() -> Result<(), Failure> {
    let check = |group: PushGroup, expected: &str| {
        let said = group.delete().expect_err("nothing is there").to_string();
        assert!(said.starts_with(expected), "{said}");
    };
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let gone = format!("127.0.0.1:{port}");
    let expected = format!("cannot reach the Pushgateway http://{gone}: ");
    check(PushGroup::new(&gone, "job"), &expected);
    let expected = "cannot push to this address: ftp://host, only http:// and https:// are known";
    check(PushGroup::new("ftp://host", "job"), expected);
    let no_authority = PushGroup::new("https://host", "job").authorities(b"none");
    let expected = "cannot read the authorities to be trusted: no certificate in the PEM text";
    check(no_authority, expected);
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let url = silent.local_addr()?.to_string();
    let slow = PushGroup::new(&url, "job").timeout(Duration::from_millis(50));
    let expected = format!("no answer from the Pushgateway http://{url} within 50ms");
    check(slow, &expected);
    Ok(())
}
