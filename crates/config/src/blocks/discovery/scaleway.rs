//! `scaleway_sd_configs`. Scaleway's own library checks the form of keys and numbers before anything is asked, so
//! that a file with others is refused.

use super::clouds::check_secret_key;
use super::keys::{PORT, REFRESH};
use crate::blocks::http_client::HTTP_CLIENT;
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, Shown, TEXTS};
use crate::section::Section;

static SCALEWAY_ROLE: Choice = Choice::new("unknown role", &["instance", "baremetal"]);

pub(super) static SCALEWAY: Block = Block::new(
    "scaleway_sd_config",
    &[
        Part::Keys(&[
            Key::new("project_id", Kind::Text, "The project.").required("project_id is mandatory"),
            Key::new("api_url", Kind::Text, "Where the API is.")
                .preset(Preset::Text("https://api.scaleway.com")),
            Key::new("zone", Kind::Text, "Scaleway's zone.").preset(Preset::Text("fr-par-1")),
            Key::new("access_key", Kind::Text, "Name of the key.")
                .required("access_key is mandatory"),
            Key::new("secret_key", Kind::Secret, "The key.").shown(Shown::Always),
            Key::new("secret_key_file", Kind::Path, "File with the key."),
            Key::new("name_filter", Kind::Text, "Only machines with this name."),
            Key::new("tags_filter", TEXTS, "Only machines with these tags."),
        ]),
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            REFRESH,
            PORT,
            Key::new("role", Kind::Choice(&SCALEWAY_ROLE), "What is discovered.")
                .required("role missing (one of: instance, baremetal)"),
        ]),
    ],
)
.checked(check);

fn check(scaleway: &Section, report: &mut Report) {
    check_secret_key(scaleway, report);
    let mut demand = |key: &str, is_fine: fn(&str) -> bool, message: String| {
        if scaleway.has(key) && !is_fine(scaleway.text(key)) {
            report.error(scaleway.place_of(key), scaleway.path_of(key), message);
        }
    };
    let access_key = scaleway.text("access_key");
    let message =
        format!("invalid access key format '{access_key}', expected SCWXXXXXXXXXXXXXXXXX format");
    demand("access_key", is_access_key, message);
    // The secret itself is not repeated.
    demand(
        "secret_key",
        is_uuid,
        "invalid secret key format, expected a UUID".to_owned(),
    );
    let project = scaleway.text("project_id");
    let message = format!("invalid project ID format '{project}', expected a UUID");
    demand("project_id", is_uuid, message);
    let zone = scaleway.text("zone");
    demand(
        "zone",
        is_zone,
        format!("invalid default zone format '{zone}', such as fr-par-1"),
    );
}

/// `SCW` and 17 capital letters or digits.
fn is_access_key(text: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    text.strip_prefix("SCW")
        .is_some_and(|rest| rest.len() == 17 && rest.bytes().all(is_fine))
}

/// Groups of 8, 4, 4, 4 and 12 hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A country, a town and a number: `fr-par-1`.
fn is_zone(text: &str) -> bool {
    let is_word = |part: &str, letters: usize| {
        part.len() == letters && part.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    match text.split('-').collect::<Vec<_>>()[..] {
        [country, town, number] => {
            is_word(country, 2) && is_word(town, 3) && number.parse::<u8>().is_ok_and(|n| n > 0)
        }
        _ => false,
    }
}
