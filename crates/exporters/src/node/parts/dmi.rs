//! What the firmware says of the machine, from `/sys/class/dmi/id`.

use ferula::{Description, LabelPairs, Page};

use crate::node::host::{Failure, Host, Outcome, line, names};

/// The files, which are also the labels. Serial numbers are readable by root alone.
const FILES: [&str; 20] = [
    "bios_date",
    "bios_release",
    "bios_vendor",
    "bios_version",
    "board_asset_tag",
    "board_name",
    "board_serial",
    "board_vendor",
    "board_version",
    "chassis_asset_tag",
    "chassis_serial",
    "chassis_vendor",
    "chassis_version",
    "product_family",
    "product_name",
    "product_serial",
    "product_sku",
    "product_uuid",
    "product_version",
    "sys_vendor",
];

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let folder = host.sys("class/dmi/id");
    names(&folder).map_err(|_| Failure::NoData)?;
    let facts = FILES.iter().filter_map(|&file| {
        // The file's `sys_vendor` is the label `system_vendor`.
        let label = if file == "sys_vendor" {
            "system_vendor"
        } else {
            file
        };
        Some((label, line(&folder.join(file))?))
    });
    let facts = facts.collect::<Vec<_>>();
    let labels = facts
        .iter()
        .map(|(label, fact)| (*label, fact.as_str()))
        .collect::<Vec<_>>();
    let help = "A metric with a constant '1' value labeled by bios_date, bios_release, bios_vendor, bios_version, \
        board_asset_tag, board_name, board_serial, board_vendor, board_version, chassis_asset_tag, chassis_serial, \
        chassis_vendor, chassis_version, product_family, product_name, product_serial, product_sku, product_uuid, \
        product_version, system_vendor if provided by DMI.";
    page.family(Description::gauge("node_dmi_info", help))
        .value(LabelPairs::from(&*labels), 1.0);
    Ok(())
}
