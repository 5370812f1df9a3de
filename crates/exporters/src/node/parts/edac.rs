//! Memory errors that the memory controllers found, from `/sys/devices/system/edac/mc`.

use ferula::Kind::Counter;
use ferula::Page;

use crate::node::host::{Host, Outcome, names, number};
use crate::node::table::{Column, show};

const CONTROLLER: [Column; 2] = [
    (
        Counter,
        "node_edac_correctable_errors_total",
        "Total correctable memory errors.",
    ),
    (
        Counter,
        "node_edac_uncorrectable_errors_total",
        "Total uncorrectable memory errors.",
    ),
];
const ROW: [Column; 2] = [
    (
        Counter,
        "node_edac_csrow_correctable_errors_total",
        "Total correctable memory errors for this csrow.",
    ),
    (
        Counter,
        "node_edac_csrow_uncorrectable_errors_total",
        "Total uncorrectable memory errors for this csrow.",
    ),
];
/// Errors that the controller could not place.
const UNPLACED: [&str; 2] = ["ce_noinfo_count", "ue_noinfo_count"];
const PLACED: [&str; 2] = ["ce_count", "ue_count"];

struct Errors {
    controller: String,
    row: String,
    counts: [Option<f64>; 2],
}

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let base = host.sys("devices/system/edac/mc");
    let (mut controllers, mut rows) = (Vec::new(), Vec::new());
    // A machine without error correction has no such folder, and no errors to show.
    for name in names(&base).unwrap_or_default() {
        let Some(controller) = name.strip_prefix("mc").filter(|rest| is_number(rest)) else {
            continue;
        };
        let folder = base.join(&name);
        let errors = |row: &str, counts| Errors {
            controller: controller.to_owned(),
            row: row.to_owned(),
            counts,
        };
        controllers.push(errors("", PLACED.map(|file| number(&folder.join(file)))));
        rows.push(errors(
            "unknown",
            UNPLACED.map(|file| number(&folder.join(file))),
        ));
        for inner in names(&folder).unwrap_or_default() {
            let Some(row) = inner.strip_prefix("csrow").filter(|rest| is_number(rest)) else {
                continue;
            };
            rows.push(errors(
                row,
                PLACED.map(|file| number(&folder.join(&inner).join(file))),
            ));
        }
    }
    let count = |errors: &Errors, index: usize| errors.counts[index];
    show(
        page,
        &CONTROLLER,
        &controllers,
        |errors| [("controller", &errors.controller)],
        count,
    );
    show(
        page,
        &ROW,
        &rows,
        |errors| [("controller", &errors.controller), ("csrow", &errors.row)],
        count,
    );
    Ok(())
}

fn is_number(text: &str) -> bool {
    text.parse::<u32>().is_ok()
}
