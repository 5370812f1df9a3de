//! How to speak to a server: authorisation, TLS, proxy. The keys stand straight in the section that uses them.

mod headers;
mod oauth2;
mod proxy;

pub(crate) use headers::is_reserved;

use headers::HEADERS;
use oauth2::OAUTH2;
use proxy::PROXY;

use super::tls::TLS;
use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, Preset, Shown};
use crate::section::{Section, Value};

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
