//! `consul_sd_configs`.

use super::keys::{TAG_SEPARATOR, refresh};
use crate::blocks::http_client::HTTP_CLIENT;
use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, Preset, Shown, TEXTS};
use crate::section::Section;

pub(super) static CONSUL: Block = Block::new(
    "consul_sd_config",
    &[
        Part::Keys(&[
            Key::new("server", Kind::Text, "Host and port of Consul.")
                .preset(Preset::Text("localhost:8500")),
            Key::new("path_prefix", Kind::Text, "Stands before the API's path."),
            Key::new("token", Kind::Secret, "Consul's token."),
            Key::new("datacenter", Kind::Text, "Consul's data centre."),
            Key::new("namespace", Kind::Text, "Consul's namespace."),
            Key::new("partition", Kind::Text, "Consul's admin partition."),
            TAG_SEPARATOR,
            Key::new("scheme", Kind::Text, "http or https.").preset(Preset::Text("http")),
            Key::new("username", Kind::Text, "Old name of basic_auth.username."),
            Key::new("password", Kind::Secret, "Old name of basic_auth.password."),
            Key::new("allow_stale", Kind::Flag, "Whether any server may answer.")
                .preset(Preset::Flag(true))
                .shown(Shown::Always),
            refresh(30_000),
            Key::new("services", TEXTS, "Which services; all, if none is named."),
            Key::new("tags", TEXTS, "Tags that a service must have."),
            Key::new(
                "node_meta",
                Kind::Map(&Kind::Text),
                "Metadata that a node must have.",
            ),
            Key::new("filter", Kind::Text, "Filter of services."),
            Key::new(
                "health_filter",
                Kind::Text,
                "Filter of a service's instances.",
            ),
        ]),
        Part::Inline(&HTTP_CLIENT),
    ],
)
.checked(check);

fn check(consul: &Section, report: &mut Report) {
    let mut refuse = |key: &str, message: &str| {
        report.error(consul.place_of(key), &consul.path, message);
    };
    if consul.text("server").trim().is_empty() {
        refuse(
            "server",
            "consul SD configuration requires a server address",
        );
    }
    let has_user = consul.has("username") || consul.has("password");
    if has_user && consul.is_present("basic_auth") {
        let message = "at most one of consul SD configuration username and password and basic auth \
                       can be configured";
        refuse("basic_auth", message);
    }
    let has_other = consul.is_present("authorization") || consul.is_present("oauth2");
    if consul.has("token") && has_other {
        let message = "at most one of consul SD token, authorization, or oauth2 can be configured";
        refuse("token", message);
    }
}
