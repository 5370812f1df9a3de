use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::serve::answer;
use super::*;

const CA: &str = include_str!("pem/ca.pem");
const SERVER: (&str, &str) = (
    include_str!("pem/server.pem"),
    include_str!("pem/server.key"),
);
const CLIENT: (&str, &str) = (
    include_str!("pem/client.pem"),
    include_str!("pem/client.key"),
);

fn chain(pem: &str) -> Vec<CertificateDer<'static>> {
    let parsed: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    parsed.expect("the test's own certificates")
}

fn key(pem: &str) -> PrivateKeyDer<'static> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).expect("the test's own key")
}

/// A server that answers each connection's first request with the application protocol that was agreed on.
async fn serve(wants_client_certificate: bool, protocols: &[&[u8]]) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3");
    let builder = if wants_client_certificate {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(chain(CA));
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
        builder.with_client_cert_verifier(verifier.expect("a CA"))
    } else {
        builder.with_no_client_auth()
    };
    let mut config = builder
        .with_single_cert(chain(SERVER.0), key(SERVER.1))
        .expect("a certificate with its key");
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut socket) = acceptor.accept(socket).await else {
                    return;
                };
                let agreed = socket
                    .get_ref()
                    .1
                    .alpn_protocol()
                    .unwrap_or(b"none")
                    .to_vec();
                if agreed == b"h2" {
                    return answer_in_http2(socket).await;
                }
                let mut request = [0; 4096];
                let Ok(1..) = socket.read(&mut request).await else {
                    return;
                };
                let bytes = answer("200 OK", "Connection: close\r\n", agreed);
                // A client that has gone away is the test's business.
                let _ = socket.write_all(&bytes).await;
                let _ = socket.shutdown().await;
            });
        }
    });
    port
}

/// Answers each request with its version.
async fn answer_in_http2(socket: TlsStream<TcpStream>) {
    let service = service_fn(|request: http::Request<Incoming>| async move {
        let version = format!("{:?}", request.version());
        Ok::<_, Infallible>(http::Response::new(Full::new(Bytes::from(version))))
    });
    // It ends when the client goes away.
    let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(socket), service)
        .await;
}

/// `PORT` in `url` is the server's.
async fn check(port: u16, url: &str, change: impl FnOnce(&mut TlsOptions), got: &str) {
    let mut options = plain();
    options.enable_http2 = false;
    change(&mut options.tls);
    let client = SystemClient::new(&options).expect("a client");
    let shown = get(&client, &url.replace("PORT", &port.to_string())).await;
    assert_eq!(shown, got);
}

fn trusting(tls: &mut TlsOptions) {
    tls.ca = Some(inline(CA));
}

#[tokio::test]
async fn trusts_whom_it_should() {
    let port = serve(false, &[]).await;
    let (by_name, by_address) = ("https://localhost:PORT/", "https://127.0.0.1:PORT/");
    check(port, by_name, trusting, "200 none").await;
    check(port, by_address, trusting, "200 none").await;
    let failed = |url: &str, reason: &str| {
        format!("Get {url:?}: tls: failed to verify certificate: x509: {reason}")
    };
    check(
        port,
        by_name,
        |_| {},
        &failed(by_name, "certificate signed by unknown authority"),
    )
    .await;
    check(
        port,
        by_name,
        |tls| tls.insecure_skip_verify = true,
        "200 none",
    )
    .await;
    let other_name = |tls: &mut TlsOptions| {
        trusting(tls);
        tls.server_name = Some("other.example".to_owned());
    };
    let reason = "certificate is not valid for the name other.example";
    check(port, by_address, other_name, &failed(by_address, reason)).await;
    let right_name = |tls: &mut TlsOptions| {
        trusting(tls);
        tls.server_name = Some("localhost".to_owned());
    };
    check(port, by_address, right_name, "200 none").await;
    for version in [TlsVersion::Tls12, TlsVersion::Tls13] {
        let only = |tls: &mut TlsOptions| {
            trusting(tls);
            (tls.min_version, tls.max_version) = (Some(version), Some(version));
        };
        check(port, by_name, only, "200 none").await;
    }
}

#[tokio::test]
async fn shows_its_certificate() {
    let port = serve(true, &[]).await;
    let with_certificate = |tls: &mut TlsOptions| {
        trusting(tls);
        tls.certificate = Some((inline(CLIENT.0), inline(CLIENT.1)));
    };
    check(
        port,
        "https://localhost:PORT/",
        with_certificate,
        "200 none",
    )
    .await;
    let mut options = plain();
    trusting(&mut options.tls);
    let client = SystemClient::new(&options).expect("a client");
    let shown = get(&client, &format!("https://localhost:{port}/")).await;
    assert!(shown.starts_with("Get "), "{shown}");
}

#[tokio::test]
async fn says_that_a_server_speaks_no_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a client");
        let bytes = answer("400 Bad Request", "", Vec::new());
        socket.write_all(&bytes).await.expect("it listens");
        // Whatever it says goes unread, but the connection stays until it has read the answer.
        let _ = socket.read_to_end(&mut Vec::new()).await;
    });
    let url = "https://localhost:PORT/";
    let words = format!("Get {url:?}: tls: first record does not look like a TLS handshake");
    check(port, url, trusting, &words).await;
}

#[tokio::test]
async fn offers_http2_only_when_enabled() {
    let port = serve(false, &[b"h2", b"http/1.1"]).await;
    // Without the offer the server has nothing to choose from, and speaks HTTP/1.1.
    check(port, "https://localhost:PORT/", trusting, "200 none").await;
    let mut options = plain();
    trusting(&mut options.tls);
    let client = SystemClient::new(&options).expect("a client");
    let shown = get(&client, &format!("https://localhost:{port}/")).await;
    assert_eq!(shown, "200 HTTP/2.0");
}

#[tokio::test]
async fn certificates_can_be_replaced() {
    let port = serve(false, &[]).await;
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("ca.pem");
    let write = |pem: &str| crate::file::replace(&path, pem.as_bytes()).expect("written");
    // A CA that did not sign the server's certificate.
    write(CLIENT.0);
    let mut options = plain();
    options.tls.ca = Some(SecretSource::File(path.clone()));
    let client = SystemClient::new(&options).expect("a client");
    let url = format!("https://localhost:{port}/");
    let shown = get(&client, &url).await;
    assert!(
        shown.ends_with("x509: certificate signed by unknown authority"),
        "{shown}"
    );
    write(CA);
    assert_eq!(get(&client, &url).await, "200 none");
    write("nothing");
    let shown = get(&client, &url).await;
    assert!(shown.ends_with("no certificate in the PEM text"), "{shown}");
}

/// A proxy that opens tunnels, all of them to `port`. It answers with what it was asked for.
async fn tunnel_to(port: u16) -> (u16, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let own_port = listener.local_addr().expect("an address").port();
    let (asked, questions) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let asked = asked.clone();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(1..) = client.read_buf(&mut head).await else {
                        return;
                    };
                }
                let first_line = String::from_utf8_lossy(&head)
                    .lines()
                    .next()
                    .map(str::to_owned);
                // When nobody listens any more, the test is over.
                let _ = asked.send(first_line.unwrap_or_default());
                let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await else {
                    return;
                };
                let _ = client
                    .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    .await;
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (own_port, questions)
}

#[tokio::test]
async fn goes_through_a_tunnel() {
    let port = serve(false, &[]).await;
    let (proxy_port, mut asked) = tunnel_to(port).await;
    let mut options = plain();
    trusting(&mut options.tls);
    options.proxy = Proxy::Url {
        url: format!("http://127.0.0.1:{proxy_port}"),
        no_proxy: String::new(),
        connect_headers: Vec::new(),
    };
    let client = SystemClient::new(&options).expect("a client");
    // The name is the proxy's to resolve, and the certificate's to prove.
    assert_eq!(get(&client, "https://localhost/").await, "200 none");
    assert_eq!(
        asked.recv().await.as_deref(),
        Some("CONNECT localhost:443 HTTP/1.1")
    );
}
