//! Counts of the virtual memory, from `/proc/vmstat`. What is a family is decided by the filter.

use ferula::{Description, Page};

use crate::node::host::{Host, Outcome};

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc("vmstat")?;
    let fields = text.lines().filter_map(|line| {
        let (field, value) = line.split_once(' ')?;
        Some((field, value.trim().parse::<f64>().ok()?))
    });
    for (field, value) in fields.filter(|(field, _)| host.filters.vmstat.takes(field)) {
        let name = format!("node_vmstat_{field}");
        let help = format!("/proc/vmstat information field {field}.");
        page.family(Description::unknown(&name, &help))
            .value(&[], value);
    }
    Ok(())
}
