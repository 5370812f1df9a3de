use super::*;

#[test]
fn a_head_is_read() {
    let head = "GET /metrics?name%5B%5D=up&name[]=a%20b&x=1 HTTP/1.1\r\nHost: x\r\naccept: a\r\nACCEPT: b\r\nAccept-Encoding: gzip\r\n\r\n";
    let request = Request::parse(head).expect("a head");
    assert_eq!((&*request.method, &*request.path), ("GET", "/metrics"));
    assert_eq!(
        (&*request.accept, &*request.accept_encoding),
        ("a,b", "gzip")
    );
    let wants = |name| {
        request
            .selection()
            .wants(&crate::Description::gauge(name, ""))
    };
    assert!(wants("up") && wants("a b") && !wants("x"));
    let all = Request::parse("GET / HTTP/1.0\r\n\r\n")
        .expect("a head")
        .selection();
    assert!(all.wants(&crate::Description::gauge("x", "")));
}

#[test]
fn what_is_no_head_is_refused() -> io::Result<()> {
    for wrong in [
        "",
        "GET",
        "GET /",
        "GET / HTTP/2.0",
        "GET / HTTP/1.1 x",
        "GET  / HTTP/1.1",
    ] {
        assert_eq!(Request::parse(wrong), None, "{wrong:?}");
    }
    // Ends early; has no end; is not text.
    assert_eq!(Request::read(&mut &b"GET / HTTP/1.1\r\n"[..])?, None);
    assert_eq!(Request::read(&mut io::repeat(b'x'))?, None);
    assert_eq!(Request::read(&mut &b"\xff / HTTP/1.1\r\n\r\n"[..])?, None);
    Ok(())
}

#[test]
fn percent_encoding() {
    for (text, expected) in [
        ("a%2Fb", "a/b"),
        ("a+b", "a b"),
        ("100%", "100%"),
        ("%zz", "%zz"),
    ] {
        assert_eq!(decoded(text), expected);
    }
}
