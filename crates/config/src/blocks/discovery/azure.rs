//! `azure_sd_configs`.

use super::keys::{PORT, refresh};
use crate::blocks::http_client::HTTP_CLIENT;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset};
use crate::section::Section;

static METHOD: Choice = Choice::new(
    "unknown authentication_type",
    &["OAuth", "ManagedIdentity", "SDK", "WorkloadIdentity"],
);

pub(super) static AZURE: Block = Block::new(
    "azure_sd_config",
    &[
        Part::Keys(&[
            Key::new("environment", Kind::Text, "Which of Azure's clouds.")
                .preset(Preset::Text("AzurePublicCloud")),
            PORT,
            Key::new("subscription_id", Kind::Text, "The subscription.")
                .required("azure SD configuration requires a subscription_id"),
            Key::new("tenant_id", Kind::Text, "The tenant."),
            Key::new("client_id", Kind::Text, "The application."),
            Key::new("client_secret", Kind::Secret, "The application's secret."),
            refresh(300_000),
            Key::new(
                "authentication_method",
                Kind::Choice(&METHOD),
                "How to authenticate.",
            )
            .preset(Preset::Text("OAuth")),
            Key::new("resource_group", Kind::Text, "Only this group's machines."),
        ]),
        Part::Inline(&HTTP_CLIENT),
    ],
)
.checked(check);

fn check(azure: &Section, report: &mut Report) {
    if azure.text("authentication_method") != "OAuth" {
        return;
    }
    for key in ["tenant_id", "client_id", "client_secret"] {
        if !azure.has(key) {
            let message = format!("azure SD configuration requires a {key}");
            report.error(azure.place_of(key), &azure.path, message);
        }
    }
}
