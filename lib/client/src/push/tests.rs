use super::*;

/// The gateway's documentation: `job@base64` for slashes, `=` for an empty value.
#[test]
fn groups_are_paths() {
    let url = |value: &str| {
        PushGroup::new("gateway:9091/", "a job")
            .with("x", value)
            .url()
    };
    assert_eq!(url("1"), "http://gateway:9091/metrics/job/a%20job/x/1");
    assert_eq!(
        url(""),
        "http://gateway:9091/metrics/job/a%20job/x@base64/="
    );
    // printf /var/tmp | basenc --base64url
    assert_eq!(
        url("/var/tmp"),
        "http://gateway:9091/metrics/job/a%20job/x@base64/L3Zhci90bXA="
    );
}

/// RFC 4648, section 10, with the alphabet of section 5.
#[test]
fn base64_is_the_standard_s() {
    for (text, expected) in [
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
        ("\u{3ff}?>", "z78_Pg=="),
    ] {
        assert_eq!(base64(text.as_bytes(), &FOR_URLS), expected);
    }
}

/// RFC 7617, section 2, and RFC 6750, section 2.1.
#[test]
fn credentials_are_headers_and_not_in_logs() {
    let group = || PushGroup::new("gateway", "job");
    let header = |group: PushGroup| {
        let shown = format!("{group:?}");
        assert!(shown.contains("Some(<secret>)"), "{shown}");
        group.authorization.map(|secret| secret.0)
    };
    let basic = group().basic_auth("Aladdin", "open sesame");
    let expected = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
    assert_eq!(header(basic).as_deref(), Some(expected));
    let bearer = group().bearer("mF_9.B5f-4.1JqM");
    assert_eq!(header(bearer).as_deref(), Some("Bearer mF_9.B5f-4.1JqM"));
}
