//! `azuread` of `remote_write`.

use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset};
use crate::section::Section;

static CLOUD: Choice = Choice::new(
    "must provide a cloud in the Azure AD config, got",
    &["AzureChina", "AzureGovernment", "AzurePublic"],
);

pub(super) static AZUREAD: Block = Block::new(
    "azuread",
    &[Part::Keys(&[
        Key::new(
            "managed_identity",
            Kind::Section(&MANAGED_IDENTITY),
            "The identity that Azure manages.",
        ),
        Key::new(
            "workload_identity",
            Kind::Section(&WORKLOAD_IDENTITY),
            "The identity of a pod.",
        ),
        Key::new(
            "oauth",
            Kind::Section(&OAUTH),
            "An application with a secret.",
        ),
        Key::new("sdk", Kind::Section(&SDK), "What Azure's libraries find."),
        Key::new("cloud", Kind::Choice(&CLOUD), "Which of Azure's clouds.")
            .preset(Preset::Text("AzurePublic")),
        Key::new("scope", Kind::Text, "What tokens are asked for."),
    ])],
)
.checked(check);

static MANAGED_IDENTITY: Block = Block::new(
    "managed_identity",
    &[Part::Keys(&[Key::new(
        "client_id",
        Kind::Text,
        "Its name; empty for the system's.",
    )])],
);

static WORKLOAD_IDENTITY: Block = Block::new(
    "workload_identity",
    &[Part::Keys(&[
        Key::new("client_id", Kind::Text, "The application.")
            .required("must provide an Azure Workload Identity client_id in the Azure AD config"),
        Key::new("tenant_id", Kind::Text, "The tenant.")
            .required("must provide an Azure Workload Identity tenant_id in the Azure AD config"),
        Key::new("token_file_path", Kind::Text, "File with the token."),
    ])],
);

static OAUTH: Block = Block::new(
    "oauth",
    &[Part::Keys(&[
        Key::new("client_id", Kind::Text, "The application.")
            .required("must provide an Azure OAuth client_id in the Azure AD config"),
        Key::new("client_secret", Kind::Secret, "Its secret.")
            .required("must provide an Azure OAuth client_secret in the Azure AD config"),
        Key::new("tenant_id", Kind::Text, "The tenant.")
            .required("must provide an Azure OAuth tenant_id in the Azure AD config"),
    ])],
);

static SDK: Block = Block::new(
    "sdk",
    &[Part::Keys(&[Key::new(
        "tenant_id",
        Kind::Text,
        "The tenant.",
    )])],
);

fn check(azure: &Section, report: &mut Report) {
    let kinds = ["managed_identity", "workload_identity", "oauth", "sdk"];
    let given: Vec<&str> = kinds
        .into_iter()
        .filter(|kind| azure.is_present(kind))
        .collect();
    match given[..] {
        [_] => {}
        [] => {
            let message = "must provide an Azure Managed Identity, Azure Workload Identity, Azure \
                           OAuth or Azure SDK in the Azure AD config";
            report.error(azure.place, &azure.path, message);
        }
        [first, second, ..] => {
            let message =
                format!("cannot provide both {first} and {second} in the Azure AD config");
            report.error(azure.place_of(second), &azure.path, message);
        }
    }
}
