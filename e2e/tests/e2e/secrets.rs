//! Targets behind passwords, tokens and TLS: the right configuration is let in, the wrong one fails and says why.

use std::io::Write;
use std::process::Command;

use e2e::{
    Program, Sandbox, Target, configuration, ferula, free_port, get, job, program_or_skip, run,
    targets, wait_until,
};

/// A job, further lines of its configuration, and the words of its error; none when it is let in.
type Case<'a> = (&'a str, &'a str, &'a [&'a str]);

/// Scrapes `address` with all jobs of `cases` at once and waits until each is as expected.
fn check(sandbox: &Sandbox, address: &str, cases: &[Case<'_>]) -> Program {
    let jobs: Vec<String> = cases
        .iter()
        .map(|(name, more, _)| job(name, address, more))
        .collect();
    let file = sandbox.write("ferula.yml", &configuration("1s", &jobs));
    let ferula = ferula(sandbox, &[&format!("--config.file={}", file.display())]);
    for (name, _, words) in cases {
        expect(&ferula, name, words);
    }
    ferula
}

fn expect(ferula: &Program, name: &str, words: &[&str]) {
    let health = if words.is_empty() { "up" } else { "down" };
    let error = wait_until(&format!("{name} is {health}"), || {
        let target = targets(&ferula.url, name).into_iter().next()?;
        (target["health"] == health).then(|| target["lastError"].as_str().map(str::to_owned))
    });
    let error = error.expect("a text");
    assert_eq!(error.is_empty(), words.is_empty(), "{name}: {error}");
    for word in words {
        assert!(error.contains(word), "{name}: {word} in {error}");
    }
}

/// A target that shows its page to whoever sends this header, and 401 to others.
fn guarded(header: &'static str, expected: &'static str) -> Target {
    Target::playing(move |request, stream| {
        let (status, page) = if request.header(header) == expected {
            ("200 OK", "shown 7\n")
        } else {
            ("401 Unauthorized", "")
        };
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        )
    })
}

const UNAUTHORIZED: &[&str] = &["server returned HTTP status 401 Unauthorized"];

#[test]
fn a_target_behind_a_password() {
    let sandbox = Sandbox::new("password");
    // What printf 'ferula:hush-hush' | base64 says.
    let target = guarded("authorization", "Basic ZmVydWxhOmh1c2gtaHVzaA==");
    sandbox.write("password", "hush-hush\n");
    sandbox.write("changed", "not yet\n");
    let ferula = check(
        &sandbox,
        &target.address,
        &[
            (
                "right",
                "basic_auth: {username: ferula, password: hush-hush}",
                &[],
            ),
            (
                "from_file",
                "basic_auth: {username: ferula, password_file: password}",
                &[],
            ),
            (
                "wrong",
                "basic_auth: {username: ferula, password: guess}",
                UNAUTHORIZED,
            ),
            ("none", "", UNAUTHORIZED),
            (
                "no_file",
                "basic_auth: {username: ferula, password_file: nowhere}",
                &["nowhere", "no such file"],
            ),
            (
                "changed",
                "basic_auth: {username: ferula, password_file: changed}",
                UNAUTHORIZED,
            ),
        ],
    );
    // Passwords are changed while we run, without a reload.
    sandbox.write("changed", "hush-hush\n");
    expect(&ferula, "changed", &[]);
    keeps_secret(&ferula, "hush-hush");
}

#[test]
fn a_target_behind_a_token() {
    let sandbox = Sandbox::new("token");
    let target = guarded("authorization", "Bearer open-sesame");
    sandbox.write("token", "open-sesame\n");
    let ferula = check(
        &sandbox,
        &target.address,
        &[
            ("right", "authorization: {credentials: open-sesame}", &[]),
            (
                "from_file",
                "authorization: {type: Bearer, credentials_file: token}",
                &[],
            ),
            ("old_way", "bearer_token: open-sesame", &[]),
            (
                "wrong_type",
                "authorization: {type: Token, credentials: open-sesame}",
                UNAUTHORIZED,
            ),
            ("wrong", "authorization: {credentials: guess}", UNAUTHORIZED),
        ],
    );
    keeps_secret(&ferula, "open-sesame");
}

#[test]
fn a_target_behind_a_header_of_its_own() {
    let sandbox = Sandbox::new("header");
    let target = guarded("x-tenant", "fruit");
    check(
        &sandbox,
        &target.address,
        &[
            ("right", "http_headers: {X-Tenant: {values: [fruit]}}", &[]),
            (
                "wrong",
                "http_headers: {X-Tenant: {values: [wood]}}",
                UNAUTHORIZED,
            ),
        ],
    );
}

#[test]
fn a_target_that_sends_us_elsewhere() {
    let sandbox = Sandbox::new("redirect");
    let target = Target::playing(|request, stream| {
        let (status, more, page) = match request.path.as_str() {
            "/metrics" => ("308 Permanent Redirect", "Location: /metrics/\r\n", ""),
            "/round" => ("302 Found", "Location: /round\r\n", ""),
            _ => (
                "200 OK",
                "Content-Type: text/plain; version=0.0.4\r\n",
                "shown 7\n",
            ),
        };
        write!(
            stream,
            "HTTP/1.1 {status}\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        )
    });
    check(
        &sandbox,
        &target.address,
        &[
            ("followed", "", &[]),
            ("direct", "metrics_path: /metrics/", &[]),
            (
                "not_followed",
                "follow_redirects: false",
                &["HTTP status 308"],
            ),
            (
                "in_a_circle",
                "metrics_path: /round",
                &["stopped after 10 redirects"],
            ),
        ],
    );
}

/// No answer and no log line shows it.
fn keeps_secret(ferula: &Program, secret: &str) {
    let config = get(&ferula.url, "/api/v1/status/config")
        .expect("an answer")
        .body;
    // JSON as Prometheus writes it: safe to stand in HTML.
    assert!(config.contains("\\u003csecret\\u003e"), "{config}");
    let targets = get(&ferula.url, "/api/v1/targets").expect("an answer").body;
    for text in [config, targets, ferula.printed()] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn a_target_behind_tls() {
    let sandbox = Sandbox::new("tls");
    let Some(address) = tls_target(&sandbox, false) else {
        return;
    };
    check(
        &sandbox,
        &address.0,
        &[
            ("right", "scheme: https\ntls_config: {ca_file: ca.pem}", &[]),
            (
                "by_name",
                "scheme: https\ntls_config: {ca_file: ca.pem, server_name: shop.example}",
                &[],
            ),
            (
                "careless",
                "scheme: https\ntls_config: {insecure_skip_verify: true}",
                &[],
            ),
            (
                "unknown_authority",
                "scheme: https",
                &["certificate signed by unknown authority"],
            ),
            (
                "other_authority",
                "scheme: https\ntls_config: {ca_file: other.pem}",
                &["certificate signed by unknown authority"],
            ),
            (
                "wrong_name",
                "scheme: https\ntls_config: {ca_file: ca.pem, server_name: other.example}",
                &["certificate is not valid for the name other.example"],
            ),
            ("plain", "", &["EOF"]),
        ],
    );
}

#[test]
fn a_target_that_wants_our_certificate() {
    let sandbox = Sandbox::new("mutual_tls");
    let Some(address) = tls_target(&sandbox, true) else {
        return;
    };
    check(
        &sandbox,
        &address.0,
        &[
            (
                "right",
                "scheme: https\ntls_config: {ca_file: ca.pem, cert_file: own.pem, key_file: own.key}",
                &[],
            ),
            (
                "none",
                "scheme: https\ntls_config: {ca_file: ca.pem}",
                &["tls: ", "CertificateRequired"],
            ),
            (
                "of_others",
                "scheme: https\ntls_config: {ca_file: ca.pem, cert_file: other.pem, key_file: other.key}",
                &["tls: "],
            ),
        ],
    );
}

#[test]
fn a_target_without_tls_where_we_expect_it() {
    let sandbox = Sandbox::new("no_tls");
    let plain = ferula(&Sandbox::new("no_tls_target"), &[]);
    let address = format!("127.0.0.1:{}", plain.port);
    let words = ["tls: first record does not look like a TLS handshake"];
    check(&sandbox, &address, &[("https", "scheme: https", &words)]);
}

/// One job's missing certificate is told, and costs the other jobs nothing; a reload that would bring it is refused.
#[test]
fn a_certificate_that_is_not_there() {
    let sandbox = Sandbox::new("no_certificate");
    let good = Target::showing("text/plain; version=0.0.4", "shown 7\n");
    let more = "scheme: https\ntls_config: {ca_file: nowhere.pem}";
    let jobs = [
        job("good", &good.address, ""),
        job("shop", "127.0.0.1:1", more),
    ];
    let file = sandbox
        .write("ferula.yml", &configuration("1s", &jobs))
        .display()
        .to_string();
    let ferula = ferula(&sandbox, &[&format!("--config.file={file}")]);
    expect(&ferula, "good", &[]);
    for words in ["shop", "nowhere.pem", "no such file"] {
        assert!(
            ferula.printed().contains(words),
            "{words} in {}",
            ferula.printed()
        );
    }
}

/// Starts a target behind TLS; its address. Beside it lie `ca.pem` that vouches for it, `own.pem` that it takes from clients, and `other.pem`
/// that has nothing to do with it.
fn tls_target(sandbox: &Sandbox, mutual: bool) -> Option<(String, Program)> {
    program_or_skip("openssl")?;
    let mut python = program_or_skip("python3")?;
    let authority = ["-CA", "ca.pem", "-CAkey", "ca.key"];
    certificate(sandbox, "ca", "/CN=authority", &[]);
    certificate(sandbox, "other", "/CN=other", &[]);
    let names = [
        "-addext",
        "subjectAltName=IP:127.0.0.1,DNS:shop.example",
        "-addext",
        "basicConstraints=CA:FALSE",
    ];
    certificate(
        sandbox,
        "server",
        "/CN=shop.example",
        &[authority, names].concat(),
    );
    certificate(
        sandbox,
        "own",
        "/CN=ferula",
        &[&authority[..], &["-addext", "basicConstraints=CA:FALSE"]].concat(),
    );
    let port = free_port();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/tls_target.py");
    python.args([script, &port.to_string(), "server.pem", "server.key"]);
    if mutual {
        python.arg("ca.pem");
    }
    // Plain HTTP is refused, so the first answer is that it listens.
    let program = Program::start_listening(sandbox, "tls_target", python, port);
    Some((format!("127.0.0.1:{port}"), program))
}

/// Makes `<name>.pem` and `<name>.key`.
fn certificate(sandbox: &Sandbox, name: &str, subject: &str, more: &[&str]) {
    let mut openssl = Command::new("openssl");
    openssl.current_dir(sandbox.path()).args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        subject,
        "-keyout",
        &format!("{name}.key"),
        "-out",
        &format!("{name}.pem"),
    ]);
    let ended = run(
        {
            openssl.args(more);
            openssl
        },
        b"",
    );
    assert_eq!(ended.code, Some(0), "openssl: {}", ended.err);
}
