//! A source's samples of a range of time, as a source.

use std::ops::Range;

use model::{Labels, TimeRange, Timestamp};
use storage::Column;

use super::{Examples, PartError, Said, Source, clip};

/// What a [`Source`] has in a range of time. Series and groups without samples there are left out.
pub struct Clipped<'s> {
    source: &'s mut dyn Source,
    range: TimeRange,
    groups: Vec<Group>,
}

struct Group {
    /// Its number in the source.
    number: usize,
    rows: Range<usize>,
    /// Which of the source's series are left, and their labels; `None` is all of them.
    kept: Option<(Vec<usize>, Vec<Labels>)>,
}

impl<'s> Clipped<'s> {
    /// Looks at the timestamps; and at the samples of groups that have rows outside of `range` too.
    ///
    /// # Errors
    ///
    /// When the source can't be read.
    pub fn new(source: &'s mut dyn Source, range: TimeRange) -> Result<Self, PartError> {
        let mut groups = Vec::new();
        let mut timestamps = Vec::new();
        for number in 0..source.groups() {
            source.timestamps(number, &mut timestamps)?;
            let rows = rows_in(&timestamps, range);
            if rows.is_empty() {
                continue;
            }
            let whole = rows.len() == timestamps.len();
            let kept = if whole {
                None
            } else {
                Some(series_in(source, number, &rows)?)
            };
            if kept.as_ref().is_none_or(|(series, _)| !series.is_empty()) {
                groups.push(Group { number, rows, kept });
            }
        }
        Ok(Self {
            source,
            range,
            groups,
        })
    }
}

/// The windows of `width_ms`, aligned to its multiples, that `source` has rows in; ascending.
///
/// # Errors
///
/// When the source can't be read.
pub fn windows_of(source: &dyn Source, width_ms: i64) -> Result<Vec<TimeRange>, PartError> {
    let mut windows = std::collections::BTreeSet::new();
    let mut timestamps = Vec::new();
    for group in 0..source.groups() {
        source.timestamps(group, &mut timestamps)?;
        windows.extend(timestamps.iter().map(|at| at.div_euclid(width_ms)));
    }
    let range = |window: i64| {
        let start = window.saturating_mul(width_ms);
        TimeRange::new(
            Timestamp(start),
            Timestamp(start.saturating_add(width_ms - 1)),
        )
    };
    Ok(windows.into_iter().map(range).collect())
}

fn rows_in(timestamps: &[i64], range: TimeRange) -> Range<usize> {
    let from = timestamps.partition_point(|at| *at < range.start.0);
    let to = timestamps.partition_point(|at| *at <= range.end.0);
    from..to.max(from)
}

/// The series of a group that have samples in `rows`.
fn series_in(
    source: &mut dyn Source,
    group: usize,
    rows: &Range<usize>,
) -> Result<(Vec<usize>, Vec<Labels>), PartError> {
    let mut kept = Vec::new();
    let mut column = Column::default();
    for series in 0..source.series(group).len() {
        source.column(group, series, &mut column)?;
        clip(&mut column, rows);
        if !column.values.is_empty() {
            kept.push(series);
        }
    }
    let all = source.series(group);
    let labels = kept.iter().map(|series| all[*series].clone()).collect();
    Ok((kept, labels))
}

impl Source for Clipped<'_> {
    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn target(&self, group: usize) -> &Labels {
        self.source.target(self.groups[group].number)
    }

    fn series(&self, group: usize) -> &[Labels] {
        let group = &self.groups[group];
        match &group.kept {
            Some((_, labels)) => labels,
            None => self.source.series(group.number),
        }
    }

    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        let group = &self.groups[group];
        self.source.timestamps(group.number, out)?;
        out.truncate(group.rows.end);
        out.drain(..group.rows.start);
        Ok(())
    }

    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        let group = &self.groups[group];
        let series = match &group.kept {
            Some((kept, _)) => kept[series],
            None => series,
        };
        self.source.column(group.number, series, out)?;
        clip(out, &group.rows);
        Ok(())
    }

    fn metadata(&mut self) -> Result<Said, PartError> {
        self.source.metadata()
    }

    fn exemplars(&mut self) -> Result<Vec<Examples>, PartError> {
        let mut all = self.source.exemplars()?;
        all.retain_mut(|one| {
            one.exemplars
                .retain(|exemplar| self.range.contains(exemplar.timestamp));
            let place = self
                .groups
                .binary_search_by_key(&(one.group as usize), |group| group.number);
            let Ok(place) = place else { return false };
            one.group = place as u32;
            if let Some((kept, _)) = &self.groups[place].kept {
                let Ok(series) = kept.binary_search(&(one.series as usize)) else {
                    return false;
                };
                one.series = series as u32;
            }
            !one.exemplars.is_empty()
        });
        Ok(all)
    }
}
