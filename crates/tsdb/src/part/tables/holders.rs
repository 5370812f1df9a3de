//! Which groups have series of which family.
//!
//! Targets of one kind have the same families, but pushed series may each be a group of their own: a million of them, one family each. So whoever goes
//! through families must not ask every group each time.

use std::ops::Range;

/// The groups that have series of each family, ascending.
#[derive(Debug)]
pub(in super::super) struct Holders {
    ends: Vec<u32>,
    groups: Vec<u32>,
}

impl Holders {
    /// `metrics` are those of each group, ascending.
    pub(in super::super) fn of<'a>(
        families: &[Range<u32>],
        metrics: impl Iterator<Item = &'a [u32]> + Clone,
    ) -> Self {
        let mut ends = vec![0; families.len()];
        for metrics in metrics.clone() {
            each_family(families, metrics, |family| ends[family] += 1);
        }
        let mut sum = 0;
        for end in &mut ends {
            // Where the family's groups begin, for now.
            sum += std::mem::replace(end, sum);
        }
        let mut groups = vec![0; sum as usize];
        for (group, metrics) in (0..).zip(metrics) {
            each_family(families, metrics, |family| {
                groups[ends[family] as usize] = group;
                ends[family] += 1;
            });
        }
        Self { ends, groups }
    }

    /// Those of the family of this number.
    pub(in super::super) fn of_family(&self, family: usize) -> &[u32] {
        let start = family.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.groups[start as usize..self.ends[family] as usize]
    }

    pub(super) fn heap_bytes(&self) -> usize {
        (self.ends.capacity() + self.groups.capacity()) * size_of::<u32>()
    }
}

/// The number of each family that some of `metrics` belong to.
fn each_family(families: &[Range<u32>], metrics: &[u32], mut take: impl FnMut(usize)) {
    let mut rest = metrics;
    let mut from = 0;
    while let Some(first) = rest.first() {
        from += families[from..].partition_point(|family| family.end <= *first);
        take(from);
        let end = families[from].end;
        rest = &rest[rest.partition_point(|metric| *metric < end)..];
    }
}
