//! `marathon_sd_configs`.

use super::keys::refresh;
use crate::blocks::http_client::HTTP_CLIENT;
use crate::problem::Report;
use crate::schema::{Block, Key, Kind, Part, TEXTS};
use crate::section::Section;

pub(super) static MARATHON: Block = Block::new(
    "marathon_sd_config",
    &[
        Part::Keys(&[
            Key::new("servers", TEXTS, "URLs of Marathon.")
                .required("marathon_sd: must contain at least one Marathon server"),
            refresh(30_000),
            Key::new("auth_token", Kind::Secret, "DC/OS' token."),
            Key::new("auth_token_file", Kind::Path, "File with DC/OS' token."),
        ]),
        Part::Inline(&HTTP_CLIENT),
    ],
)
.checked(check);

fn check(marathon: &Section, report: &mut Report) {
    let tokens =
        usize::from(marathon.has("auth_token")) + usize::from(marathon.has("auth_token_file"));
    let message = if tokens == 0 {
        return;
    } else if tokens > 1 {
        "marathon_sd: at most one of auth_token & auth_token_file must be configured"
    } else if marathon.is_present("basic_auth") {
        "marathon_sd: at most one of basic_auth, auth_token & auth_token_file must be configured"
    } else if marathon.has("bearer_token") || marathon.has("bearer_token_file") {
        "marathon_sd: at most one of bearer_token, bearer_token_file, auth_token & auth_token_file \
         must be configured"
    } else if marathon.is_present("authorization") {
        "marathon_sd: at most one of auth_token, auth_token_file & authorization must be configured"
    } else {
        return;
    };
    report.error(marathon.place, &marathon.path, message);
}
