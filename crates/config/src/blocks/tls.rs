//! `tls_config`.

use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, Shown};
use crate::section::Section;

static VERSION: Choice = Choice::new(
    "unknown TLS version:",
    &["TLS10", "TLS11", "TLS12", "TLS13"],
);

pub(crate) static TLS: Block = Block::new(
    "tls_config",
    &[Part::Keys(&[
        Key::new("ca", Kind::Text, "Certificates (PEM) to trust."),
        Key::new("cert", Kind::Text, "Our certificate (PEM)."),
        Key::new("key", Kind::Secret, "The key of our certificate (PEM)."),
        Key::new(
            "ca_file",
            Kind::Path,
            "File with certificates (PEM) to trust.",
        ),
        Key::new("cert_file", Kind::Path, "File with our certificate (PEM)."),
        Key::new(
            "key_file",
            Kind::Path,
            "File with the key of our certificate (PEM).",
        ),
        Key::new(
            "ca_ref",
            Kind::Text,
            "Name in a secret manager, of which there is none.",
        )
        .later(),
        Key::new(
            "cert_ref",
            Kind::Text,
            "Name in a secret manager, of which there is none.",
        )
        .later(),
        Key::new(
            "key_ref",
            Kind::Text,
            "Name in a secret manager, of which there is none.",
        )
        .later(),
        Key::new(
            "server_name",
            Kind::Text,
            "Name that the server's certificate must have.",
        ),
        Key::new(
            "insecure_skip_verify",
            Kind::Flag,
            "Whether to trust everybody.",
        )
        .preset(Preset::Flag(false))
        .shown(Shown::Always),
        Key::new(
            "min_version",
            Kind::Choice(&VERSION),
            "The oldest version of TLS to speak.",
        ),
        Key::new(
            "max_version",
            Kind::Choice(&VERSION),
            "The newest version of TLS to speak.",
        ),
    ])],
)
.checked(check);

fn check(tls: &Section, report: &mut Report) {
    let mut refuse = |key: &str, message: &str| {
        report.error(tls.place_of(key), &tls.path, message);
    };
    let count = |name: &str| {
        ["", "_file", "_ref"]
            .iter()
            .filter(|end| tls.has(&format!("{name}{end}")))
            .count()
    };
    for name in ["ca", "cert", "key"] {
        if count(name) > 1 {
            let message =
                format!("at most one of {name}, {name}_file & {name}_ref must be configured");
            refuse(name, &message);
        }
    }
    if count("cert") > 0 && count("key") == 0 {
        let message = "exactly one of key or key_file must be configured when a client certificate \
                       is configured";
        refuse("cert_file", message);
    }
    if count("key") > 0 && count("cert") == 0 {
        let message = "exactly one of cert or cert_file must be configured when a client key is \
                       configured";
        refuse("key_file", message);
    }
    let (least, most) = (tls.text("min_version"), tls.text("max_version"));
    // The words sort as the versions do.
    if !least.is_empty() && !most.is_empty() && least > most {
        let message = "tls_config.max_version must be greater than or equal to \
                       tls_config.min_version if both are specified";
        refuse("max_version", message);
    }
}
