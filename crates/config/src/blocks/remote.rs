//! `remote_write` and `remote_read`.

mod azure;
mod queue;

use azure::AZUREAD;
use queue::{METADATA, QUEUE};

use super::http_client::{self, HTTP_CLIENT, HTTP1_CLIENT, is_reserved};
use super::relabel::RELABEL;
use crate::label::NameScheme;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, UNSIGNED};
use crate::section::Section;

/// Prometheus' default of `remote_write.remote_timeout`.
const WRITE_TIMEOUT_MS: i64 = 30_000;
/// Prometheus' default of `remote_read.remote_timeout`.
const READ_TIMEOUT_MS: i64 = 60_000;
/// Prometheus' default of `remote_read.chunked_read_limit`: about 100,000 full chunks.
const CHUNKED_READ_LIMIT_BYTES: i64 = 50_000_000;

static MESSAGE: Choice = Choice::new(
    "invalid protobuf_message value: unknown type for remote write protobuf message",
    &["prometheus.WriteRequest", "io.prometheus.write.v2.Request"],
);

pub(crate) static REMOTE_WRITE: Block = Block::new(
    "remote_write",
    &[
        Part::Keys(&[
            Key::new("url", Kind::Url, "Where samples are sent to.")
                .required("url for remote_write is empty"),
            Key::new(
                "remote_timeout",
                Kind::Duration,
                "Time that a request may take.",
            )
            .preset(Preset::DurationMs(WRITE_TIMEOUT_MS)),
            Key::new(
                "headers",
                Kind::Map(&Kind::Text),
                "Headers of every request.",
            ),
            Key::new(
                "write_relabel_configs",
                Kind::List(&Kind::Section(&RELABEL)),
                "Rules for the labels of samples that are sent.",
            ),
            Key::new("name", Kind::Text, "Name of the queue in metrics and logs."),
            Key::new("send_exemplars", Kind::Flag, "Whether exemplars are sent."),
            Key::new(
                "send_native_histograms",
                Kind::Flag,
                "Whether native histograms are sent.",
            ),
            Key::new(
                "round_robin_dns",
                Kind::Flag,
                "Whether all addresses of the host are used.",
            ),
            Key::new(
                "protobuf_message",
                Kind::Choice(&MESSAGE),
                "Form of the requests.",
            )
            .preset(Preset::Text("prometheus.WriteRequest")),
        ]),
        Part::Inline(&HTTP1_CLIENT),
        Part::Keys(&[
            Key::new(
                "queue_config",
                Kind::Section(&QUEUE),
                "How samples wait and are retried.",
            )
            .preset(Preset::Section),
            Key::new(
                "metadata_config",
                Kind::Section(&METADATA),
                "How metadata is sent.",
            )
            .preset(Preset::Section),
            Key::new("sigv4", Kind::Section(&SIGV4), "Signs requests for Amazon."),
            Key::new(
                "azuread",
                Kind::Section(&AZUREAD),
                "Authorises requests for Azure.",
            ),
            Key::new(
                "google_iam",
                Kind::Section(&GOOGLE_IAM),
                "Authorises requests for Google.",
            ),
        ]),
    ],
)
.checked(check_write);

pub(crate) static REMOTE_READ: Block = Block::new(
    "remote_read",
    &[
        Part::Keys(&[
            Key::new("url", Kind::Url, "Where samples are read from.")
                .required("url for remote_read is empty"),
            Key::new(
                "remote_timeout",
                Kind::Duration,
                "Time that a request may take.",
            )
            .preset(Preset::DurationMs(READ_TIMEOUT_MS)),
            Key::new(
                "chunked_read_limit",
                UNSIGNED,
                "Largest frame of an answer in bytes.",
            )
            .preset(Preset::Whole(CHUNKED_READ_LIMIT_BYTES)),
            Key::new(
                "headers",
                Kind::Map(&Kind::Text),
                "Headers of every request.",
            ),
            Key::new(
                "read_recent",
                Kind::Flag,
                "Whether also what the store has is asked for.",
            ),
            Key::new(
                "name",
                Kind::Text,
                "Name of the reader in metrics and logs.",
            ),
        ]),
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            Key::new(
                "required_matchers",
                Kind::Map(&Kind::Text),
                "Matchers that a selector must have for it to be asked.",
            ),
            Key::new(
                "filter_external_labels",
                Kind::Flag,
                "Whether external labels are added to selectors.",
            )
            .preset(Preset::Flag(true)),
        ]),
    ],
)
.checked(check_read);

pub(super) static SIGV4: Block = Block::new(
    "sigv4",
    &[Part::Keys(&[
        Key::new("region", Kind::Text, "Amazon's region."),
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
        Key::new(
            "service",
            Kind::Text,
            "Name of the service that is signed for.",
        ),
        Key::new(
            "use_fips_sts_endpoint",
            Kind::Flag,
            "Whether tokens come from FIPS endpoints.",
        ),
        Key::new("sts_endpoint", Kind::Text, "Where tokens come from."),
    ])],
)
.checked(check_sigv4);

static GOOGLE_IAM: Block = Block::new(
    "google_iam",
    &[Part::Keys(&[Key::new(
        "credentials_file",
        Kind::Path,
        "File with credentials.",
    )])],
);

fn check_sigv4(sigv4: &Section, report: &mut Report) {
    if sigv4.has("access_key") != sigv4.has("secret_key") {
        let message = "must provide a AWS SigV4 Access key and Secret Key if credentials are \
                       specified in the SigV4 config";
        report.error(sigv4.place, &sigv4.path, message);
    }
}

fn check_write(remote: &Section, report: &mut Report) {
    check_headers(remote, report);
    let mut kinds = http_client::authorizations(remote);
    kinds.extend(
        ["sigv4", "azuread", "google_iam"]
            .iter()
            .filter(|key| remote.is_present(key)),
    );
    if let [_, second, ..] = kinds[..] {
        let message = format!(
            "at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must \
             be configured. Currently configured: [{}]",
            kinds.join(" ")
        );
        report.error(remote.place_of(second), &remote.path, message);
    }
}

fn check_read(remote: &Section, report: &mut Report) {
    check_headers(remote, report);
    for (name, matcher) in remote.map("required_matchers") {
        if !NameScheme::Utf8.is_name(name) {
            let path = remote.path_of("required_matchers");
            report.error(
                matcher.place,
                path,
                format!("{name:?} is not a valid label name"),
            );
        }
    }
}

fn check_headers(remote: &Section, report: &mut Report) {
    for (name, header) in remote.map("headers") {
        let message = if name.eq_ignore_ascii_case("authorization") {
            "authorization header must be changed via the basic_auth, authorization, oauth2, \
             sigv4, azuread or google_iam parameter"
                .to_owned()
        } else if is_reserved(name) {
            format!("{name} is a reserved header. It must not be changed")
        } else {
            continue;
        };
        report.error(header.place, remote.path_of("headers"), message);
    }
}
