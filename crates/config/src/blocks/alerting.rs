//! `alerting`: where alerts are sent.

use super::discovery;
use super::http_client::{self, HTTP_CLIENT};
use super::relabel::RELABEL;
use super::remote::SIGV4;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, Shown};
use crate::section::Section;

/// Prometheus' default of `timeout`.
const TIMEOUT_MS: i64 = 10_000;

static API_VERSION: Choice = Choice::new(
    "expected Alertmanager api version to be one of [v2] but got",
    &["v2"],
);

pub(crate) static ALERTING: Block = Block::new(
    "alerting",
    &[Part::Keys(&[
        Key::new(
            "alert_relabel_configs",
            Kind::List(&Kind::Section(&RELABEL)),
            "Rules for the labels of alerts.",
        ),
        Key::new(
            "alertmanagers",
            Kind::List(&Kind::Section(&ALERTMANAGER)),
            "Alertmanagers to send alerts to.",
        ),
    ])],
);

static ALERTMANAGER: Block = Block::new(
    "alertmanager_config",
    &[
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            Key::new("sigv4", Kind::Section(&SIGV4), "Signs requests for Amazon."),
            Key::new("scheme", Kind::Text, "http or https.").preset(Preset::Text("http")),
            Key::new("path_prefix", Kind::Text, "Stands before the API's path."),
            Key::new("timeout", Kind::Duration, "Time that sending may take.")
                .preset(Preset::DurationMs(TIMEOUT_MS)),
            Key::new(
                "api_version",
                Kind::Choice(&API_VERSION),
                "Version of the API.",
            )
            .preset(Preset::Text("v2"))
            .shown(Shown::Always),
            Key::new(
                "relabel_configs",
                Kind::List(&Kind::Section(&RELABEL)),
                "Rules for the labels of Alertmanagers.",
            ),
            Key::new(
                "alert_relabel_configs",
                Kind::List(&Kind::Section(&RELABEL)),
                "Rules for the labels of alerts to these Alertmanagers.",
            ),
        ]),
        Part::Inline(&discovery::ALL),
    ],
)
.checked(check);

fn check(alertmanager: &Section, report: &mut Report) {
    let others = http_client::authorizations(alertmanager);
    if alertmanager.is_present("sigv4") && !others.is_empty() {
        let message =
            "at most one of basic_auth, authorization, oauth2, & sigv4 must be configured";
        report.error(alertmanager.place_of("sigv4"), &alertmanager.path, message);
    }
    if !alertmanager.has("relabel_configs") {
        super::scrape::check_static_targets(alertmanager, report);
    }
}
