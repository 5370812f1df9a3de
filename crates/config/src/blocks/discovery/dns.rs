//! `dns_sd_configs`.

use super::keys::refresh;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, SIGNED, TEXTS};
use crate::section::Section;

static TYPE: Choice = Choice::new(
    "invalid DNS-SD records type",
    &["SRV", "A", "AAAA", "MX", "NS"],
)
.any_case();

pub(super) static DNS: Block = Block::new(
    "dns_sd_config",
    &[Part::Keys(&[
        Key::new("names", TEXTS, "Names to look up.")
            .required("DNS-SD config must contain at least one SRV record name"),
        refresh(30_000),
        Key::new("type", Kind::Choice(&TYPE), "Type of record.").preset(Preset::Text("SRV")),
        Key::new(
            "port",
            SIGNED,
            "Port of targets; only SRV records have one of their own.",
        ),
    ])],
)
.checked(check);

fn check(dns: &Section, report: &mut Report) {
    if !dns.has("type") {
        report.error(
            dns.place_of("type"),
            &dns.path,
            "invalid DNS-SD records type",
        );
    } else if dns.text("type") != "SRV" && dns.whole("port") == 0 {
        let message = "a port is required in DNS-SD configs for all record types except SRV";
        report.error(dns.place_of("type"), &dns.path, message);
    }
}
