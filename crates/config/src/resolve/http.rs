//! Clients' options.

use std::path::PathBuf;

use platform::http::{
    Authorization, BasicAuth, ClientOptions, OAuth2, Proxy, Secret, SecretSource, TlsOptions,
    TlsVersion,
};

use crate::section::{Item, Section, Value};

/// The client of a section that has the keys of `http_client`.
pub(super) fn client(section: &Section) -> ClientOptions {
    ClientOptions {
        authorization: authorization(section),
        tls: tls(section.section("tls_config")),
        proxy: proxy(section),
        follow_redirects: section.flag("follow_redirects"),
        enable_http2: section.flag("enable_http2"),
        headers: section
            .map("http_headers")
            .iter()
            .filter_map(header)
            .collect(),
    }
}

/// A secret with a file as its alternative; empty when there is neither.
fn secret(section: &Section, name: &str) -> SecretSource {
    optional(section, name).unwrap_or_else(|| SecretSource::Inline(Secret(String::new())))
}

fn optional(section: &Section, name: &str) -> Option<SecretSource> {
    let file = section.text(&format!("{name}_file"));
    if !file.is_empty() {
        return Some(SecretSource::File(PathBuf::from(file)));
    }
    let text = section.text(name);
    (!text.is_empty()).then(|| SecretSource::Inline(Secret(text.to_owned())))
}

fn authorization(section: &Section) -> Authorization {
    if let Some(basic) = section.section("basic_auth") {
        let username = secret(basic, "username");
        return Authorization::Basic(BasicAuth {
            username,
            password: secret(basic, "password"),
        });
    }
    if let Some(header) = section.section("authorization") {
        let kind = match header.text("type").trim() {
            "" => "Bearer",
            kind => kind,
        };
        let credentials = secret(header, "credentials");
        return Authorization::Header {
            kind: kind.to_owned(),
            credentials,
        };
    }
    if let Some(oauth2) = section.section("oauth2") {
        return Authorization::OAuth2(Box::new(self::oauth2(oauth2)));
    }
    Authorization::None
}

fn oauth2(section: &Section) -> OAuth2 {
    let parameters = section.map("endpoint_params").iter();
    OAuth2 {
        client_id: section.text("client_id").to_owned(),
        client_secret: secret(section, "client_secret"),
        scopes: section
            .texts("scopes")
            .into_iter()
            .map(str::to_owned)
            .collect(),
        token_url: section.text("token_url").to_owned(),
        endpoint_params: parameters
            .map(|(name, item)| (name.clone(), item.text().to_owned()))
            .collect(),
        tls: tls(section.section("tls_config")),
    }
}

fn tls(section: Option<&Section>) -> TlsOptions {
    let Some(section) = section else {
        return TlsOptions {
            ca: None,
            certificate: None,
            server_name: None,
            insecure_skip_verify: false,
            min_version: None,
            max_version: None,
        };
    };
    let server_name = section.text("server_name");
    TlsOptions {
        ca: optional(section, "ca"),
        certificate: optional(section, "cert").zip(optional(section, "key")),
        server_name: (!server_name.is_empty()).then(|| server_name.to_owned()),
        insecure_skip_verify: section.flag("insecure_skip_verify"),
        min_version: version(section.text("min_version")),
        max_version: version(section.text("max_version")),
    }
}

fn version(word: &str) -> Option<TlsVersion> {
    match word {
        "TLS10" => Some(TlsVersion::Tls10),
        "TLS11" => Some(TlsVersion::Tls11),
        "TLS12" => Some(TlsVersion::Tls12),
        "TLS13" => Some(TlsVersion::Tls13),
        _ => None,
    }
}

fn proxy(section: &Section) -> Proxy {
    if section.flag("proxy_from_environment") {
        return Proxy::FromEnvironment;
    }
    let url = section.text("proxy_url");
    if url.is_empty() {
        return Proxy::None;
    }
    let headers = section.map("proxy_connect_header").iter();
    Proxy::Url {
        url: url.to_owned(),
        no_proxy: section.text("no_proxy").to_owned(),
        connect_headers: headers
            .map(|(name, item)| match &item.value {
                Value::List(values) => (name.clone(), values.iter().map(inline).collect()),
                _ => (name.clone(), Vec::new()),
            })
            .collect(),
    }
}

fn inline(item: &Item) -> SecretSource {
    SecretSource::Inline(Secret(item.text().to_owned()))
}

/// A header with all its values: plain ones, secret ones, those from files.
fn header((name, item): &(String, Item)) -> Option<(String, Vec<SecretSource>)> {
    let Value::Section(section) = &item.value else {
        return None;
    };
    let written = section
        .list("values")
        .iter()
        .chain(section.list("secrets"))
        .map(inline);
    let files = section.texts("files").into_iter();
    let files = files.map(|file| SecretSource::File(PathBuf::from(file)));
    Some((name.clone(), written.chain(files).collect()))
}
