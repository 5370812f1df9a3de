//! Registries that are asked over HTTP: `http`, `eureka`, `kuma`, `nomad`, `puppetdb` and `uyuni`.

use super::keys::{PORT, REFRESH, TAG_SEPARATOR, check_http_url, check_url, refresh};
use crate::blocks::http_client::HTTP_CLIENT;
use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, Preset, Shown};
use crate::section::Section;
use crate::url::Url;

pub(super) static HTTP: Block = Block::new(
    "http_sd_config",
    &[
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            REFRESH,
            Key::new("url", Kind::Text, "Where the targets are, as JSON.")
                .required("URL is missing"),
        ]),
    ],
)
.checked(|config, report| check_http_url(config, "url", report));

pub(super) static PUPPETDB: Block = Block::new(
    "puppetdb_sd_config",
    &[
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            REFRESH,
            Key::new("url", Kind::Text, "Where PuppetDB is.").required("URL is missing"),
            Key::new("query", Kind::Text, "Query in Puppet's language.").required("query missing"),
            Key::new(
                "include_parameters",
                Kind::Flag,
                "Whether parameters become labels.",
            ),
            PORT,
        ]),
    ],
)
.checked(|config, report| check_http_url(config, "url", report));

pub(super) static EUREKA: Block = Block::new(
    "eureka_sd_config",
    &[
        Part::Keys(&[
            Key::new("server", Kind::Text, "URL of Eureka.")
                .required("eureka_sd: empty eureka server url"),
            refresh(30_000),
        ]),
        Part::Inline(&HTTP_CLIENT),
    ],
)
.checked(check_eureka);

pub(super) static KUMA: Block = Block::new(
    "kuma_sd_config",
    &[
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            refresh(15_000),
            Key::new(
                "fetch_timeout",
                Kind::Duration,
                "How long the server may hold a request.",
            )
            .preset(Preset::DurationMs(120_000)),
            Key::new("server", Kind::Text, "URL of Kuma's control plane.")
                .required("kuma SD server must not be empty"),
            Key::new("client_id", Kind::Text, "Name to give."),
        ]),
    ],
)
.checked(check_kuma);

pub(super) static NOMAD: Block = Block::new(
    "nomad_sd_config",
    &[
        Part::Keys(&[
            Key::new("allow_stale", Kind::Flag, "Whether any server may answer.")
                .preset(Preset::Flag(true))
                .shown(Shown::Always),
        ]),
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            Key::new("namespace", Kind::Text, "Nomad's namespace.").preset(Preset::Text("default")),
            REFRESH,
            Key::new("region", Kind::Text, "Nomad's region.").preset(Preset::Text("global")),
            Key::new("server", Kind::Text, "URL of Nomad.")
                .preset(Preset::Text("http://localhost:4646"))
                .required("nomad SD configuration requires a server address"),
            TAG_SEPARATOR,
        ]),
    ],
);

pub(super) static UYUNI: Block = Block::new(
    "uyuni_sd_config",
    &[
        Part::Keys(&[
            Key::new("server", Kind::Text, "URL of Uyuni.")
                .required("Uyuni SD configuration requires server host"),
            Key::new("username", Kind::Text, "The user.")
                .required("Uyuni SD configuration requires a username"),
            Key::new("password", Kind::Secret, "The password.")
                .required("Uyuni SD configuration requires a password"),
        ]),
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            Key::new(
                "entitlement",
                Kind::Text,
                "Entitlement that systems must have.",
            )
            .preset(Preset::Text("monitoring_entitled")),
            Key::new("separator", Kind::Text, "Stands between groups in a label.")
                .preset(Preset::Text(",")),
            REFRESH,
        ]),
    ],
)
.checked(|config, report| check_url(config, "server", report));

fn check_eureka(eureka: &Section, report: &mut Report) {
    let is_fine = Url::parse(eureka.text("server"))
        .is_ok_and(|url| !url.scheme.is_empty() && !url.host.is_empty());
    if !is_fine {
        let path = eureka.path_of("server");
        report.error(eureka.place_of("server"), path, "invalid eureka server URL");
    }
}

fn check_kuma(kuma: &Section, report: &mut Report) {
    let server = kuma.text("server");
    let message = match Url::parse(server) {
        Err(error) => format!("parse {server:?}: {error}"),
        Ok(url) if url.scheme.is_empty() || url.host.is_empty() => {
            format!("kuma SD server must not be empty and have a scheme: {server}")
        }
        Ok(_) => return,
    };
    report.error(kuma.place_of("server"), kuma.path_of("server"), message);
}
