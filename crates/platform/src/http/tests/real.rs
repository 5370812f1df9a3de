use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::serve::{Server, answer};
use super::*;

fn client(options: &ClientOptions) -> SystemClient {
    SystemClient::new(options).expect("a client")
}

async fn check(said: impl Into<Vec<u8>>, got: &str) {
    let said = said.into();
    let server = Server::start(move |_| said.clone()).await;
    assert_eq!(get(&client(&plain()), &server.url("/")).await, got);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory does not fail");
    encoder.finish().expect("memory does not fail")
}

#[tokio::test]
async fn bodies_of_all_forms() {
    check(answer("200 OK", "", "up 1\n"), "200 up 1\n").await;
    check(answer("404 Not Found", "", "no"), "404 no").await;
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
        "200 abcd",
    )
    .await;
    check(
        "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nto the end",
        "200 to the end",
    )
    .await;
    check(
        answer("200 OK", "Content-Encoding: gzip\r\n", gzip(b"packed")),
        "200 packed",
    )
    .await;
    let twice = [gzip(b"one "), gzip(b"two")].concat();
    check(
        answer("200 OK", "Content-Encoding: gzip\r\n", twice),
        "200 one two",
    )
    .await;
    check(answer("200 OK", "Content-Encoding: gzip\r\n", ""), "200 ").await;
}

#[tokio::test]
async fn bodies_that_break() {
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhalf",
        "unexpected EOF",
    )
    .await;
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n9\r\nhalf",
        "unexpected EOF",
    )
    .await;
    let packed = gzip(b"some text that is packed");
    let half = &packed[..packed.len() / 2];
    check(
        answer("200 OK", "Content-Encoding: gzip\r\n", half),
        "gzip: truncated or corrupt stream",
    )
    .await;
    check(
        answer("200 OK", "Content-Encoding: gzip\r\n", "up 1\nup 2\nup 3\n"),
        "gzip: invalid gzip header",
    )
    .await;
    check(
        answer("200 OK", "", "a".repeat(LIMIT)),
        &format!("200 {}", "a".repeat(LIMIT)),
    )
    .await;
    check(
        answer("200 OK", "", "a".repeat(LIMIT + 1)),
        "body size limit exceeded",
    )
    .await;
    let bomb = gzip(&vec![b'0'; LIMIT + 1]);
    assert!(bomb.len() < 4096);
    check(
        answer("200 OK", "Content-Encoding: gzip\r\n", bomb),
        "body size limit exceeded",
    )
    .await;
}

#[tokio::test]
async fn no_answer() {
    let get_root = r#"Get "http://127.0.0.1:PORT/""#;
    check("", &format!("{get_root}: EOF")).await;
    let server = Server::start(|_| b"220 smtp.example ready\r\n".to_vec()).await;
    let shown = get(&client(&plain()), &server.url("/")).await;
    assert!(
        shown.starts_with(&format!("{get_root}: malformed HTTP response")),
        "{shown}"
    );

    let port = unused_port().await;
    let shown = get(&client(&plain()), &format!("http://127.0.0.1:{port}/")).await;
    assert_eq!(
        shown,
        format!("{get_root}: dial tcp 127.0.0.1:PORT: connect: connection refused")
    );

    let shown = get(&client(&plain()), "http://no-such-host.invalid/x").await;
    assert!(
        shown.starts_with(
            r#"Get "http://no-such-host.invalid/x": dial tcp: lookup no-such-host.invalid: "#
        ),
        "{shown}"
    );
    assert_eq!(
        get(&client(&plain()), "ftp://a/").await,
        r#"Get "ftp://a/": unsupported protocol scheme "ftp""#
    );
    assert_eq!(
        get(&client(&plain()), "nothing").await,
        r#"Get "nothing": invalid URL: nothing"#
    );
}

async fn unused_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    listener.local_addr().expect("an address").port()
}

#[tokio::test]
async fn a_server_that_hangs_costs_the_timeout() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/", silent.local_addr().expect("an address"));
    let request = Request::get(&url, Duration::from_millis(20), LIMIT);
    let error = client(&plain())
        .send(&request, &mut Vec::new())
        .await
        .expect_err("no answer");
    assert_eq!(
        error.to_string(),
        format!("Get {url:?}: context deadline exceeded")
    );

    let half =
        Server::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec()).await;
    let request = Request::get(half.url("/"), Duration::from_millis(20), LIMIT);
    let error = client(&plain())
        .send(&request, &mut Vec::new())
        .await
        .expect_err("half an answer");
    assert_eq!(error.to_string(), "context deadline exceeded");
}

/// Asks three times; `connections` are those that were used.
async fn check_connections(said: impl Into<Vec<u8>>, got: &str, connections: [usize; 3]) {
    let said = said.into();
    let server = Server::start(move |_| said.clone()).await;
    let client = client(&plain());
    for _ in 0..3 {
        assert_eq!(get(&client, &server.url("/")).await, got);
    }
    let heads = server.heads();
    let used: Vec<usize> = heads.iter().map(|(connection, _)| *connection).collect();
    assert_eq!(used, connections);
}

/// Answers over one connection, one after the other: what is expected by the last one must not show in the next.
#[tokio::test]
async fn answers_of_all_lengths_follow_each_other() {
    let long = "x".repeat(300_000);
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let packed = gzip(long.as_bytes());
    let said: Vec<(Vec<u8>, &str)> = vec![
        (answer("200 OK", "", "first"), "first"),
        (answer("200 OK", "", "as long"), "as long"),
        (answer("200 OK", "X-Longer: head\r\n", "and"), "and"),
        (answer("200 OK", "X-Longer: head\r\n", &long), &long),
        (answer("200 OK", "X-Longer: head\r\n", &long), &long),
        (answer("200 OK", "", ""), ""),
        (answer("200 OK", "", "short"), "short"),
        (chunked.into(), "abc"),
        (chunked.into(), "abc"),
        (
            answer("200 OK", "Content-Encoding: gzip\r\n", &packed),
            &long,
        ),
        (
            answer("200 OK", "Content-Encoding: gzip\r\n", &packed),
            &long,
        ),
        (
            [
                b"HTTP/1.1 103 Early Hints\r\n\r\n",
                &*answer("200 OK", "", "late"),
            ]
            .concat(),
            "late",
        ),
        (answer("200 OK", "", "last"), "last"),
    ];
    let answers: Vec<Vec<u8>> = said.iter().map(|(answer, _)| answer.clone()).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_| {
        answers[next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)].clone()
    })
    .await;
    let client = client(&plain());
    for (number, (_, body)) in said.iter().enumerate() {
        let got = get(&client, &server.url("/")).await;
        assert!(got == format!("200 {body}"), "answer {number}");
    }
    let connections = server.heads().into_iter().map(|(connection, _)| connection);
    assert_eq!(connections.max(), Some(0));
}

#[tokio::test]
async fn connections_are_kept() {
    check_connections(answer("200 OK", "", "x"), "200 x", [0, 0, 0]).await;
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
    check_connections(chunked, "200 x", [0, 0, 0]).await;
    let none = "HTTP/1.1 204 No Content\r\n\r\n";
    check_connections(none, "204 ", [0, 0, 0]).await;
    let old = "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx";
    check_connections(old, "200 x", [0, 0, 0]).await;
}

#[tokio::test]
async fn connections_are_not_kept() {
    let close = answer("200 OK", "Connection: close\r\n", "x");
    check_connections(close, "200 x", [0, 1, 2]).await;
    let old = "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx";
    check_connections(old, "200 x", [0, 1, 2]).await;
    // What comes unasked could be taken for the next answer.
    let more = [answer("200 OK", "", "x"), answer("200 OK", "", "y")].concat();
    check_connections(more, "200 x", [0, 1, 2]).await;
    let two_lengths = answer("200 OK", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n");
    check_connections(two_lengths, "200 ", [0, 1, 2]).await;
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_not_used() {
    let client = client(&plain());
    let mut port = 0;
    for _ in 0..2 {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
            .await
            .expect("the port, again");
        port = listener.local_addr().expect("an address").port();
        let answered = async {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                assert!(socket.read_buf(&mut head).await.expect("a request") > 0);
            }
            let written = socket.write_all(&answer("200 OK", "", "x")).await;
            written.expect("somebody reads");
        };
        let url = format!("http://127.0.0.1:{port}/");
        let (got, ()) = tokio::join!(get(&client, &url), answered);
        assert_eq!(got, "200 x");
    }
}

#[tokio::test]
async fn heads_of_all_forms() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    let interim = [interim.as_bytes(), &answer("200 OK", "", "x")].concat();
    check(interim, "200 x").await;
    let long = format!("X: {}\r\n", "x".repeat(20_000));
    check(answer("200 OK", &long, "x"), "200 x").await;
    check(answer("200 OK", "Content-Length: 1\r\n", "x"), "200 x").await;

    let malformed = r#"Get "http://127.0.0.1:PORT/": malformed HTTP response: "#;
    for headers in ["Content-Length: 2\r\n", "Content-Length: 1, 1\r\n"] {
        check(
            answer("200 OK", headers, "x"),
            &format!("{malformed}invalid content-length"),
        )
        .await;
    }
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        &format!("{malformed}invalid content-length"),
    )
    .await;
    let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(300_000));
    check(endless, &format!("{malformed}the head is too long")).await;
}

/// The lines of the only request that have one of `names`.
fn sent(server: &Server, names: &[&str]) -> Vec<String> {
    let heads = server.heads();
    let head = &heads.last().expect("a request").1;
    let wanted = |line: &&str| {
        names
            .iter()
            .any(|name| line.to_ascii_lowercase().starts_with(name))
    };
    head.lines().filter(wanted).map(str::to_owned).collect()
}

#[tokio::test]
async fn says_who_we_are() {
    let server = Server::start(|_| answer("200 OK", "", "x")).await;
    let check = async |authorization: Authorization, line: &[&str]| {
        let options = ClientOptions {
            authorization,
            ..plain()
        };
        assert_eq!(get(&client(&options), &server.url("/")).await, "200 x");
        assert_eq!(sent(&server, &["authorization"]), line);
    };
    check(Authorization::None, &[]).await;
    let basic = BasicAuth {
        username: inline("user"),
        password: inline("pass"),
    };
    check(
        Authorization::Basic(basic),
        &["authorization: Basic dXNlcjpwYXNz"],
    )
    .await;

    // A file is read each time, and its line end does not count.
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("token");
    crate::file::replace(&path, b"first\n").expect("written");
    let credentials = SecretSource::File(path.clone());
    let authorization = Authorization::Header {
        kind: "Bearer".to_owned(),
        credentials,
    };
    let rotating = client(&ClientOptions {
        authorization,
        ..plain()
    });
    for token in ["first", "second"] {
        crate::file::replace(&path, format!("{token}\n").as_bytes()).expect("written");
        assert_eq!(get(&rotating, &server.url("/")).await, "200 x");
        assert_eq!(
            sent(&server, &["authorization"]),
            [format!("authorization: Bearer {token}")]
        );
    }

    let with_user = server.url("/").replace("//", "//user:p%61ss@");
    assert_eq!(get(&client(&plain()), &with_user).await, "200 x");
    assert_eq!(
        sent(&server, &["authorization"]),
        ["authorization: Basic dXNlcjpwYXNz"]
    );
}

#[tokio::test]
async fn sends_headers_of_its_own() {
    let server = Server::start(|_| answer("200 OK", "", "x")).await;
    let headers = vec![("X-Scope".to_owned(), vec![inline("a"), inline("b")])];
    assert_eq!(
        get(
            &client(&ClientOptions { headers, ..plain() }),
            &server.url("/")
        )
        .await,
        "200 x"
    );
    assert_eq!(sent(&server, &["x-scope"]), ["x-scope: a", "x-scope: b"]);
}

#[tokio::test]
async fn follows_redirects() {
    let server = Server::start(|head| match head.split(' ').nth(1) {
        Some("/a/old") => answer("301 Moved Permanently", "Location: ../new?x=1\r\n", ""),
        Some("/round") => answer("302 Found", "Location: /round\r\n", ""),
        Some("/nowhere") => answer("307 Temporary Redirect", "", ""),
        Some(path) => answer("200 OK", "", path),
        None => Vec::new(),
    })
    .await;
    let following = client(&plain());
    assert_eq!(get(&following, &server.url("/a/old")).await, "200 /new?x=1");
    let shown = get(&following, &server.url("/round")).await;
    assert_eq!(
        shown,
        r#"Get "http://127.0.0.1:PORT/round": stopped after 10 redirects"#
    );
    let shown = get(&following, &server.url("/nowhere")).await;
    assert_eq!(
        shown,
        r#"Get "http://127.0.0.1:PORT/nowhere": 307 response missing Location header"#
    );
    let staying = client(&ClientOptions {
        follow_redirects: false,
        ..plain()
    });
    assert_eq!(get(&staying, &server.url("/a/old")).await, "301 ");
}

#[tokio::test]
async fn secrets_do_not_follow_to_another_server() {
    let other = Server::start(|_| answer("200 OK", "", "other")).await;
    let location = format!("Location: {}\r\n", other.url("/"));
    let server = Server::start(move |_| answer("302 Found", &location, "")).await;
    let basic = BasicAuth {
        username: inline("user"),
        password: inline("pass"),
    };
    let headers = vec![("X-Key".to_owned(), vec![inline("secret")])];
    let options = ClientOptions {
        authorization: Authorization::Basic(basic),
        headers,
        ..plain()
    };
    assert_eq!(get(&client(&options), &server.url("/")).await, "200 other");
    assert_eq!(sent(&server, &["authorization", "x-key"]).len(), 2);
    assert!(sent(&other, &["authorization", "x-key"]).is_empty());
}

#[tokio::test]
async fn fetches_a_token_once() {
    let tokens = Server::start(
        |head| match head.contains("authorization: Basic aWQ6c2VjcmV0") {
            true => answer(
                "200 OK",
                "",
                r#"{"access_token":"abc","token_type":"bearer","expires_in":3600}"#,
            ),
            false => answer("401 Unauthorized", "", ""),
        },
    )
    .await;
    let server = Server::start(|_| answer("200 OK", "", "x")).await;
    let oauth2 = OAuth2 {
        client_id: "id".to_owned(),
        client_secret: inline("secret"),
        scopes: vec!["read".to_owned(), "all of it".to_owned()],
        token_url: tokens.url("/token"),
        endpoint_params: vec![("audience".to_owned(), "a&b".to_owned())],
        tls: plain().tls,
    };
    let authorization = Authorization::OAuth2(Box::new(oauth2));
    let client = client(&ClientOptions {
        authorization,
        ..plain()
    });
    for _ in 0..2 {
        assert_eq!(get(&client, &server.url("/")).await, "200 x");
        assert_eq!(
            sent(&server, &["authorization"]),
            ["authorization: Bearer abc"]
        );
    }
    assert_eq!(tokens.heads().len(), 1);
    let form = "grant_type=client_credentials&scope=read+all+of+it&audience=a%26b";
    assert_eq!(sent(&tokens, &["grant_type"]), [form]);
}

#[tokio::test]
async fn a_token_server_may_want_the_secret_in_the_form() {
    let tokens = Server::start(
        |head| match head.contains("client_id=id&client_secret=secret") {
            true => answer(
                "200 OK",
                "",
                r#"{"access_token":"abc","expires_in":"3600"}"#,
            ),
            false => answer("401 Unauthorized", "", ""),
        },
    )
    .await;
    let server = Server::start(|_| answer("200 OK", "", "x")).await;
    let oauth2 = |client_secret| OAuth2 {
        client_id: "id".to_owned(),
        client_secret,
        scopes: Vec::new(),
        token_url: tokens.url("/token"),
        endpoint_params: Vec::new(),
        tls: plain().tls,
    };
    let client_of = |oauth2| {
        let authorization = Authorization::OAuth2(Box::new(oauth2));
        client(&ClientOptions {
            authorization,
            ..plain()
        })
    };
    assert_eq!(
        get(&client_of(oauth2(inline("secret"))), &server.url("/")).await,
        "200 x"
    );
    let shown = get(&client_of(oauth2(inline("wrong"))), &server.url("/")).await;
    assert_eq!(
        shown,
        r#"Get "http://127.0.0.1:PORT/": oauth2: cannot fetch token: 401 Unauthorized"#
    );
}

#[tokio::test]
async fn goes_through_a_proxy() {
    let proxy = Server::start(|head| match head.starts_with("CONNECT") {
        true => answer("403 Forbidden", "Connection: close\r\n", ""),
        false => answer("200 OK", "", head.lines().next().unwrap_or_default()),
    })
    .await;
    let url = proxy.url("").replace("//", "//user:pass@");
    let no_proxy = "127.0.0.1".to_owned();
    let connect_headers = vec![("X-Tunnel".to_owned(), vec![inline("yes")])];
    let options = ClientOptions {
        proxy: Proxy::Url {
            url,
            no_proxy,
            connect_headers,
        },
        ..plain()
    };
    let client = client(&options);

    let mut body = Vec::new();
    let request = Request::get("http://behind.example/metrics", TIMEOUT, LIMIT);
    client
        .send(&request, &mut body)
        .await
        .expect("the proxy's answer");
    assert_eq!(
        String::from_utf8_lossy(&body),
        "GET http://behind.example/metrics HTTP/1.1"
    );
    assert_eq!(
        sent(&proxy, &["proxy-auth"]),
        ["proxy-authorization: Basic dXNlcjpwYXNz"]
    );

    let request = Request::get("https://behind.example/metrics", TIMEOUT, LIMIT);
    let error = client
        .send(&request, &mut body)
        .await
        .expect_err("no tunnel")
        .to_string();
    assert!(error.ends_with("/: 403 Forbidden"), "{error}");
    let wanted = ["connect", "proxy-auth", "x-tunnel"];
    let expected = [
        "CONNECT behind.example:443 HTTP/1.1",
        "proxy-authorization: Basic dXNlcjpwYXNz",
        "x-tunnel: yes",
    ];
    assert_eq!(sent(&proxy, &wanted), expected);

    let straight = Server::start(|_| answer("200 OK", "", "straight")).await;
    assert_eq!(get(&client, &straight.url("/")).await, "200 straight");
}

#[test]
fn says_what_it_can_not_do() {
    let check = |change: fn(&mut ClientOptions), message: &str| {
        let mut options = plain();
        change(&mut options);
        let error = SystemClient::new(&options).err().expect("no client");
        assert_eq!(error.to_string(), message);
    };
    let ca = |text: &str| Some(inline(text));
    check(
        |o| o.tls.max_version = Some(TlsVersion::Tls11),
        "TLS versions before 1.2 are not supported: raise max_version",
    );
    check(
        |o| {
            o.tls.min_version = Some(TlsVersion::Tls13);
            o.tls.max_version = Some(TlsVersion::Tls12);
        },
        "no TLS version is left between min_version and max_version",
    );
    check(
        |o| o.tls.server_name = Some("a b".to_owned()),
        "invalid TLS server name: a b",
    );
    check(
        |o| o.tls.ca = Some(SecretSource::File("/no/such.pem".into())),
        "open /no/such.pem: no such file or directory",
    );
    let mut options = plain();
    options.tls.ca = ca("no certificate");
    let error = SystemClient::new(&options)
        .err()
        .expect("no client")
        .to_string();
    assert_eq!(
        error,
        "unable to use the CA certificates: no certificate in the PEM text"
    );
    check(
        |o| {
            let (url, no_proxy) = ("socks5://p:1080".to_owned(), String::new());
            o.proxy = Proxy::Url {
                url,
                no_proxy,
                connect_headers: Vec::new(),
            };
        },
        "unsupported proxy: socks5://p:1080, use a URL that begins with http://",
    );
}
