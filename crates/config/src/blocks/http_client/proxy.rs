//! Which way requests go. The keys stand straight in the client, and in `oauth2` too.

use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part};
use crate::section::Section;

pub(super) static PROXY: Block = Block::new(
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
