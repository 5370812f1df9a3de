//! A view of the store.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Exemplar, Labels, Matcher, TimeRange};

use super::MemoryStore;
use super::group::{Irregular, Regular};
use super::shard::Shard;
use crate::{Broken, Group, GroupLabels, Querier, Selection};

/// A view over a range of time.
pub(super) struct MemoryQuerier<'s> {
    pub(super) store: &'s MemoryStore,
    pub(super) range: TimeRange,
}

impl MemoryQuerier<'_> {
    /// Calls `visit` with the labels of each series that matches and has samples in the view's range.
    fn visit(&self, matchers: &[Matcher], mut visit: impl FnMut(&Labels)) {
        let selected = self.store.index().select(matchers);
        for (shard, columns) in selected {
            let rows = shard.rows();
            for column in columns
                .into_iter()
                .filter(|column| rows.overlaps(*column, self.range))
            {
                if let Some(series) = rows.column(column) {
                    visit(&series.labels);
                }
            }
        }
    }
}

impl Querier for MemoryQuerier<'_> {
    fn select<'q>(&'q self, selection: &Selection<'_>) -> Result<Vec<Box<dyn Group + 'q>>, Broken> {
        let selected = self.store.index().select(selection.matchers);
        let mut groups = Vec::with_capacity(selected.len());
        for (shard, columns) in selected {
            push_groups(&shard, columns, selection.range, &mut groups);
        }
        Ok(groups)
    }

    fn series(&self, matchers: &[Matcher]) -> Result<Vec<Labels>, Broken> {
        let mut found = Vec::new();
        self.visit(matchers, |labels| found.push(labels.clone()));
        found.sort_unstable();
        Ok(found)
    }

    fn label_names(&self, matchers: &[Matcher]) -> Result<Vec<String>, Broken> {
        let mut names = BTreeSet::new();
        self.visit(matchers, |labels| {
            for (name, _) in labels {
                if !names.contains(name) {
                    names.insert(name.to_owned());
                }
            }
        });
        Ok(names.into_iter().collect())
    }

    fn label_values(&self, name: &str, matchers: &[Matcher]) -> Result<Vec<String>, Broken> {
        let mut values = BTreeSet::new();
        self.visit(matchers, |labels| {
            if let Some(value) = labels.get(name)
                && !values.contains(value)
            {
                values.insert(value.to_owned());
            }
        });
        Ok(values.into_iter().collect())
    }

    fn exemplars(&self, matchers: &[Matcher]) -> Result<Vec<(Labels, Vec<Exemplar>)>, Broken> {
        Ok(self.store.exemplars().select(matchers, self.range))
    }
}

/// Splits the selected columns of a shard into the group that shares its rows and those that stand alone.
fn push_groups<'q>(
    shard: &Arc<Shard>,
    columns: Vec<usize>,
    range: TimeRange,
    groups: &mut Vec<Box<dyn Group + 'q>>,
) {
    let rows = shard.rows();
    let row_end = rows.next_row();
    let (mut all, mut regular) = (Vec::with_capacity(columns.len()), Vec::new());
    for column in columns
        .into_iter()
        .filter(|column| rows.overlaps(*column, range))
    {
        let Some(series) = rows.column(column) else {
            continue;
        };
        let labels = series.labels.clone();
        if series.is_regular() {
            all.push(labels);
            regular.push(column);
        } else {
            groups.push(Box::new(Irregular {
                shard: Arc::clone(shard),
                labels: GroupLabels::whole(vec![labels]),
                column,
            }));
        }
    }
    drop(rows);
    if !regular.is_empty() {
        groups.push(Box::new(Regular {
            shard: Arc::clone(shard),
            labels: GroupLabels::whole(all),
            columns: regular,
            row_end,
        }));
    }
}
