//! NVMe controllers, from `/sys/class/nvme`.

use ferula::{Description, Page};

use crate::node::host::{Failure, Host, Outcome, line, names};

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let base = host.sys("class/nvme");
    let devices = names(&base).map_err(|_| Failure::NoData)?;
    let help = "Non-numeric data from /sys/class/nvme/<device>, value is always 1.";
    let mut points = page.family(Description::gauge("node_nvme_info", help));
    for device in devices {
        let folder = base.join(&device);
        let fact = |file| line(&folder.join(file)).unwrap_or_default();
        let labels = [
            ("device", &*device),
            ("firmware_revision", &*fact("firmware_rev")),
            ("model", &*fact("model")),
            ("serial", &*fact("serial")),
            ("state", &*fact("state")),
            ("cntlid", &*fact("cntlid")),
        ];
        points.value(&labels, 1.0);
    }
    Ok(())
}
