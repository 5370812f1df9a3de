//! The flags of `ferula exporter`; names and defaults are node_exporter's.

use std::path::PathBuf;

use clap::Args;
use exporters::node::Options;

/// `ferula exporter node`
#[derive(Args, Debug)]
pub(crate) struct ExporterNode {
    /// Where to listen. An address without a host listens on all interfaces.
    #[arg(
        long = "web.listen-address",
        default_value = "127.0.0.1:9100",
        value_name = "ADDRESS"
    )]
    pub(crate) listen_address: String,
    /// Where the kernel's process tree is mounted.
    #[arg(long = "path.procfs", default_value = "/proc", value_name = "FOLDER")]
    procfs: PathBuf,
    /// Where the kernel's device tree is mounted.
    #[arg(long = "path.sysfs", default_value = "/sys", value_name = "FOLDER")]
    sysfs: PathBuf,
    /// Where the host's root is mounted.
    #[arg(long = "path.rootfs", default_value = "/", value_name = "FOLDER")]
    rootfs: PathBuf,
    /// Where udev keeps what it knows of devices.
    #[arg(
        long = "path.udev.data",
        default_value = "/run/udev/data",
        value_name = "FOLDER"
    )]
    udev: PathBuf,
    /// A folder of *.prom files to show too; may be repeated.
    #[arg(long = "collector.textfile.directory", value_name = "FOLDER")]
    textfile_directories: Vec<PathBuf>,
    /// Mount points to leave out.
    #[arg(
        long = "collector.filesystem.mount-points-exclude",
        value_name = "REGEX"
    )]
    mount_points_exclude: Option<String>,
    /// Kinds of filesystems to leave out.
    #[arg(long = "collector.filesystem.fs-types-exclude", value_name = "REGEX")]
    fs_types_exclude: Option<String>,
    /// Disks to leave out.
    #[arg(long = "collector.diskstats.device-exclude", value_name = "REGEX")]
    disks_exclude: Option<String>,
    /// Network devices to leave out.
    #[arg(long = "collector.netdev.device-exclude", value_name = "REGEX")]
    devices_exclude: Option<String>,
    /// Network devices whose class to leave out.
    #[arg(long = "collector.netclass.ignored-devices", value_name = "REGEX")]
    netclass_ignored: Option<String>,
    /// Fields of the network's statistics to show.
    #[arg(long = "collector.netstat.fields", value_name = "REGEX")]
    netstat_fields: Option<String>,
    /// Fields of the virtual memory's statistics to show.
    #[arg(long = "collector.vmstat.fields", value_name = "REGEX")]
    vmstat_fields: Option<String>,
}

impl ExporterNode {
    /// What the collector is told: the usual, with what was given on the command line.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::of_this_host();
        options.roots.proc.clone_from(&self.procfs);
        options.roots.sys.clone_from(&self.sysfs);
        options.roots.root.clone_from(&self.rootfs);
        options.roots.udev.clone_from(&self.udev);
        options
            .textfile_directories
            .clone_from(&self.textfile_directories);
        let filters = &mut options.filters;
        let given = [
            (
                &self.mount_points_exclude,
                &mut filters.filesystem_mount_points_exclude,
            ),
            (
                &self.fs_types_exclude,
                &mut filters.filesystem_fs_types_exclude,
            ),
            (&self.disks_exclude, &mut filters.diskstats_device_exclude),
            (&self.devices_exclude, &mut filters.netdev_device_exclude),
            (
                &self.netclass_ignored,
                &mut filters.netclass_ignored_devices,
            ),
            (&self.netstat_fields, &mut filters.netstat_fields),
            (&self.vmstat_fields, &mut filters.vmstat_fields),
        ];
        for (flag, filter) in given {
            if let Some(text) = flag {
                filter.clone_from(text);
            }
        }
        options
    }
}
