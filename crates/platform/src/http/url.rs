//! Where a request goes, and where a redirect leads from there (RFC 3986, section 5).

use http::Uri;
use http::uri::Scheme;

use super::Reason;

/// An absolute URL, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Without user and password.
    pub(super) uri: Uri,
    /// `user:password` that stood before the host.
    pub(super) userinfo: Option<String>,
}

/// Reads an absolute URL; its fragment is left out.
pub(super) fn parse(text: &str) -> Result<Place, Reason> {
    let wrong = || Reason::Url(text.to_owned());
    let text = text.split('#').next().unwrap_or(text);
    let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
    if scheme != "http" && scheme != "https" {
        return Err(Reason::Scheme(scheme.to_owned()));
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (userinfo, host) = match authority.rsplit_once('@') {
        Some((userinfo, host)) => (Some(userinfo.to_owned()), host),
        None => (None, authority),
    };
    let slash = if path.starts_with('/') { "" } else { "/" };
    let uri: Uri = format!("{scheme}://{host}{slash}{path}")
        .parse()
        .map_err(|_| wrong())?;
    match uri.host() {
        Some(host) if !host.is_empty() => Ok(Place { uri, userinfo }),
        _ => Err(wrong()),
    }
}

/// Where `location` leads, seen from `base`.
pub(super) fn join(base: &Uri, location: &str) -> String {
    let scheme = base.scheme_str().unwrap_or("http");
    let authority = base.authority().map_or("", |authority| authority.as_str());
    if has_scheme(location) {
        return location.to_owned();
    }
    if location.starts_with("//") {
        return format!("{scheme}:{location}");
    }
    let (path, query) = match location.find(['?', '#']) {
        Some(at) => location.split_at(at),
        None => (location, ""),
    };
    let path = match path {
        "" => base.path().to_owned(),
        path if path.starts_with('/') => without_dots(path),
        path => {
            let folder = base
                .path()
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder);
            without_dots(&format!("{folder}/{path}"))
        }
    };
    format!("{scheme}://{authority}{path}{query}")
}

fn has_scheme(location: &str) -> bool {
    let letters = location
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b))
        .count();
    letters > 0 && location[letters..].starts_with(':')
}

/// `path` (which begins with a slash) with `.` and `..` resolved.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    let folder = matches!(path.rsplit('/').next(), Some("." | ".."));
    format!(
        "/{}{}",
        kept.join("/"),
        if folder && !kept.is_empty() { "/" } else { "" }
    )
}

/// The port that `uri` goes to.
pub(super) fn port(uri: &Uri) -> u16 {
    let default = if uri.scheme() == Some(&Scheme::HTTPS) {
        443
    } else {
        80
    };
    uri.port_u16().unwrap_or(default)
}

/// The host of `uri`, without the brackets of IPv6.
pub(super) fn host(uri: &Uri) -> &str {
    let host = uri.host().unwrap_or_default();
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

/// Whether both lead to the same server.
pub(super) fn same_server(a: &Uri, b: &Uri) -> bool {
    a.scheme() == b.scheme() && port(a) == port(b) && host(a).eq_ignore_ascii_case(host(b))
}

/// `text` as `application/x-www-form-urlencoded`.
pub(super) fn form_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                escaped.push(char::from(byte));
            }
            b' ' => escaped.push('+'),
            byte => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// Undoes `%41`. What is no escape stands for itself.
pub(super) fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escape = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escape.unwrap_or(*first));
        rest = if escape.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
