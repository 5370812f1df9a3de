//! `docker_sd_configs` and `dockerswarm_sd_configs`.

use super::keys::{FILTER, PORT, REFRESH, check_url};
use crate::blocks::http_client::HTTP_CLIENT;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, Shown};

static ROLE: Choice = Choice::new(
    "invalid role, expected tasks, services, or nodes, got",
    &["services", "tasks", "nodes"],
);

const HOST: Key =
    Key::new("host", Kind::Text, "Address of the Docker daemon.").required("host missing");

pub(super) static DOCKER: Block = Block::new(
    "docker_sd_config",
    &[
        Part::Keys(&[
            HOST,
            PORT,
            Key::new(
                "filters",
                Kind::List(&Kind::Section(&FILTER)),
                "Which containers.",
            ),
            Key::new(
                "host_networking_host",
                Kind::Text,
                "Host of containers without network.",
            )
            .preset(Preset::Text("localhost")),
            Key::new(
                "match_first_network",
                Kind::Flag,
                "Whether one network is enough.",
            )
            .preset(Preset::Flag(true))
            .shown(Shown::Always),
            REFRESH,
        ]),
        Part::Inline(&HTTP_CLIENT),
    ],
)
.checked(|docker, report| check_url(docker, "host", report));

pub(super) static SWARM: Block = Block::new(
    "dockerswarm_sd_config",
    &[
        Part::Keys(&[
            HOST,
            Key::new("role", Kind::Choice(&ROLE), "What is discovered.")
                .required("role missing (one of: tasks, services, nodes)"),
            PORT,
            Key::new(
                "filters",
                Kind::List(&Kind::Section(&FILTER)),
                "Which of them.",
            ),
            REFRESH,
        ]),
        Part::Inline(&HTTP_CLIENT),
    ],
)
.checked(|swarm, report| check_url(swarm, "host", report));
