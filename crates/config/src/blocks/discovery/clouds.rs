//! Clouds that are asked for their machines, each with few settings of its own.

use super::keys::{PORT, REFRESH, TAG_SEPARATOR, check_url};
use crate::blocks::http_client::HTTP_CLIENT;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, TEXTS};
use crate::section::Section;

static DIGITALOCEAN_ROLE: Choice =
    Choice::new("unknown DigitalOcean SD role", &["droplets", "databases"]);

pub(super) static DIGITALOCEAN: Block = Block::new(
    "digitalocean_sd_config",
    &[
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            REFRESH,
            PORT,
            Key::new(
                "role",
                Kind::Choice(&DIGITALOCEAN_ROLE),
                "What is discovered.",
            )
            .preset(Preset::Text("droplets")),
        ]),
    ],
);

pub(super) static GCE: Block = Block::new(
    "gce_sd_config",
    &[Part::Keys(&[
        Key::new("project", Kind::Text, "Google's project.")
            .required("GCE SD configuration requires a project"),
        Key::new("zone", Kind::Text, "Google's zone.")
            .required("GCE SD configuration requires a zone"),
        Key::new("filter", Kind::Text, "Filter of instances."),
        REFRESH,
        PORT,
        TAG_SEPARATOR,
    ])],
);

static HETZNER_ROLE: Choice = Choice::new("unknown role", &["robot", "hcloud"]);

pub(super) static HETZNER: Block = Block::new(
    "hetzner_sd_config",
    &[
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            REFRESH,
            PORT,
            Key::new(
                "role",
                Kind::Choice(&HETZNER_ROLE),
                "Which of Hetzner's offers.",
            )
            .required("role missing (one of: robot, hcloud)"),
            Key::new(
                "label_selector",
                Kind::Text,
                "Labels that a server must have.",
            ),
        ]),
    ],
);

pub(super) static IONOS: Block = Block::new(
    "ionos_sd_config",
    &[
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            Key::new("datacenter_id", Kind::Text, "The data centre.")
                .required("datacenter id can't be empty"),
            REFRESH,
            PORT,
        ]),
    ],
);

pub(super) static LINODE: Block = Block::new(
    "linode_sd_config",
    &[
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            REFRESH,
            PORT,
            TAG_SEPARATOR,
            Key::new("region", Kind::Text, "Only this region."),
        ]),
    ],
);

/// Prometheus has it since 3.14. What its keys allow is not written down here, so that none is refused.
pub(super) static OCI: Block = Block::new(
    "oci_sd_config",
    &[
        Part::Keys(&[
            Key::new("tenancy", Kind::Text, "Oracle's tenancy."),
            Key::new("user", Kind::Text, "Oracle's user."),
            Key::new("fingerprint", Kind::Text, "The fingerprint of the key."),
            Key::new("key_file", Kind::Text, "File with the key."),
            Key::new("passphrase", Kind::Secret, "Opens the key."),
            Key::new("pass_phrase", Kind::Secret, "Opens the key."),
            Key::new("region", Kind::Text, "Oracle's region."),
            Key::new("compartments", TEXTS, "Only these compartments."),
            PORT,
            REFRESH,
        ]),
        Part::Inline(&HTTP_CLIENT),
    ],
)
.open();

pub(super) static OUTSCALE: Block = Block::new(
    "outscale_sd_config",
    &[
        Part::Keys(&[
            Key::new("endpoint", Kind::Text, "Where the API is."),
            Key::new("region", Kind::Text, "Outscale's region.")
                .preset(Preset::Text("eu-west-2"))
                .required("outscale SD configuration requires a region"),
            Key::new("access_key", Kind::Text, "Name of the key.")
                .required("outscale SD configuration requires access_key"),
            Key::new("secret_key", Kind::Secret, "The key."),
            Key::new("secret_key_file", Kind::Path, "File with the key."),
            REFRESH,
            PORT,
        ]),
        Part::Inline(&HTTP_CLIENT),
    ],
)
.checked(check_secret_key);

static OVH_SERVICE: Choice = Choice::new("unknown service:", &["dedicated_server", "vps"]);

pub(super) static OVHCLOUD: Block = Block::new(
    "ovhcloud_sd_config",
    &[Part::Keys(&[
        Key::new("endpoint", Kind::Text, "Which of OVH's regions.")
            .preset(Preset::Text("ovh-eu"))
            .required("endpoint can not be empty"),
        Key::new("application_key", Kind::Text, "The application.")
            .required("application key can not be empty"),
        Key::new(
            "application_secret",
            Kind::Secret,
            "The application's secret.",
        )
        .required("application secret can not be empty"),
        Key::new("consumer_key", Kind::Secret, "The consumer's key.")
            .required("consumer key can not be empty"),
        REFRESH,
        Key::new(
            "service",
            Kind::Choice(&OVH_SERVICE),
            "Which of OVH's offers.",
        )
        .required("unknown service:"),
    ])],
);

pub(super) static STACKIT: Block = Block::new(
    "stackit_sd_config",
    &[
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            REFRESH,
            PORT,
            Key::new("region", Kind::Text, "Stackit's region.").preset(Preset::Text("eu01")),
            Key::new("endpoint", Kind::Text, "Where the API is."),
            Key::new("project", Kind::Text, "The project."),
            Key::new("service_account_key", Kind::Secret, "The account's key."),
            Key::new("private_key", Kind::Secret, "The private key."),
            Key::new(
                "service_account_key_path",
                Kind::Text,
                "File with the account's key.",
            ),
            Key::new("private_key_path", Kind::Text, "File with the private key."),
            Key::new(
                "credentials_file_path",
                Kind::Text,
                "File with credentials.",
            ),
        ]),
    ],
)
.checked(check_stackit);

pub(super) static VULTR: Block = Block::new(
    "vultr_sd_config",
    &[Part::Inline(&HTTP_CLIENT), Part::Keys(&[REFRESH, PORT])],
);

/// One of the key and its file, not both.
pub(super) fn check_secret_key(config: &Section, report: &mut Report) {
    let message = match (config.has("secret_key"), config.has("secret_key_file")) {
        (true, true) => "at most one of secret_key & secret_key_file must be configured",
        (false, false) => "one of secret_key & secret_key_file must be configured",
        _ => return,
    };
    report.error(config.place_of("secret_key"), &config.path, message);
}

fn check_stackit(config: &Section, report: &mut Report) {
    if !config.has("endpoint") && !config.has("region") {
        report.error(config.place, &config.path, "endpoint or region missing");
    }
    check_url(config, "endpoint", report);
}
