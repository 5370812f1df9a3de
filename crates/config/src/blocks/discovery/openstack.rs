//! `openstack_sd_configs`.

use super::keys::{PORT, REFRESH};
use crate::blocks::tls::TLS;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, Shown};

static ROLE: Choice = Choice::new(
    "unknown OpenStack SD role",
    &["hypervisor", "instance", "loadbalancer"],
);

static AVAILABILITY: Choice = Choice::new(
    "unknown availability, must be one of admin, internal or public, got",
    &["public", "internal", "admin"],
);

pub(super) static OPENSTACK: Block = Block::new(
    "openstack_sd_config",
    &[Part::Keys(&[
        Key::new(
            "identity_endpoint",
            Kind::Text,
            "URL of the identity service.",
        ),
        Key::new("username", Kind::Text, "The user's name."),
        Key::new("userid", Kind::Text, "The user's number."),
        Key::new("password", Kind::Secret, "The password."),
        Key::new("project_name", Kind::Text, "The project's name."),
        Key::new("project_id", Kind::Text, "The project's number."),
        Key::new("domain_name", Kind::Text, "The domain's name."),
        Key::new("domain_id", Kind::Text, "The domain's number."),
        Key::new(
            "application_credential_name",
            Kind::Text,
            "Name of the application.",
        ),
        Key::new(
            "application_credential_id",
            Kind::Text,
            "Number of the application.",
        ),
        Key::new(
            "application_credential_secret",
            Kind::Secret,
            "Secret of the application.",
        ),
        Key::new("role", Kind::Choice(&ROLE), "What is discovered.")
            .required("role missing (one of: instance, hypervisor, loadbalancer)"),
        Key::new("region", Kind::Text, "OpenStack's region.")
            .required("openstack SD configuration requires a region")
            .shown(Shown::Always),
        REFRESH,
        PORT,
        Key::new(
            "all_tenants",
            Kind::Flag,
            "Whether other tenants' instances count.",
        ),
        Key::new(
            "tls_config",
            Kind::Section(&TLS),
            "What to trust and show in TLS.",
        ),
        Key::new(
            "availability",
            Kind::Choice(&AVAILABILITY),
            "Which endpoint is asked.",
        )
        .preset(Preset::Text("public")),
    ])],
);
