//! URLs as Go's `net/url` takes them, which is what Prometheus' configuration is checked with.
//!
//! Only as much as the configuration needs: is it a URL, which scheme and host has it, and how does it look with its
//! password hidden.

/// Text that is no URL. The words are Go's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlError {
    #[error("missing protocol scheme")]
    MissingScheme,
    #[error("first path segment in URL cannot contain colon")]
    ColonInFirstSegment,
    #[error("net/url: invalid control character in URL")]
    ControlCharacter,
    #[error("invalid URL escape {0:?}")]
    Escape(String),
    #[error("invalid character {0:?} in host name")]
    HostCharacter(String),
    #[error("missing ']' in host")]
    MissingBracket,
    #[error("invalid port {0:?} after host")]
    Port(String),
    #[error("net/url: invalid userinfo")]
    UserInfo,
}

/// The parts that the configuration looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    /// Without its colon; empty if there is none.
    pub(crate) scheme: &'a str,
    /// Host and port; empty if there is none.
    pub(crate) host: &'a str,
    /// What stands before the password, the password, and what stands after it.
    password: Option<(&'a str, &'a str)>,
}

impl<'a> Url<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, UrlError> {
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return Err(UrlError::ControlCharacter);
        }
        let whole = text;
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        check_escapes(fragment)?;
        if text == "*" {
            return Ok(Self {
                scheme: "",
                host: "",
                password: None,
            });
        }
        let (scheme, rest) = split_scheme(text)?;
        let rest = rest.split_once('?').map_or(rest, |(path, _)| path);
        if !rest.starts_with('/') {
            if !scheme.is_empty() {
                // Opaque, as in `mailto:a@b` or `localhost:9090`.
                return Ok(Self {
                    scheme,
                    host: "",
                    password: None,
                });
            }
            let first = rest.split('/').next().unwrap_or_default();
            if first.contains(':') {
                return Err(UrlError::ColonInFirstSegment);
            }
        }
        let triple_without_scheme = scheme.is_empty() && rest.starts_with("///");
        let Some(authority) = rest.strip_prefix("//").filter(|_| !triple_without_scheme) else {
            check_escapes(rest)?;
            return Ok(Self {
                scheme,
                host: "",
                password: None,
            });
        };
        let (authority, path) = match authority.find('/') {
            Some(slash) => authority.split_at(slash),
            None => (authority, ""),
        };
        check_escapes(path)?;
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        check_host(host)?;
        let password = match user {
            Some(user) => password_in(whole, user)?,
            None => None,
        };
        Ok(Self {
            scheme,
            host,
            password,
        })
    }

    /// The URL as it may be shown: a password becomes `xxxxx`.
    pub(crate) fn redacted(text: &str) -> String {
        match Url::parse(text) {
            Ok(Url {
                password: Some((before, after)),
                ..
            }) => format!("{before}xxxxx{after}"),
            _ => text.to_owned(),
        }
    }
}

fn split_scheme(text: &str) -> Result<(&str, &str), UrlError> {
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if index > 0 => {}
            b':' if index == 0 => return Err(UrlError::MissingScheme),
            b':' => return Ok((&text[..index], &text[index + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

fn check_escapes(text: &str) -> Result<(), UrlError> {
    for (index, _) in text.match_indices('%') {
        let hex = text.as_bytes().get(index + 1..index + 3);
        if !hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) {
            let escape = text[index..].chars().take(3).collect();
            return Err(UrlError::Escape(escape));
        }
    }
    Ok(())
}

fn check_host(host: &str) -> Result<(), UrlError> {
    let (name, port) = if host.starts_with('[') {
        let end = host.rfind(']').ok_or(UrlError::MissingBracket)?;
        // What stands after %25 is the zone of an IPv6 address, with escapes of all kinds.
        let (name, zone) = host[..end].split_once("%25").unwrap_or((&host[..end], ""));
        check_escapes(zone)?;
        (name, &host[end + 1..])
    } else {
        (host, host.rfind(':').map_or("", |colon| &host[colon..]))
    };
    check_host_escapes(name)?;
    let digits = port.strip_prefix(':').unwrap_or("");
    if !port.is_empty() && (!port.starts_with(':') || !digits.bytes().all(|b| b.is_ascii_digit())) {
        return Err(UrlError::Port(port.to_owned()));
    }
    match host
        .chars()
        .find(|c| c.is_ascii() && !is_host_character(*c))
    {
        Some(character) => Err(UrlError::HostCharacter(character.to_string())),
        None => Ok(()),
    }
}

/// In a host only a percent sign and bytes above ASCII may be escaped.
fn check_host_escapes(host: &str) -> Result<(), UrlError> {
    check_escapes(host)?;
    for (index, _) in host.match_indices('%') {
        let escape = &host[index..index + 3];
        if escape != "%25" && escape.as_bytes()[1] < b'8' {
            return Err(UrlError::Escape(escape.to_owned()));
        }
    }
    Ok(())
}

fn is_host_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.~!$&'()*+,;=:[]<>\"%".contains(character)
}

/// The text around the password in the user part of `whole`.
fn password_in<'a>(whole: &'a str, user: &'a str) -> Result<Option<(&'a str, &'a str)>, UrlError> {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    if !user.chars().all(is_fine) {
        return Err(UrlError::UserInfo);
    }
    check_escapes(user)?;
    let Some((name, _)) = user.split_once(':') else {
        return Ok(None);
    };
    // `user` is a part of `whole`, right after the two slashes.
    let start = whole.find("//").map_or(0, |slashes| slashes + 2);
    Ok(Some((
        &whole[..start + name.len() + 1],
        &whole[start + user.len()..],
    )))
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn takes_and_refuses_what_go_does() {
        // The verdicts and words are those of promtool 2.42 for `proxy_url`.
        let check = |text: &str, expected: Result<(&str, &str), &str>| {
            let parsed = Url::parse(text);
            let got = parsed.as_ref().map(|url| (url.scheme, url.host));
            let got = got.map_err(ToString::to_string);
            assert_eq!(got, expected.map_err(str::to_owned), "{text}");
        };
        check("", Ok(("", "")));
        check("http://", Ok(("http", "")));
        check("http://a:80/b?c#d", Ok(("http", "a:80")));
        check("localhost:80", Ok(("localhost", "")));
        check("//foo", Ok(("", "foo")));
        check("http://[::1]:80", Ok(("http", "[::1]:80")));
        check("http://a:99999999", Ok(("http", "a:99999999")));
        check(":foo", Err("missing protocol scheme"));
        check("://invalid", Err("missing protocol scheme"));
        check(
            "1.2.3.4:80",
            Err("first path segment in URL cannot contain colon"),
        );
        check("http://a:b", Err("invalid port \":b\" after host"));
        check("http://a b", Err("invalid character \" \" in host name"));
        check("http://%zz", Err("invalid URL escape \"%zz\""));
        check("http://[::1", Err("missing ']' in host"));
    }

    #[test]
    fn hides_passwords_only() {
        let check = |text, expected: &str| assert_eq!(Url::redacted(text), expected);
        check("http://u:p@foo/a", "http://u:xxxxx@foo/a");
        check("http://u@foo/a", "http://u@foo/a");
        check("http://foo/u:p@a", "http://foo/u:p@a");
    }
}
