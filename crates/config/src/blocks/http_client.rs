//! How to speak to a server: authorisation, TLS, proxy. The keys stand straight in the section that uses them.

use super::tls::TLS;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, Shown, TEXTS};
use crate::section::{Section, Value};

/// Headers that are set otherwise, or that would break the connection.
const RESERVED_HEADERS: &[&str] = &[
    "authorization",
    "host",
    "content-encoding",
    "content-length",
    "content-type",
    "user-agent",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "www-authenticate",
    "accept-encoding",
    "x-prometheus-remote-write-version",
    "x-prometheus-remote-read-version",
    "x-prometheus-scrape-timeout-seconds",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-content-sha256",
];

const NO_SECRET_MANAGER: &str = "Name in a secret manager, of which there is none.";

static BASIC_AUTH: Block = Block::new(
    "basic_auth",
    &[Part::Keys(&[
        Key::new("username", Kind::Text, "The user.").shown(Shown::Always),
        Key::new("username_file", Kind::Path, "File with the user."),
        Key::new("username_ref", Kind::Text, NO_SECRET_MANAGER).later(),
        Key::new("password", Kind::Secret, "The password."),
        Key::new("password_file", Kind::Path, "File with the password."),
        Key::new("password_ref", Kind::Text, NO_SECRET_MANAGER).later(),
    ])],
);

static AUTHORIZATION: Block = Block::new(
    "authorization",
    &[Part::Keys(&[
        Key::new("type", Kind::Text, "The first word of the header.")
            .preset(Preset::Text("Bearer")),
        Key::new("credentials", Kind::Secret, "The rest of the header."),
        Key::new(
            "credentials_file",
            Kind::Path,
            "File with the rest of the header.",
        ),
        Key::new("credentials_ref", Kind::Text, NO_SECRET_MANAGER).later(),
    ])],
);

/// RFC 7523.
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

static GRANT: Choice = Choice::new(
    "unknown oauth2 grant_type",
    &["client_credentials", JWT_BEARER],
)
.or_empty();

static SIGNATURE: Choice = Choice::new(
    "valid signature algorithms are RS256, RS384 and RS512, got",
    &["RS256", "RS384", "RS512"],
)
.or_empty();

static OAUTH2: Block = Block::new(
    "oauth2",
    &[
        Part::Keys(&[
            Key::new("client_id", Kind::Text, "The client's name.").shown(Shown::Always),
            Key::new("client_secret", Kind::Secret, "The client's secret."),
            Key::new(
                "client_secret_file",
                Kind::Path,
                "File with the client's secret.",
            ),
            Key::new("client_secret_ref", Kind::Text, NO_SECRET_MANAGER).later(),
            Key::new(
                "client_certificate_key_id",
                Kind::Text,
                "Name of the key (kid) of a JWT.",
            )
            .later(),
            Key::new(
                "client_certificate_key",
                Kind::Secret,
                "Key (PEM) that signs a JWT.",
            )
            .later(),
            Key::new(
                "client_certificate_key_file",
                Kind::Path,
                "File with the key of a JWT.",
            )
            .later(),
            Key::new("client_certificate_key_ref", Kind::Text, NO_SECRET_MANAGER).later(),
            Key::new(
                "signature_algorithm",
                Kind::Choice(&SIGNATURE),
                "How a JWT is signed.",
            )
            .later(),
            Key::new(
                "grant_type",
                Kind::Choice(&GRANT),
                "How the token is asked for.",
            ),
            Key::new("iss", Kind::Text, "Issuer of a JWT.").later(),
            Key::new("audience", Kind::Text, "Audience of a JWT.").later(),
            Key::new("claims", Kind::Map(&Kind::Any), "Further claims of a JWT.").later(),
            Key::new("scopes", TEXTS, "What is asked for."),
            Key::new("token_url", Kind::Text, "Where tokens come from.").shown(Shown::Always),
            Key::new(
                "endpoint_params",
                Kind::Map(&Kind::Text),
                "Further parameters of the token request.",
            ),
            Key::new(
                "tls_config",
                Kind::Section(&TLS),
                "TLS towards the token server.",
            ),
        ]),
        Part::Inline(&PROXY),
    ],
)
.checked(check_oauth2);

static HEADER: Block = Block::new(
    "http_header",
    &[Part::Keys(&[
        Key::new("values", TEXTS, "Values of the header."),
        Key::new(
            "secrets",
            Kind::List(&Kind::Secret),
            "Values that are not shown.",
        ),
        Key::new("files", Kind::List(&Kind::Path), "Files with values."),
    ])],
);

static PROXY: Block = Block::new(
    "proxy",
    &[Part::Keys(&[
        Key::new("proxy_url", Kind::Url, "The proxy."),
        Key::new(
            "no_proxy",
            Kind::Text,
            "Hosts, domains and networks to reach straight.",
        ),
        Key::new(
            "proxy_from_environment",
            Kind::Flag,
            "Whether HTTP_PROXY, HTTPS_PROXY and NO_PROXY count.",
        ),
        Key::new(
            "proxy_connect_header",
            Kind::Map(&Kind::List(&Kind::Secret)),
            "Headers for the proxy.",
        ),
    ])],
)
.checked(check_proxy);

/// All of it but the two flags, whose presets differ between users.
static WHO_AND_HOW: Block = Block::new(
    "http_client",
    &[Part::Keys(&[
        Key::new(
            "basic_auth",
            Kind::Section(&BASIC_AUTH),
            "User and password.",
        ),
        Key::new(
            "authorization",
            Kind::Section(&AUTHORIZATION),
            "The header Authorization.",
        ),
        Key::new(
            "oauth2",
            Kind::Section(&OAUTH2),
            "A token from a token server.",
        ),
        Key::new(
            "bearer_token",
            Kind::Secret,
            "Old name of authorization.credentials.",
        ),
        Key::new(
            "bearer_token_file",
            Kind::Path,
            "Old name of authorization.credentials_file.",
        ),
        Key::new(
            "tls_config",
            Kind::Section(&TLS),
            "What to trust and show in TLS.",
        ),
    ])],
)
.checked(check);

const FOLLOW_REDIRECTS: Key = Key::new(
    "follow_redirects",
    Kind::Flag,
    "Whether to follow redirects.",
)
.preset(Preset::Flag(true))
.shown(Shown::Always);

const ENABLE_HTTP2: Key = Key::new(
    "enable_http2",
    Kind::Flag,
    "Whether HTTP/2 may be used, where TLS negotiates it.",
)
.shown(Shown::Always);

static HEADERS: Block = Block::new(
    "http_headers",
    &[Part::Keys(&[Key::new(
        "http_headers",
        Kind::Map(&Kind::Section(&HEADER)),
        "Headers that every request carries.",
    )])],
)
.checked(check_headers);

/// The client of scraping, discovery, alerting and remote reading.
pub(crate) static HTTP_CLIENT: Block = Block::new(
    "http_client",
    &[
        Part::Inline(&WHO_AND_HOW),
        Part::Keys(&[FOLLOW_REDIRECTS, ENABLE_HTTP2.preset(Preset::Flag(true))]),
        Part::Inline(&PROXY),
        Part::Inline(&HEADERS),
    ],
);

/// The client of remote writing, which has HTTP/2 off.
pub(crate) static HTTP1_CLIENT: Block = Block::new(
    "http_client",
    &[
        Part::Inline(&WHO_AND_HOW),
        Part::Keys(&[FOLLOW_REDIRECTS, ENABLE_HTTP2.preset(Preset::Flag(false))]),
        Part::Inline(&PROXY),
        Part::Inline(&HEADERS),
    ],
);

/// How many of the alternatives `name`, `name_file` and `name_ref` are given.
fn count(section: &Section, name: &str) -> usize {
    ["", "_file", "_ref"]
        .iter()
        .filter(|end| section.has(&format!("{name}{end}")))
        .count()
}

/// Ways of authorisation exclude each other.
fn check(client: &Section, report: &mut Report) {
    let mut refuse = |key: &str, message: &str| {
        report.error(client.place_of(key), &client.path, message);
    };
    let basic = client.section("basic_auth");
    let authorization = client.section("authorization");
    let oauth2 = client.section("oauth2");
    let bearer = if client.has("bearer_token") {
        "bearer_token"
    } else {
        "bearer_token_file"
    };
    let has_bearer = client.has(bearer);
    if client.has("bearer_token") && client.has("bearer_token_file") {
        refuse(
            bearer,
            "at most one of bearer_token & bearer_token_file must be configured",
        );
    }
    if (basic.is_some() || oauth2.is_some()) && has_bearer {
        let message = "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured";
        refuse(bearer, message);
    }
    if authorization.is_some() && has_bearer {
        refuse(
            bearer,
            "authorization is not compatible with bearer_token & bearer_token_file",
        );
    }
    if basic.is_some() && oauth2.is_some()
        || authorization.is_some() && (basic.is_some() || oauth2.is_some())
    {
        let message = "at most one of basic_auth, oauth2 & authorization must be configured";
        refuse(
            if basic.is_some() {
                "basic_auth"
            } else {
                "oauth2"
            },
            message,
        );
    }
    for name in ["username", "password"] {
        if basic.is_some_and(|basic| count(basic, name) > 1) {
            let message = format!(
                "at most one of basic_auth {name}, {name}_file & {name}_ref must be configured"
            );
            refuse("basic_auth", &message);
        }
    }
    let Some(authorization) = authorization else {
        return;
    };
    if count(authorization, "credentials") > 1 {
        let message =
            "at most one of authorization credentials & credentials_file must be configured";
        refuse("authorization", message);
    }
    if authorization
        .text("type")
        .trim()
        .eq_ignore_ascii_case("basic")
    {
        let message = "authorization type cannot be set to \"basic\", use \"basic_auth\" instead";
        refuse("authorization", message);
    }
}

fn check_oauth2(oauth2: &Section, report: &mut Report) {
    let mut refuse = |key: &str, message: String| {
        report.error(oauth2.place_of(key), &oauth2.path, message);
    };
    for key in ["client_id", "token_url"] {
        if !oauth2.has(key) {
            refuse(key, format!("oauth2 {key} must be configured"));
        }
    }
    let secret = if oauth2.text("grant_type") == JWT_BEARER {
        "client_certificate_key"
    } else {
        "client_secret"
    };
    if count(oauth2, secret) > 1 {
        let message = format!(
            "at most one of oauth2 {secret}, {secret}_file & {secret}_ref must be configured"
        );
        refuse(secret, message);
    }
}

fn check_proxy(client: &Section, report: &mut Report) {
    let mut refuse = |key: &str, message: &str| {
        report.error(client.place_of(key), &client.path, message);
    };
    let has_url = client.has("proxy_url");
    let from_environment = client.flag("proxy_from_environment");
    if client.has("proxy_connect_header") && !from_environment && !has_url {
        let message = "if proxy_connect_header is configured, proxy_url or proxy_from_environment \
                       must also be configured";
        refuse("proxy_connect_header", message);
    }
    if from_environment && has_url {
        let message = "if proxy_from_environment is configured, proxy_url must not be configured";
        refuse("proxy_url", message);
    }
    if client.has("no_proxy") {
        if from_environment {
            let message =
                "if proxy_from_environment is configured, no_proxy must not be configured";
            refuse("no_proxy", message);
        } else if !client.is_present("proxy_url") {
            refuse(
                "no_proxy",
                "if no_proxy is configured, proxy_url must also be configured",
            );
        }
    }
}

fn check_headers(client: &Section, report: &mut Report) {
    for (name, header) in client.map("http_headers") {
        if is_reserved(name) {
            let path = client.path_of("http_headers");
            report.error(
                header.place,
                path,
                format!("setting header {name:?} is not allowed"),
            );
        }
    }
}

/// Whether a header is set otherwise, whatever its case.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED_HEADERS
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved))
}

/// What a client with its own authorisation looks like, for sections where that excludes another kind.
pub(crate) fn authorizations(client: &Section) -> Vec<&'static str> {
    ["basic_auth", "authorization", "oauth2"]
        .into_iter()
        .chain(
            ["bearer_token", "bearer_token_file"]
                .into_iter()
                .filter(|key| client.has(key)),
        )
        .filter(|key| client.is_present(key))
        .map(|key| {
            if key.starts_with("bearer") {
                "authorization"
            } else {
                key
            }
        })
        .collect()
}

/// Whether anything differs from a client that was not configured at all.
pub(crate) fn is_changed(client: &Section) -> bool {
    HTTP_CLIENT
        .keys()
        .into_iter()
        .any(|key| match (client.value(key.name), key.preset) {
            (Some(Value::Flag(flag)), Preset::Flag(preset)) => *flag != preset,
            (Some(Value::Section(_)), _) if key.name != "tls_config" => true,
            (Some(value), _) => !value.is_zero(),
            (None, _) => false,
        })
}
