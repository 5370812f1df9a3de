//! `tracing`: where traces of Ferula's own work are sent.

use super::http_client::is_reserved;
use super::tls::TLS;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset};
use crate::section::Section;

static CLIENT: Choice = Choice::new(
    "expected tracing client type to be to be http or grpc, but got",
    &["http", "grpc"],
);

static COMPRESSION: Choice = Choice::new(
    "invalid compression type provided, valid options: gzip, got",
    &["gzip"],
)
.or_empty();

pub(crate) static TRACING: Block = Block::new(
    "tracing",
    &[Part::Keys(&[
        Key::new("client_type", Kind::Choice(&CLIENT), "http or grpc.")
            .preset(Preset::Text("grpc")),
        Key::new("endpoint", Kind::Text, "Where traces are sent to.")
            .required("tracing endpoint must be set"),
        Key::new(
            "sampling_fraction",
            Kind::Number,
            "Share of the work that is traced.",
        ),
        Key::new("insecure", Kind::Flag, "Whether to do without TLS."),
        Key::new(
            "tls_config",
            Kind::Section(&TLS),
            "What to trust and show in TLS.",
        ),
        Key::new(
            "headers",
            Kind::Map(&Kind::Text),
            "Headers of every request.",
        ),
        Key::new(
            "compression",
            Kind::Choice(&COMPRESSION),
            "gzip or nothing.",
        ),
        Key::new("timeout", Kind::Duration, "Time that sending may take."),
    ])],
)
.checked(check);

fn check(tracing: &Section, report: &mut Report) {
    for (name, header) in tracing.map("headers") {
        let message = if name.eq_ignore_ascii_case("authorization") {
            "custom authorization header configuration is not yet supported".to_owned()
        } else if is_reserved(name) {
            format!("{name} is a reserved header. It must not be changed")
        } else {
            continue;
        };
        report.error(header.place, tracing.path_of("headers"), message);
    }
}
