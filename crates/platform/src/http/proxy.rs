//! Which way a request goes.
//!
//! `no_proxy` is read as curl and Go read it: names with their subdomains (`.name` for the subdomains alone), addresses,
//! networks (`10.0.0.0/8`), each with `:port` if only that port is meant, and `*` for everything. This machine itself
//! is never reached through a proxy that the environment names.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::uri::Scheme;
use http::{HeaderName, HeaderValue, Uri};

use super::{BuildError, Proxy, SecretSource, url};

/// What to do with a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    http: Option<Server>,
    https: Option<Server>,
    exceptions: Vec<Exception>,
    /// Whether the loopback is reached straight, whatever the list says.
    loopback_is_straight: bool,
    /// Headers of CONNECT requests.
    pub(super) connect_headers: Vec<(String, Vec<SecretSource>)>,
}

/// A proxy.
#[derive(Clone, Debug)]
pub(super) struct Server {
    /// Where it is.
    pub(super) uri: Uri,
    /// The value of `Proxy-Authorization`.
    pub(super) authorization: Option<HeaderValue>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Exception {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    All,
    Network(IpAddr, u32),
    /// The name itself, unless only its subdomains are meant.
    Domain {
        name: String,
        itself: bool,
    },
}

impl Route {
    pub(super) fn new(proxy: &Proxy) -> Result<Self, BuildError> {
        match proxy {
            Proxy::None => Ok(Self::default()),
            Proxy::FromEnvironment => Ok(Self {
                http: variable("HTTP_PROXY")
                    .map(|text| server(&text))
                    .transpose()?,
                https: variable("HTTPS_PROXY")
                    .map(|text| server(&text))
                    .transpose()?,
                exceptions: exceptions(&variable("NO_PROXY").unwrap_or_default()),
                loopback_is_straight: true,
                connect_headers: Vec::new(),
            }),
            Proxy::Url {
                url,
                no_proxy,
                connect_headers,
            } => {
                let server = server(url)?;
                Ok(Self {
                    http: Some(server.clone()),
                    https: Some(server),
                    exceptions: exceptions(no_proxy),
                    loopback_is_straight: false,
                    connect_headers: connect_headers.clone(),
                })
            }
        }
    }

    /// The proxy for a request to `uri`; `None` means straight.
    pub(super) fn server(&self, uri: &Uri) -> Option<&Server> {
        let server = match uri.scheme() == Some(&Scheme::HTTPS) {
            true => self.https.as_ref(),
            false => self.http.as_ref(),
        }?;
        let (host, port) = (url::host(uri), url::port(uri));
        let straight = self.loopback_is_straight && is_loopback(host)
            || self
                .exceptions
                .iter()
                .any(|exception| exception.covers(host, port));
        (!straight).then_some(server)
    }
}

/// Upper case first, then lower, as everybody does.
fn variable(name: &str) -> Option<String> {
    [name.to_owned(), name.to_ascii_lowercase()]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
}

fn server(text: &str) -> Result<Server, BuildError> {
    let unsupported = || BuildError::Proxy(text.to_owned());
    let absolute = match text.contains("://") {
        true => text.to_owned(),
        false => format!("http://{text}"),
    };
    if !absolute.starts_with("http://") {
        return Err(unsupported());
    }
    let place = url::parse(&absolute).map_err(|_| unsupported())?;
    let authorization = place.userinfo.map(|userinfo| {
        let encoded = STANDARD.encode(url::unescaped(&userinfo));
        HeaderValue::try_from(format!("Basic {encoded}")).map_err(|_| unsupported())
    });
    Ok(Server {
        uri: place.uri,
        authorization: authorization.transpose()?,
    })
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn exceptions(no_proxy: &str) -> Vec<Exception> {
    let entries = no_proxy.split(',').map(str::trim);
    entries
        .filter(|entry| !entry.is_empty())
        .map(exception)
        .collect()
}

fn exception(entry: &str) -> Exception {
    if entry == "*" {
        let hosts = Hosts::All;
        return Exception { hosts, port: None };
    }
    if let Some((address, bits)) = entry.split_once('/')
        && let (Ok(address), Ok(bits)) = (address.parse(), bits.parse())
    {
        let hosts = Hosts::Network(address, bits);
        return Exception { hosts, port: None };
    }
    let (host, port) = split_port(entry);
    let hosts = match host.parse::<IpAddr>() {
        Ok(address @ IpAddr::V4(_)) => Hosts::Network(address, 32),
        Ok(address) => Hosts::Network(address, 128),
        Err(_) => {
            let host = host.strip_prefix('*').unwrap_or(host).to_ascii_lowercase();
            let itself = !host.starts_with('.');
            let name = host.trim_start_matches('.').to_owned();
            Hosts::Domain { name, itself }
        }
    };
    Exception { hosts, port }
}

/// `host:80`, `[::1]:80`, `::1`, `host`.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    };
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    (bare.unwrap_or(host), port)
}

impl Exception {
    fn covers(&self, host: &str, port: u16) -> bool {
        self.port.is_none_or(|own| own == port) && self.hosts.contain(host)
    }
}

impl Hosts {
    fn contain(&self, host: &str) -> bool {
        match self {
            Self::All => true,
            Self::Network(network, bits) => host
                .parse()
                .is_ok_and(|address| in_network(address, *network, *bits)),
            Self::Domain { name, itself } => {
                let host = host.to_ascii_lowercase();
                match host.strip_suffix(name.as_str()) {
                    Some("") => *itself,
                    Some(before) => before.ends_with('.'),
                    None => false,
                }
            }
        }
    }
}

fn in_network(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let (address, network, width) = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => (u128::from(a.to_bits()), u128::from(n.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(n)) => (a.to_bits(), n.to_bits(), 128),
        _ => return false,
    };
    match width - bits.min(width) {
        128 => true,
        shift => address >> shift == network >> shift,
    }
}

/// The headers that a CONNECT request bears.
pub(super) fn connect_headers(
    route: &Route,
    server: &Server,
) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
    let mut headers = Vec::new();
    if let Some(value) = &server.authorization {
        headers.push((http::header::PROXY_AUTHORIZATION, value.clone()));
    }
    for (name, values) in &route.connect_headers {
        for value in values {
            let value = value.read().map_err(|error| error.to_string())?;
            let pair = HeaderName::try_from(name.as_str())
                .ok()
                .zip(HeaderValue::try_from(value).ok());
            headers.push(pair.ok_or_else(|| format!("invalid header {name}"))?);
        }
    }
    Ok(headers)
}
