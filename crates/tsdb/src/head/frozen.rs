//! Rows on their way into a part.

use model::{Labels, TimeRange, Timestamp};
use storage::Column;

use super::Head;
use super::target::Target;
use crate::log::{Names, Scope, TargetId};
use crate::part::{PartError, Source};

/// All samples before a time, as they were when it was made. It has its own copy of them, so that rows can come while a part is written.
#[derive(Debug)]
pub struct Frozen {
    range: TimeRange,
    targets: Vec<Target>,
    groups: Vec<Group>,
    scratch: Vec<u8>,
}

#[derive(Debug)]
struct Group {
    /// Its place in [`Frozen::targets`].
    target: usize,
    labels: Labels,
    columns: Vec<u32>,
    series: Vec<Labels>,
    /// Whether its one series is read with its own times.
    alone: bool,
}

impl Head {
    /// All samples before `before`, under the names that `names` gives them. Whoever has written them [releases](Self::release) them here.
    ///
    /// The copy takes as much memory as the targets do; a store that has several heads freezes one after the other.
    #[must_use]
    pub fn freeze(&self, before: Timestamp, names: &dyn Names) -> Frozen {
        let range = TimeRange::new(Timestamp::MIN, Timestamp(before.0.saturating_sub(1)));
        let mut frozen = Frozen {
            range,
            targets: Vec::new(),
            groups: Vec::new(),
            scratch: Vec::new(),
        };
        for (target, id) in self.targets.iter().zip(0..) {
            if let Some(target) = target {
                frozen.add(TargetId(id), target, names);
            }
        }
        frozen
    }
}

impl Frozen {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    fn add(&mut self, id: TargetId, target: &Target, names: &dyn Names) {
        let rows = target.rows_in(self.range);
        let labels = names.target(id);
        let new = |labels: &Labels, alone| Group {
            target: self.targets.len(),
            labels: labels.clone(),
            columns: Vec::new(),
            series: Vec::new(),
            alone,
        };
        let mut in_target = new(&labels, false);
        let mut whole = new(&Labels::empty(), false);
        let mut alone = Vec::new();
        for column in 0..target.series.len() as u32 {
            let series = target.series(column);
            let has_rows = !series.is_empty() && series.first_row(&target.cells) < rows.end;
            let has_late = target.late_of(column, self.range).next().is_some();
            if !has_rows && !has_late {
                continue;
            }
            let (scope, own) = names.column(id, column);
            let group = if !target.is_regular(column) {
                let labels = match scope {
                    Scope::InTarget => &labels,
                    Scope::Whole => &whole.labels,
                };
                alone.push(new(labels, true));
                alone.last_mut().expect("just pushed")
            } else if scope == Scope::InTarget {
                &mut in_target
            } else {
                &mut whole
            };
            group.columns.push(column);
            group.series.push(own);
        }
        let before = self.groups.len();
        let all = [in_target, whole].into_iter().chain(alone);
        self.groups
            .extend(all.filter(|group| !group.columns.is_empty()));
        if self.groups.len() > before {
            self.targets.push(target.clone());
        }
    }
}

impl Source for Frozen {
    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn target(&self, group: usize) -> &Labels {
        &self.groups[group].labels
    }

    fn series(&self, group: usize) -> &[Labels] {
        &self.groups[group].series
    }

    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        let group = &self.groups[group];
        let target = &self.targets[group.target];
        if group.alone {
            target.read_alone(group.columns[0], self.range, out);
        } else {
            out.clear();
            out.extend_from_slice(target.times(&target.rows_in(self.range)));
        }
        Ok(())
    }

    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        let group = &self.groups[group];
        let target = &self.targets[group.target];
        let column = group.columns[series];
        if group.alone {
            *out = target.read_alone(column, self.range, &mut Vec::new());
        } else {
            let rows = target.rows_in(self.range);
            target.read_rows(target.series(column), &rows, &mut self.scratch, out);
        }
        Ok(())
    }
}
