//! Hosts of files and what is on their page. The files are as the kernel's documentation and manual pages have them,
//! the lines are node_exporter's names with values worked out by hand.

mod devices;
mod kernel;
mod network;

/// A part, the files that it reads, and its lines.
pub(crate) struct Case {
    pub(crate) part: &'static str,
    pub(crate) files: &'static [(&'static str, &'static str)],
    pub(crate) lines: &'static [&'static str],
}

/// All of them.
pub(crate) fn cases() -> impl Iterator<Item = &'static Case> {
    [devices::CASES, kernel::CASES, network::CASES]
        .into_iter()
        .flatten()
}
