//! What is left out: regular expressions with the names and defaults of node_exporter's flags.

use regex::Regex;

use super::Error;

/// The expressions, as text. An expression that is empty lets everything through, be it to include or to exclude.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filters {
    /// `--collector.arp.device-exclude`
    pub arp_device_exclude: String,
    /// `--collector.diskstats.device-exclude`
    pub diskstats_device_exclude: String,
    /// `--collector.filesystem.mount-points-exclude`
    pub filesystem_mount_points_exclude: String,
    /// `--collector.filesystem.fs-types-exclude`
    pub filesystem_fs_types_exclude: String,
    /// `--collector.netclass.ignored-devices`
    pub netclass_ignored_devices: String,
    /// `--collector.netclass.ignore-invalid-speed`: without it, a link that has no speed shows a negative one.
    pub netclass_ignore_invalid_speed: bool,
    /// `--collector.netdev.device-exclude`
    pub netdev_device_exclude: String,
    /// `--collector.netstat.fields`: what is shown, not what isn't.
    pub netstat_fields: String,
    /// `--collector.powersupply.ignored-supplies`
    pub powersupply_ignored: String,
    /// `--collector.vmstat.fields`: what is shown, not what isn't.
    pub vmstat_fields: String,
}

const NETSTAT_FIELDS: &str = "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|\
    Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|\
    Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|\
    Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$";

const FS_TYPES: &str = "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|\
    iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$";

impl Filters {
    /// node_exporter's defaults.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            arp_device_exclude: String::new(),
            diskstats_device_exclude: r"^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$".to_owned(),
            filesystem_mount_points_exclude:
                "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)"
                    .to_owned(),
            filesystem_fs_types_exclude: FS_TYPES.to_owned(),
            netclass_ignored_devices: "^$".to_owned(),
            netclass_ignore_invalid_speed: false,
            netdev_device_exclude: String::new(),
            netstat_fields: NETSTAT_FIELDS.to_owned(),
            powersupply_ignored: "^$".to_owned(),
            vmstat_fields: "^(oom_kill|pgpg|pswp|pg.*fault).*".to_owned(),
        }
    }
}

/// The filters, ready for use.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) arp: Filter,
    pub(super) diskstats: Filter,
    pub(super) mount_points: Filter,
    pub(super) fs_types: Filter,
    pub(super) netclass: Filter,
    pub(super) ignores_invalid_speed: bool,
    pub(super) netdev: Filter,
    pub(super) netstat: Filter,
    pub(super) powersupply: Filter,
    pub(super) vmstat: Filter,
}

impl Compiled {
    pub(super) fn new(filters: &Filters) -> Result<Self, Error> {
        let filter = Filter::new;
        Ok(Self {
            arp: filter("arp.device-exclude", &filters.arp_device_exclude)?,
            diskstats: filter(
                "diskstats.device-exclude",
                &filters.diskstats_device_exclude,
            )?,
            mount_points: filter(
                "filesystem.mount-points-exclude",
                &filters.filesystem_mount_points_exclude,
            )?,
            fs_types: filter(
                "filesystem.fs-types-exclude",
                &filters.filesystem_fs_types_exclude,
            )?,
            netclass: filter(
                "netclass.ignored-devices",
                &filters.netclass_ignored_devices,
            )?,
            ignores_invalid_speed: filters.netclass_ignore_invalid_speed,
            netdev: filter("netdev.device-exclude", &filters.netdev_device_exclude)?,
            netstat: filter("netstat.fields", &filters.netstat_fields)?,
            powersupply: filter("powersupply.ignored-supplies", &filters.powersupply_ignored)?,
            vmstat: filter("vmstat.fields", &filters.vmstat_fields)?,
        })
    }
}

/// One expression, or none.
#[derive(Debug)]
pub(super) struct Filter(Option<Regex>);

impl Filter {
    fn new(flag: &'static str, pattern: &str) -> Result<Self, Error> {
        if pattern.is_empty() {
            return Ok(Self(None));
        }
        let refused = |reason: regex::Error| Error::Filter {
            flag,
            pattern: pattern.to_owned(),
            reason: reason.to_string(),
        };
        Regex::new(pattern)
            .map(|regex| Self(Some(regex)))
            .map_err(refused)
    }

    /// For an expression that excludes: whether `name` is shown.
    pub(super) fn spares(&self, name: &str) -> bool {
        !self.0.as_ref().is_some_and(|regex| regex.is_match(name))
    }

    /// For an expression that includes: whether `name` is shown.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|regex| regex.is_match(name))
    }
}
