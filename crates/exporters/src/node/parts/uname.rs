//! The kernel's name and version, from `uname(2)`.

use ferula::{Description, Page};

use crate::node::host::{Host, Outcome};

pub(super) fn collect(_: &Host, page: &mut Page<'_>) -> Outcome {
    let uname = rustix::system::uname();
    let text = |value: &std::ffi::CStr| value.to_string_lossy().into_owned();
    let labels = [
        ("sysname", &*text(uname.sysname())),
        ("release", &*text(uname.release())),
        ("version", &*text(uname.version())),
        ("machine", &*text(uname.machine())),
        ("nodename", &*text(uname.nodename())),
        ("domainname", &*text(uname.domainname())),
    ];
    let help = "Labeled system information as provided by the uname system call.";
    page.family(Description::gauge("node_uname_info", help))
        .value(&labels, 1.0);
    Ok(())
}
