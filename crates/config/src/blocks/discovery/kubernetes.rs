//! `kubernetes_sd_configs`.

mod selector;

use crate::blocks::http_client::{self, HTTP_CLIENT};
use crate::problem::Report;
use crate::schema::{Block, Choice, Key, Kind, Part, Preset, Shown, TEXTS};
use crate::section::Section;

static ROLE: Choice = Choice::new(
    "unknown Kubernetes SD role",
    &[
        "pod",
        "service",
        "endpoints",
        "endpointslice",
        "node",
        "ingress",
    ],
);

/// Which objects can be selected when a role is discovered.
const SELECTORS: [(&str, &[&str]); 6] = [
    ("pod", &["pod", "node"]),
    ("service", &["service"]),
    ("endpointslice", &["pod", "service", "endpointslice"]),
    ("endpoints", &["pod", "service", "endpoints"]),
    ("node", &["node"]),
    ("ingress", &["ingress"]),
];

pub(super) static KUBERNETES: Block = Block::new(
    "kubernetes_sd_config",
    &[
        Part::Keys(&[
            Key::new(
                "api_server",
                Kind::Url,
                "URL of the API; empty inside of a cluster.",
            ),
            Key::new("role", Kind::Choice(&ROLE), "What is discovered.").required(
                "role missing (one of: pod, service, endpoints, endpointslice, node, ingress)",
            ),
            Key::new(
                "kubeconfig_file",
                Kind::Path,
                "File with kubectl\'s configuration.",
            )
            .shown(Shown::Always),
        ]),
        Part::Inline(&HTTP_CLIENT),
        Part::Keys(&[
            Key::new(
                "namespaces",
                Kind::Section(&NAMESPACES),
                "Which namespaces.",
            ),
            Key::new(
                "selectors",
                Kind::List(&Kind::Section(&SELECTOR)),
                "Which objects.",
            ),
            Key::new(
                "attach_metadata",
                Kind::Section(&METADATA),
                "What else becomes labels.",
            ),
        ]),
    ],
)
.checked(check);

static NAMESPACES: Block = Block::new(
    "namespaces",
    &[Part::Keys(&[
        Key::new(
            "own_namespace",
            Kind::Flag,
            "Whether Ferula's own namespace counts.",
        )
        .preset(Preset::Flag(false))
        .shown(Shown::Always),
        Key::new(
            "names",
            TEXTS,
            "Names of namespaces; all, if none is given.",
        ),
    ])],
);

static SELECTOR: Block = Block::new(
    "selector",
    &[Part::Keys(&[
        Key::new("role", Kind::Choice(&ROLE), "Which objects are selected."),
        Key::new("label", Kind::Text, "Condition on their labels."),
        Key::new("field", Kind::Text, "Condition on their fields."),
    ])],
);

static METADATA: Block = Block::new(
    "attach_metadata",
    &[Part::Keys(&[
        Key::new("node", Kind::Flag, "Labels and annotations of the node.")
            .preset(Preset::Flag(false))
            .shown(Shown::Always),
        Key::new(
            "namespace",
            Kind::Flag,
            "Labels and annotations of the namespace.",
        ),
        Key::new("deployment", Kind::Flag, "The deployment that made a pod."),
        Key::new("job", Kind::Flag, "The job that made a pod."),
        Key::new("cronjob", Kind::Flag, "The cron job that made a pod."),
    ])],
);

fn check(kubernetes: &Section, report: &mut Report) {
    let has_server = kubernetes.has("api_server");
    let has_config = kubernetes.has("kubeconfig_file");
    let has_client = http_client::is_changed(kubernetes);
    let own = kubernetes
        .section("namespaces")
        .is_some_and(|names| names.flag("own_namespace"));
    let mut refuse = |key: &str, message: &str| {
        report.error(kubernetes.place_of(key), &kubernetes.path, message);
    };
    if has_server && has_config {
        let message = "cannot use 'kubeconfig_file' and 'api_server' simultaneously";
        refuse("kubeconfig_file", message);
    }
    if has_config && has_client {
        let message =
            "cannot use a custom HTTP client configuration together with 'kubeconfig_file'";
        refuse("kubeconfig_file", message);
    }
    if !has_server && !has_config && has_client {
        let message = "to use custom HTTP client configuration please provide the 'api_server' URL \
                       explicitly";
        refuse("api_server", message);
    }
    if has_server && own {
        let message = "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously";
        refuse("namespaces", message);
    }
    if has_config && own {
        let message = "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously";
        refuse("namespaces", message);
    }
    check_selectors(kubernetes, report);
}

fn check_selectors(kubernetes: &Section, report: &mut Report) {
    let role = kubernetes.text("role");
    let allowed = SELECTORS.iter().find(|(known, _)| *known == role);
    let allowed = allowed.map_or(&[] as &[&str], |(_, allowed)| allowed);
    let mut seen: Vec<&str> = Vec::new();
    for selector in kubernetes.sections("selectors") {
        let selected = selector.text("role");
        let message = if seen.contains(&selected) {
            format!("duplicated selector role: {selected}")
        } else if !allowed.contains(&selected) {
            format!("{role} role supports only {} selectors", allowed.join(", "))
        } else if let Err(message) = selector::check_fields(selector.text("field")) {
            message
        } else if let Err(message) = selector::check_labels(selector.text("label")) {
            message
        } else {
            seen.push(selected);
            continue;
        };
        seen.push(selected);
        report.error(selector.place, &selector.path, message);
    }
}
