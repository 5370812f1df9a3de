//! Tasks that the kernel found hanging, from `/proc/sys/kernel/hung_task_detect_count`, which newer kernels have.

use ferula::Kind::Counter;
use ferula::Page;

use crate::node::host::{Failure, Host, Outcome};
use crate::node::table::{Column, single};

const FILE: &str = "sys/kernel/hung_task_detect_count";
const HUNG: Column = (
    Counter,
    "node_kernel_hung_tasks_total",
    "Total number of tasks detected as hung by the kernel.",
);

pub(super) fn collect(host: &Host, page: &mut Page<'_>) -> Outcome {
    let text = host.proc(FILE).map_err(|_| Failure::NoData)?;
    let count = text
        .trim()
        .parse()
        .map_err(|_| host.malformed(FILE, "not a number"))?;
    single(page, HUNG, count);
    Ok(())
}
