//! Block devices, from `/proc/diskstats` and what udev knows of them.

use ferula::Kind::{Counter, Gauge};
use ferula::{Description, Page};

use super::udev::Properties;
use crate::node::host::{Host, Outcome};
use crate::node::table::{Column, show};

/// The kernel's sectors are of this size towards programs, whatever the disk's are.
const SECTOR_BYTES: f64 = 512.0;
const MILLISECOND: f64 = 0.001;

/// In the order of the kernel's columns: what one unit of the column is, and the family.
const COLUMNS: [(f64, Column); 17] = [
    (
        1.0,
        (
            Counter,
            "node_disk_reads_completed_total",
            "The total number of reads completed successfully.",
        ),
    ),
    (
        1.0,
        (
            Counter,
            "node_disk_reads_merged_total",
            "The total number of reads merged.",
        ),
    ),
    (
        SECTOR_BYTES,
        (
            Counter,
            "node_disk_read_bytes_total",
            "The total number of bytes read successfully.",
        ),
    ),
    (
        MILLISECOND,
        (
            Counter,
            "node_disk_read_time_seconds_total",
            "The total number of seconds spent by all reads.",
        ),
    ),
    (
        1.0,
        (
            Counter,
            "node_disk_writes_completed_total",
            "The total number of writes completed successfully.",
        ),
    ),
    (
        1.0,
        (
            Counter,
            "node_disk_writes_merged_total",
            "The number of writes merged.",
        ),
    ),
    (
        SECTOR_BYTES,
        (
            Counter,
            "node_disk_written_bytes_total",
            "The total number of bytes written successfully.",
        ),
    ),
    (
        MILLISECOND,
        (
            Counter,
            "node_disk_write_time_seconds_total",
            "This is the total number of seconds spent by all writes.",
        ),
    ),
    (
        1.0,
        (
            Gauge,
            "node_disk_io_now",
            "The number of I/Os currently in progress.",
        ),
    ),
    (
        MILLISECOND,
        (
            Counter,
            "node_disk_io_time_seconds_total",
            "Total seconds spent doing I/Os.",
        ),
    ),
    (
        MILLISECOND,
        (
            Counter,
            "node_disk_io_time_weighted_seconds_total",
            "The weighted # of seconds spent doing I/Os.",
        ),
    ),
    (
        1.0,
        (
            Counter,
            "node_disk_discards_completed_total",
            "The total number of discards completed successfully.",
        ),
    ),
    (
        1.0,
        (
            Counter,
            "node_disk_discards_merged_total",
            "The total number of discards merged.",
        ),
    ),
    (
        1.0,
        (
            Counter,
            "node_disk_discarded_sectors_total",
            "The total number of sectors discarded successfully.",
        ),
    ),
    (
        MILLISECOND,
        (
            Counter,
            "node_disk_discard_time_seconds_total",
            "This is the total number of seconds spent by all discards.",
        ),
    ),
    (
        1.0,
        (
            Counter,
            "node_disk_flush_requests_total",
            "The total number of flush requests completed successfully",
        ),
    ),
    (
        MILLISECOND,
        (
            Counter,
            "node_disk_flush_requests_time_seconds_total",
            "This is the total number of seconds spent by all flush requests.",
        ),
    ),
];

/// Rotation and write cache of ATA disks: the property, and the family.
const ATA: [(&str, Column); 3] = [
    (
        "ID_ATA_WRITE_CACHE",
        (
            Gauge,
            "node_disk_ata_write_cache",
            "ATA disk has a write cache.",
        ),
    ),
    (
        "ID_ATA_WRITE_CACHE_ENABLED",
        (
            Gauge,
            "node_disk_ata_write_cache_enabled",
            "ATA disk has its write cache enabled.",
        ),
    ),
    (
        "ID_ATA_ROTATION_RATE_RPM",
        (
            Gauge,
            "node_disk_ata_rotation_rate_rpm",
            "ATA disk rotation rate in RPMs (0 for SSDs).",
        ),
    ),
];

struct Disk<'t> {
    major: &'t str,
    minor: &'t str,
    name: &'t str,
    /// Older kernels have fewer columns.
    counts: Vec<f64>,
    udev: Properties,
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc("diskstats")?;
    let disks = text
        .lines()
        .filter_map(|line| disk(host, line))
        .collect::<Vec<_>>();
    if disks.is_empty() && !text.trim().is_empty() && text.lines().all(|line| split(line).is_none())
    {
        return Err(host.malformed("diskstats", "no line has a device and its counts"));
    }
    facts(page, &disks);
    let columns = COLUMNS.map(|(_, column)| column);
    let device = |disk: &Disk<'_>, index: usize| {
        disk.counts.get(index).map(|count| count * COLUMNS[index].0)
    };
    show(
        page,
        &columns,
        &disks,
        |disk| [("device", disk.name)],
        device,
    );
    let columns = ATA.map(|(_, column)| column);
    let ata = |disk: &Disk<'_>, index: usize| {
        disk.udev.get("ID_ATA")?;
        disk.udev.get(ATA[index].0)?.parse().ok()
    };
    show(page, &columns, &disks, |disk| [("device", disk.name)], ata);
    Ok(())
}

fn split(line: &str) -> Option<(&str, &str, &str, impl Iterator<Item = &str>)> {
    let mut fields = line.split_ascii_whitespace();
    let (major, minor, name) = (fields.next()?, fields.next()?, fields.next()?);
    major.parse::<u32>().ok()?;
    minor.parse::<u32>().ok()?;
    Some((major, minor, name, fields))
}

fn disk<'t>(host: &Host, line: &'t str) -> Option<Disk<'t>> {
    let (major, minor, name, fields) = split(line)?;
    if !host.filters.diskstats.spares(name) {
        return None;
    }
    let counts = fields
        .map_while(|field| field.parse::<u64>().ok())
        .map(|count| count as f64);
    let udev = Properties::of_block_device(host, major, minor);
    Some(Disk {
        major,
        minor,
        name,
        counts: counts.collect(),
        udev,
    })
}

fn facts(page: &mut Page<'_>, disks: &[Disk<'_>]) {
    let help = "Info of /sys/block/<block_device>.";
    let mut points = page.family(Description::gauge("node_disk_info", help));
    for disk in disks {
        // udev's first name for a serial number is the more telling one.
        let serial = ["SCSI_IDENT_SERIAL", "ID_SERIAL_SHORT"];
        let serial = serial
            .iter()
            .find_map(|key| disk.udev.get(key))
            .unwrap_or_default();
        let labels = [
            ("device", disk.name),
            ("major", disk.major),
            ("minor", disk.minor),
            ("path", disk.udev.or_empty("ID_PATH")),
            ("wwn", disk.udev.or_empty("ID_WWN")),
            ("model", disk.udev.or_empty("ID_MODEL")),
            ("serial", serial),
            ("revision", disk.udev.or_empty("ID_REVISION")),
        ];
        points.value(&labels, 1.0);
    }
    drop(points);
    let help = "Info about disk filesystem.";
    let mut points = page.family(Description::gauge("node_disk_filesystem_info", help));
    for disk in disks {
        if let Some(kind) = disk.udev.get("ID_FS_TYPE").filter(|kind| !kind.is_empty()) {
            let labels = [
                ("device", disk.name),
                ("type", kind),
                ("usage", disk.udev.or_empty("ID_FS_USAGE")),
                ("uuid", disk.udev.or_empty("ID_FS_UUID")),
                ("version", disk.udev.or_empty("ID_FS_VERSION")),
            ];
            points.value(&labels, 1.0);
        }
    }
    drop(points);
    let help = "Info about disk device mapper.";
    let mut points = page.family(Description::gauge("node_disk_device_mapper_info", help));
    for disk in disks {
        if let Some(name) = disk.udev.get("DM_NAME").filter(|name| !name.is_empty()) {
            let labels = [
                ("device", disk.name),
                ("name", name),
                ("uuid", disk.udev.or_empty("DM_UUID")),
                ("vg_name", disk.udev.or_empty("DM_VG_NAME")),
                ("lv_name", disk.udev.or_empty("DM_LV_NAME")),
                ("lv_layer", disk.udev.or_empty("DM_LV_LAYER")),
            ];
            points.value(&labels, 1.0);
        }
    }
}
