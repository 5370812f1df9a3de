//! `triton_sd_configs`.

use super::keys::{REFRESH, port};
use crate::blocks::tls::TLS;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, SIGNED, TEXTS};
use crate::section::Section;

static ROLE: Choice = Choice::new(
    "triton SD configuration requires role to be 'container' or 'cn', got",
    &["container", "cn"],
);

pub(super) static TRITON: Block = Block::new(
    "triton_sd_config",
    &[Part::Keys(&[
        Key::new("account", Kind::Text, "The account.")
            .required("triton SD configuration requires an account"),
        Key::new("role", Kind::Choice(&ROLE), "What is discovered.")
            .preset(Preset::Text("container")),
        Key::new("dns_suffix", Kind::Text, "The domain of targets.")
            .required("triton SD configuration requires a dns_suffix"),
        Key::new("endpoint", Kind::Text, "Host of the discovery.")
            .required("triton SD configuration requires an endpoint"),
        Key::new("groups", TEXTS, "Which groups."),
        port(9163),
        REFRESH,
        Key::new(
            "tls_config",
            Kind::Section(&TLS),
            "What to trust and show in TLS.",
        ),
        Key::new("version", SIGNED, "Version of the discovery.").preset(Preset::Whole(1)),
    ])],
)
.checked(check);

fn check(triton: &Section, report: &mut Report) {
    if triton.duration_ms("refresh_interval") <= 0 {
        let message = "triton SD configuration requires RefreshInterval to be a positive integer";
        report.error(triton.place_of("refresh_interval"), &triton.path, message);
    }
}
