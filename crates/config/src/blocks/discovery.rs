//! Where targets come from: `static_configs` and the `*_sd_configs`.
//!
//! One table per kind. Ferula discovers from the file itself and from target files; the others are read and checked
//! so that a file written for Prometheus gets Prometheus' verdict, and answered with a warning.

mod amazon;
mod azure;
mod clouds;
mod consul;
mod dns;
mod docker;
mod file;
mod fixed;
mod keys;
mod kubernetes;
mod marathon;
mod openstack;
mod scaleway;
mod triton;
mod web;
mod zookeeper;

use crate::schema::{Block, Key, Kind, Part};

/// The key of targets that are written in the file.
pub(crate) const STATIC: &str = "static_configs";
/// The key of targets that are written in files of their own.
pub(crate) const FILE: &str = "file_sd_configs";

/// All kinds, in the order of their names, which is the order in which they are printed.
pub(crate) static ALL: Block = Block::new(
    "discovery",
    &[Part::Keys(&[
        Key::new(
            "aws_sd_configs",
            Kind::List(&Kind::Section(&amazon::AWS)),
            "Machines and more of Amazon.",
        )
        .later(),
        Key::new(
            "azure_sd_configs",
            Kind::List(&Kind::Section(&azure::AZURE)),
            "Machines of Azure.",
        )
        .later(),
        Key::new(
            "consul_sd_configs",
            Kind::List(&Kind::Section(&consul::CONSUL)),
            "Services of Consul.",
        )
        .later(),
        Key::new(
            "digitalocean_sd_configs",
            Kind::List(&Kind::Section(&clouds::DIGITALOCEAN)),
            "Machines of DigitalOcean.",
        )
        .later(),
        Key::new(
            "dns_sd_configs",
            Kind::List(&Kind::Section(&dns::DNS)),
            "Records of DNS.",
        )
        .later(),
        Key::new(
            "docker_sd_configs",
            Kind::List(&Kind::Section(&docker::DOCKER)),
            "Containers of Docker.",
        )
        .later(),
        Key::new(
            "dockerswarm_sd_configs",
            Kind::List(&Kind::Section(&docker::SWARM)),
            "Services of Docker Swarm.",
        )
        .later(),
        Key::new(
            "ec2_sd_configs",
            Kind::List(&Kind::Section(&amazon::EC2)),
            "Machines of Amazon.",
        )
        .later(),
        Key::new(
            "ecs_sd_configs",
            Kind::List(&Kind::Section(&amazon::CLUSTERED)),
            "Containers of Amazon.",
        )
        .later(),
        Key::new(
            "elasticache_sd_configs",
            Kind::List(&Kind::Section(&amazon::CLUSTERED)),
            "Caches of Amazon.",
        )
        .later(),
        Key::new(
            "eureka_sd_configs",
            Kind::List(&Kind::Section(&web::EUREKA)),
            "Services of Eureka.",
        )
        .later(),
        Key::new(
            FILE,
            Kind::List(&Kind::Section(&file::FILE)),
            "Targets from files that are read again when they change.",
        ),
        Key::new(
            "gce_sd_configs",
            Kind::List(&Kind::Section(&clouds::GCE)),
            "Machines of Google.",
        )
        .later(),
        Key::new(
            "hetzner_sd_configs",
            Kind::List(&Kind::Section(&clouds::HETZNER)),
            "Machines of Hetzner.",
        )
        .later(),
        Key::new(
            "http_sd_configs",
            Kind::List(&Kind::Section(&web::HTTP)),
            "Targets that a web server lists.",
        )
        .later(),
        Key::new(
            "ionos_sd_configs",
            Kind::List(&Kind::Section(&clouds::IONOS)),
            "Machines of Ionos.",
        )
        .later(),
        Key::new(
            "kubernetes_sd_configs",
            Kind::List(&Kind::Section(&kubernetes::KUBERNETES)),
            "Objects of Kubernetes.",
        )
        .later(),
        Key::new(
            "kuma_sd_configs",
            Kind::List(&Kind::Section(&web::KUMA)),
            "Data planes of Kuma.",
        )
        .later(),
        Key::new(
            "lightsail_sd_configs",
            Kind::List(&Kind::Section(&amazon::LIGHTSAIL)),
            "Machines of Amazon Lightsail.",
        )
        .later(),
        Key::new(
            "linode_sd_configs",
            Kind::List(&Kind::Section(&clouds::LINODE)),
            "Machines of Linode.",
        )
        .later(),
        Key::new(
            "marathon_sd_configs",
            Kind::List(&Kind::Section(&marathon::MARATHON)),
            "Applications of Marathon.",
        )
        .later(),
        Key::new(
            "msk_sd_configs",
            Kind::List(&Kind::Section(&amazon::CLUSTERED)),
            "Kafka of Amazon.",
        )
        .later(),
        Key::new(
            "nerve_sd_configs",
            Kind::List(&Kind::Section(&zookeeper::NERVE)),
            "Services of Nerve.",
        )
        .later(),
        Key::new(
            "nomad_sd_configs",
            Kind::List(&Kind::Section(&web::NOMAD)),
            "Services of Nomad.",
        )
        .later(),
        Key::new(
            "oci_sd_configs",
            Kind::List(&Kind::Section(&clouds::OCI)),
            "Machines of Oracle.",
        )
        .later(),
        Key::new(
            "openstack_sd_configs",
            Kind::List(&Kind::Section(&openstack::OPENSTACK)),
            "Machines of OpenStack.",
        )
        .later(),
        Key::new(
            "outscale_sd_configs",
            Kind::List(&Kind::Section(&clouds::OUTSCALE)),
            "Machines of Outscale.",
        )
        .later(),
        Key::new(
            "ovhcloud_sd_configs",
            Kind::List(&Kind::Section(&clouds::OVHCLOUD)),
            "Machines of OVH.",
        )
        .later(),
        Key::new(
            "puppetdb_sd_configs",
            Kind::List(&Kind::Section(&web::PUPPETDB)),
            "Resources of PuppetDB.",
        )
        .later(),
        Key::new(
            "rds_sd_configs",
            Kind::List(&Kind::Section(&amazon::RDS)),
            "Databases of Amazon.",
        )
        .later(),
        Key::new(
            "scaleway_sd_configs",
            Kind::List(&Kind::Section(&scaleway::SCALEWAY)),
            "Machines of Scaleway.",
        )
        .later(),
        Key::new(
            "serverset_sd_configs",
            Kind::List(&Kind::Section(&zookeeper::SERVERSET)),
            "Server sets in ZooKeeper.",
        )
        .later(),
        Key::new(
            "stackit_sd_configs",
            Kind::List(&Kind::Section(&clouds::STACKIT)),
            "Machines of Stackit.",
        )
        .later(),
        Key::new(
            STATIC,
            Kind::List(&Kind::Section(&fixed::GROUP)),
            "Targets that are written here.",
        ),
        Key::new(
            "triton_sd_configs",
            Kind::List(&Kind::Section(&triton::TRITON)),
            "Containers of Triton.",
        )
        .later(),
        Key::new(
            "uyuni_sd_configs",
            Kind::List(&Kind::Section(&web::UYUNI)),
            "Systems of Uyuni.",
        )
        .later(),
        Key::new(
            "vultr_sd_configs",
            Kind::List(&Kind::Section(&clouds::VULTR)),
            "Machines of Vultr.",
        )
        .later(),
    ])],
);
