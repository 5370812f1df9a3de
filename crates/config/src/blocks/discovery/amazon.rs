//! Amazon's: `aws_sd_configs` with a role, and the kinds that came before it.
//!
//! Without a region Prometheus asks the machine it runs on; that is no matter of the file.

use super::keys::{FILTER, PORT, REFRESH};
use crate::blocks::http_client::HTTP_CLIENT;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, SIGNED, TEXTS};
use crate::section::Section;

static ROLE: Choice = Choice::new(
    "unknown AWS SD role",
    &["ec2", "ecs", "elasticache", "lightsail", "msk", "rds"],
);

static ACCOUNT: Block = Block::new(
    "aws_account",
    &[Part::Keys(&[
        Key::new("region", Kind::Text, "Amazon's region."),
        Key::new("endpoint", Kind::Text, "Where the API is."),
        Key::new("access_key", Kind::Text, "Name of the key."),
        Key::new("secret_key", Kind::Secret, "The key."),
        Key::new(
            "profile",
            Kind::Text,
            "Profile of Amazon's own configuration.",
        ),
        Key::new("role_arn", Kind::Text, "Role to take."),
        Key::new(
            "external_id",
            Kind::Text,
            "Name to give when taking the role.",
        ),
        PORT,
        REFRESH,
    ])],
);

const FILTERS: Key = Key::new("filters", Kind::List(&FILTER_KIND), "Which machines.");
static FILTER_KIND: Kind = Kind::Section(&FILTER);
const CLUSTERS: Key = Key::new("clusters", TEXTS, "Which clusters.");
const REQUEST_CONCURRENCY: Key =
    Key::new("request_concurrency", SIGNED, "Most requests at once.").preset(Preset::Whole(20));

pub(super) static AWS: Block = Block::new(
    "aws_sd_config",
    &[
        Part::Keys(
            &[Key::new("role", Kind::Choice(&ROLE), "What is discovered.")
                .required("unknown AWS SD role \"\"")],
        ),
        Part::Inline(&ACCOUNT),
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[FILTERS, CLUSTERS]),
    ],
)
.checked(check_filters);

pub(super) static EC2: Block = Block::new(
    "ec2_sd_config",
    &[
        Part::Inline(&ACCOUNT),
        Part::Keys(&[FILTERS]),
        Part::Inline(&HTTP_CLIENT),
    ],
)
.checked(check_filters);

pub(super) static LIGHTSAIL: Block = Block::new(
    "lightsail_sd_config",
    &[Part::Inline(&ACCOUNT), Part::Inline(&HTTP_CLIENT)],
);

/// The kinds that look at clusters: containers, Kafka, caches.
pub(super) static CLUSTERED: Block = Block::new(
    "ecs_sd_config",
    &[
        Part::Inline(&ACCOUNT),
        Part::Keys(&[CLUSTERS, REQUEST_CONCURRENCY]),
        Part::Inline(&HTTP_CLIENT),
    ],
);

pub(super) static RDS: Block = Block::new(
    "rds_sd_config",
    &[
        Part::Inline(&ACCOUNT),
        Part::Keys(&[FILTERS, CLUSTERS, REQUEST_CONCURRENCY]),
        Part::Inline(&HTTP_CLIENT),
    ],
)
.checked(check_filters);

fn check_filters(config: &Section, report: &mut Report) {
    for filter in config.sections("filters") {
        if !filter.has("values") {
            let message = "EC2 SD configuration filter values cannot be empty";
            report.error(filter.place, &filter.path, message);
        }
    }
}
