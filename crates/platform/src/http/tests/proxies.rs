use super::super::proxy::Route;
use super::*;

fn check(no_proxy: &str, url: &str, through_proxy: bool) {
    let route = Route::new(&Proxy::Url {
        url: "proxy:3128".to_owned(),
        no_proxy: no_proxy.to_owned(),
        connect_headers: Vec::new(),
    });
    let server = route
        .expect("a route")
        .server(&url.parse().expect("a URL"))
        .is_some();
    assert_eq!(server, through_proxy, "{no_proxy} {url}");
}

#[test]
fn exceptions_as_curl_and_go_read_them() {
    check("", "http://a.example/", true);
    check("*", "http://a.example/", false);
    check("a.example", "http://a.example/", false);
    check("a.example", "http://b.a.example:1/", false);
    check("a.example", "http://ba.example/", true);
    check("A.Example, c", "http://c/", false);
    check(".a.example", "http://a.example/", true);
    check(".a.example", "http://b.a.example/", false);
    check("*.a.example", "http://b.a.example/", false);
    check("a.example:8080", "http://a.example/", true);
    check("a.example:8080", "http://a.example:8080/", false);
    check("a.example:443", "https://a.example/", false);
    check("10.0.0.0/8", "http://10.200.3.4/", false);
    check("10.0.0.0/8", "http://11.0.0.1/", true);
    check("10.1.2.3", "http://10.1.2.3/", false);
    check("10.1.2.3:80", "http://10.1.2.3:81/", true);
    check("fd00::/8", "http://[fd12::1]/", false);
    check("::1", "http://[::1]:9090/", false);
    check("[::1]:9090", "http://[::1]:9090/", false);
    check("0.0.0.0/0", "http://1.2.3.4/", false);
    check("0.0.0.0/0", "http://[::1]/", true);
}
