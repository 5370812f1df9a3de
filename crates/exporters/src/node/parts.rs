//! The parts of the host, in the order of the page, which is the alphabet's as at node_exporter.

use ferula::Page;

use super::host::{Host, Outcome};

mod arp;
mod bonding;
mod conntrack;
mod cpu;
mod cpufreq;
mod diskstats;
mod dmi;
mod edac;
mod entropy;
mod filefd;
pub(super) mod filesystem;
mod hwmon;
mod interrupts;
mod kernel_hung;
mod loadavg;
mod mdadm;
mod meminfo;
mod netclass;
mod netdev;
mod netstat;
mod nvme;
mod os;
mod powersupply;
mod pressure;
mod processes;
mod rapl;
mod schedstat;
mod selinux;
mod sockstat;
mod softnet;
mod stat;
mod tcpstat;
mod textfile;
mod thermal;
mod time;
mod timex;
mod udev;
mod udp_queues;
mod uname;
mod vmstat;
mod watchdog;

/// One subject, which succeeds or fails as a whole.
pub(super) struct Part {
    /// As in `--collector.<name>` and `collect[]`.
    pub(super) name: &'static str,
    /// Whether it is shown when nothing is said.
    pub(super) usual: bool,
    pub(super) collect: fn(&Host, &mut Page<'_>) -> Outcome,
}

const fn usual(name: &'static str, collect: fn(&Host, &mut Page<'_>) -> Outcome) -> Part {
    Part {
        name,
        usual: true,
        collect,
    }
}

const fn on_demand(name: &'static str, collect: fn(&Host, &mut Page<'_>) -> Outcome) -> Part {
    Part {
        name,
        usual: false,
        collect,
    }
}

pub(super) const PARTS: [Part; 40] = [
    usual("arp", arp::collect),
    usual("bonding", bonding::collect),
    usual("conntrack", conntrack::collect),
    usual("cpu", cpu::collect),
    usual("cpufreq", cpufreq::collect),
    usual("diskstats", diskstats::collect),
    usual("dmi", dmi::collect),
    usual("edac", edac::collect),
    usual("entropy", entropy::collect),
    usual("filefd", filefd::collect),
    usual("filesystem", filesystem::collect),
    usual("hwmon", hwmon::collect),
    // Panels of the best-known dashboard want these two, though they are off at node_exporter; a series per
    // interrupt and processor is too much for a default.
    on_demand("interrupts", interrupts::collect),
    usual("kernel_hung", kernel_hung::collect),
    usual("loadavg", loadavg::collect),
    usual("mdadm", mdadm::collect),
    usual("meminfo", meminfo::collect),
    usual("netclass", netclass::collect),
    usual("netdev", netdev::collect),
    usual("netstat", netstat::collect),
    usual("nvme", nvme::collect),
    usual("os", os::collect),
    usual("powersupplyclass", powersupply::collect),
    usual("pressure", pressure::collect),
    usual("processes", processes::collect),
    usual("rapl", rapl::collect),
    usual("schedstat", schedstat::collect),
    usual("selinux", selinux::collect),
    usual("sockstat", sockstat::collect),
    usual("softnet", softnet::collect),
    usual("stat", stat::collect),
    usual("tcpstat", tcpstat::collect),
    usual("textfile", textfile::collect),
    usual("thermal_zone", thermal::collect),
    usual("time", time::collect),
    usual("timex", timex::collect),
    usual("udp_queues", udp_queues::collect),
    usual("uname", uname::collect),
    usual("vmstat", vmstat::collect),
    usual("watchdog", watchdog::collect),
];

/// The names of all parts, shown when nothing is said or not.
pub fn part_names() -> impl Iterator<Item = &'static str> {
    PARTS.iter().map(|part| part.name)
}
