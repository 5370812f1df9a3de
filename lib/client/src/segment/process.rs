//! The processes of a segment, each as the kernel sees it.

use super::Segment;
use crate::process::{FAMILIES, Machine, Process};
use crate::{Collector, Description, Page};

/// Shows what [`Process`] shows of every process that is attached to a segment and lives, with its number as label `pid`.
#[derive(Clone, Debug)]
pub struct SegmentProcesses(Segment);

impl SegmentProcesses {
    /// Of all who are attached to `segment`.
    #[must_use]
    pub fn of(segment: &Segment) -> Self {
        Self(segment.clone())
    }
}

impl Collector for SegmentProcesses {
    fn describe(&self, each: &mut dyn FnMut(&Description<'_>)) {
        Process::current().describe(each);
    }

    fn collect(&self, page: &mut Page<'_>) {
        let mut pids = self.0.pids();
        pids.sort_unstable();
        let mut machine = Machine::new();
        let read = |pid: &u32| (pid.to_string(), Process::of(*pid).read(&mut machine));
        let processes = pids.iter().map(read).collect::<Vec<_>>();
        for (index, (kind, name, help)) in FAMILIES.into_iter().enumerate() {
            let mut points = page.family(kind(name, help));
            for (pid, values) in &processes {
                if let Some(value) = values[index] {
                    points.value(&[("pid", pid.as_str())], value);
                }
            }
        }
    }
}
