//! Space and files of mounted file systems, from `/proc/1/mountinfo` and `statvfs(2)`.

use std::path::PathBuf;

use ferula::Kind::Gauge;
use ferula::{Description, Page};
use hashbrown::HashSet;
use rustix::fs::StatVfs;

use crate::node::host::{Failure, Host, Outcome};
use crate::node::table::{Column, show};

mod mountinfo;
mod mounts;

use mountinfo::Mount;
pub(in crate::node) use mounts::Mounts;

const COLUMNS: [Column; 5] = [
    (
        Gauge,
        "node_filesystem_avail_bytes",
        "Filesystem space available to non-root users in bytes.",
    ),
    (
        Gauge,
        "node_filesystem_files",
        "Filesystem total file nodes.",
    ),
    (
        Gauge,
        "node_filesystem_files_free",
        "Filesystem total free file nodes.",
    ),
    (
        Gauge,
        "node_filesystem_free_bytes",
        "Filesystem free space in bytes.",
    ),
    (
        Gauge,
        "node_filesystem_size_bytes",
        "Filesystem size in bytes.",
    ),
];
const ALWAYS: [Column; 2] = [
    (
        Gauge,
        "node_filesystem_device_error",
        "Whether an error occurred while getting statistics for the given device.",
    ),
    (
        Gauge,
        "node_filesystem_readonly",
        "Filesystem read-only status.",
    ),
];
struct Row {
    mount: Mount,
    /// `None` when the file system has an error, or doesn't answer.
    space: Option<StatVfs>,
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let mounts = mounts_shown(host)?;
    let paths = mounts
        .iter()
        .map(|mount| on_this_side(host, mount))
        .collect();
    let spaces = host.mounts.ask(paths);
    let rows = mounts
        .into_iter()
        .zip(spaces)
        .map(|(mount, space)| Row { mount, space });
    let rows = rows.collect::<Vec<_>>();
    show(page, &COLUMNS, &rows, labels, |row, index| {
        Some(column(row.space.as_ref()?, index))
    });
    show(page, &ALWAYS, &rows, labels, |row, index| {
        let holds = if index == 0 {
            row.space.is_none()
        } else {
            row.mount.read_only
        };
        Some(f64::from(u8::from(holds)))
    });
    facts(page, &rows);
    Ok(())
}

/// The mounts that no filter excludes, each once: what is mounted over something of the same name is seen and
/// what is under it is not, but both are listed.
fn mounts_shown(host: &Host) -> Result<Vec<Mount>, Failure> {
    // The first process has the host's mounts where ours are a container's. Not everybody may ask it.
    let text = host
        .proc("1/mountinfo")
        .or_else(|_| host.proc("self/mountinfo"))?;
    let mut seen = HashSet::with_hasher(foldhash::fast::RandomState::default());
    let mut mounts = Vec::new();
    for mut mount in text.lines().filter_map(Mount::parse) {
        if let Some(inner) = within(host, &mount.point) {
            mount.point = inner;
        }
        if !host.filters.mount_points.spares(&mount.point)
            || !host.filters.fs_types.spares(&mount.kind)
        {
            continue;
        }
        if seen.insert((
            mount.device.clone(),
            mount.point.clone(),
            mount.kind.clone(),
        )) {
            mounts.push(mount);
        }
    }
    Ok(mounts)
}

/// The mount point without the root, where the host's root is mounted below ours.
fn within(host: &Host, point: &str) -> Option<String> {
    let root = host.roots.root.to_str()?.trim_end_matches('/');
    let inner = point
        .strip_prefix(root)
        .filter(|inner| inner.is_empty() || inner.starts_with('/'))?;
    Some(if inner.is_empty() {
        "/".to_owned()
    } else {
        inner.to_owned()
    })
}

/// Where we see the mount point.
fn on_this_side(host: &Host, mount: &Mount) -> PathBuf {
    host.roots.root.join(mount.point.trim_start_matches('/'))
}

fn labels(row: &Row) -> [(&str, &str); 3] {
    let Mount {
        device,
        kind,
        point,
        ..
    } = &row.mount;
    [("device", device), ("fstype", kind), ("mountpoint", point)]
}

fn column(space: &StatVfs, index: usize) -> f64 {
    let bytes = |blocks: u64| blocks as f64 * space.f_frsize as f64;
    match index {
        0 => bytes(space.f_bavail),
        1 => space.f_files as f64,
        2 => space.f_ffree as f64,
        3 => bytes(space.f_bfree),
        _ => bytes(space.f_blocks),
    }
}

fn facts(page: &mut Page<'_>, rows: &[Row]) {
    let help = "Filesystem mount information.";
    let mut points = page.family(Description::gauge("node_filesystem_mount_info", help));
    for Row { mount, .. } in rows {
        let labels = [
            ("device", &*mount.device),
            ("major", &*mount.major),
            ("minor", &*mount.minor),
            ("mountpoint", &*mount.point),
        ];
        points.value(&labels, 1.0);
    }
}
