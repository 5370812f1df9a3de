//! Rows on their way into a part.

use model::{Labels, TimeRange};
use storage::Column;

use super::Head;
use super::target::Target;
use crate::log::{Names, Scope, TargetId};
use crate::part::{PartError, Source};

/// The samples of one or several heads in a range of time, which hold still while this lives.
#[derive(Debug)]
pub struct Frozen<'h> {
    range: TimeRange,
    targets: Vec<&'h Target>,
    groups: Vec<Group>,
    scratch: Vec<u8>,
}

#[derive(Debug)]
struct Group {
    id: TargetId,
    /// Its place in [`Frozen::targets`].
    target: usize,
    labels: Labels,
    columns: Vec<u32>,
    series: Vec<Labels>,
    /// Whether its one series is read with its own times.
    alone: bool,
}

impl Head {
    /// All samples in `range`, under the names that `names` gives them.
    #[must_use]
    pub fn freeze(&self, range: TimeRange, names: &dyn Names) -> Frozen<'_> {
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

impl<'h> Frozen<'h> {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Whose series a group has, and which columns they are, in the order of [`Source::series`].
    #[must_use]
    pub fn columns(&self, group: usize) -> (TargetId, &[u32]) {
        let group = &self.groups[group];
        (group.id, &group.columns)
    }

    /// The columns that have samples in the range, and whether some are late.
    fn present(&self, target: &Target) -> Vec<(u32, bool)> {
        let rows = target.rows_in(self.range);
        let columns = 0..target.series.len() as u32;
        let find = |column: u32| {
            let series = target.series(column);
            let has_rows = !rows.is_empty()
                && series.next_row() > rows.start
                && series.first_row(&target.cells) < rows.end;
            let has_late = target.late_of(column, self.range).next().is_some();
            (has_rows || has_late).then_some((column, has_late))
        };
        columns.filter_map(find).collect()
    }

    fn add(&mut self, id: TargetId, target: &'h Target, names: &dyn Names) {
        let present = self.present(target);
        if present.is_empty() {
            // Nobody may know its name any more.
            return;
        }
        let labels = names.target(id);
        let new = |labels: &Labels, alone| Group {
            id,
            target: self.targets.len(),
            labels: labels.clone(),
            columns: Vec::new(),
            series: Vec::new(),
            alone,
        };
        let mut in_target = new(&labels, false);
        let mut whole = new(&Labels::empty(), false);
        let mut alone = Vec::new();
        for (column, has_late) in present {
            let (scope, own) = names.column(id, column);
            let group = if has_late {
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
        let all = [in_target, whole].into_iter().chain(alone);
        self.groups
            .extend(all.filter(|group| !group.columns.is_empty()));
        self.targets.push(target);
    }
}

impl Source for Frozen<'_> {
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
