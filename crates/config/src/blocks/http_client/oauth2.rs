//! `oauth2`: a token from a token server.

use super::proxy::PROXY;
use super::{NO_SECRET_MANAGER, count};
use crate::blocks::tls::TLS;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Shown, TEXTS};
use crate::section::Section;

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

pub(super) static OAUTH2: Block = Block::new(
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
    warn(oauth2, report);
}

/// What cannot be done yet of what can be said.
fn warn(oauth2: &Section, report: &mut Report) {
    let keys = [
        "proxy_url",
        "proxy_from_environment",
        "no_proxy",
        "proxy_connect_header",
    ];
    let is_jwt = oauth2.text("grant_type") == JWT_BEARER;
    let jwt = is_jwt.then_some("grant_type");
    for key in keys.into_iter().filter(|key| oauth2.has(key)).chain(jwt) {
        report.not_in_effect(oauth2.place_of(key), oauth2.path_of(key), key);
    }
}
