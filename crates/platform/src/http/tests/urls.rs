use super::super::url::{form_escaped, join, parse, unescaped};

/// RFC 3986, section 5.4, as far as paths and queries go.
#[test]
fn joins_as_the_rfc_says() {
    let base = "http://a/b/c/d;p?q".parse().expect("the RFC's base");
    let check =
        |location: &str, result: &str| assert_eq!(join(&base, location), result, "{location}");
    check("g:h", "g:h");
    check("g", "http://a/b/c/g");
    check("./g", "http://a/b/c/g");
    check("g/", "http://a/b/c/g/");
    check("/g", "http://a/g");
    check("//g", "http://g");
    check("?y", "http://a/b/c/d;p?y");
    check("g?y", "http://a/b/c/g?y");
    check(";x", "http://a/b/c/;x");
    check(".", "http://a/b/c/");
    check("..", "http://a/b/");
    check("../g", "http://a/b/g");
    check("../..", "http://a/");
    check("../../g", "http://a/g");
    check("../../../g", "http://a/g");
    check("/../g", "http://a/g");
}

#[test]
fn takes_urls_apart() {
    let check = |text: &str, uri: &str, userinfo: Option<&str>| {
        let place = parse(text).expect("a URL");
        assert_eq!(
            (place.uri.to_string().as_str(), place.userinfo.as_deref()),
            (uri, userinfo)
        );
    };
    check("http://a:1", "http://a:1/", None);
    check("https://[::1]:9/x?y#z", "https://[::1]:9/x?y", None);
    check("http://u:p@a/x@y", "http://a/x@y", Some("u:p"));
    check("http://a?x=1", "http://a/?x=1", None);
    for text in [
        "",
        "a/b",
        "http://",
        "http:///x",
        "http://a b/",
        "http://:80/",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn escapes() {
    assert_eq!(form_escaped("a b&é*"), "a+b%26%C3%A9*");
    assert_eq!(unescaped("p%61%zz%4"), "pa%zz%4");
}
