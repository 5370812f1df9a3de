//! Which metrics each target has.
//!
//! Targets of a kind have the same metrics, so what is stored once is the set, and a target has but the number of its set
//! (its *layout*). A target that gains or loses a metric moves to the layout that results, if there is one. Layouts are found by a mark
//! that is the sum of a number per metric: the mark of the result is known without making the set.

use roaring::RoaringBitmap;

use super::Map;
use super::ids::bitmap_bytes;
use super::side::SHRINK_SHARE;

/// The layout without metrics. It is always there.
const EMPTY: u32 = 0;
/// Layouts for which nothing is made smaller.
const SLACK: usize = 16;

#[derive(Debug)]
pub(super) struct Presence {
    layouts: Vec<Layout>,
    free: Vec<u32>,
    by_mark: Map<u64, u32>,
    /// Layouts by target; targets beyond have none of the metrics.
    of: Vec<u32>,
}

#[derive(Debug, Default)]
struct Layout {
    metrics: RoaringBitmap,
    /// How many targets have it.
    targets: u32,
    mark: u64,
}

impl Default for Presence {
    fn default() -> Self {
        // One more target than there are, so that the empty layout is never changed in place.
        let empty = Layout {
            targets: 1,
            ..Layout::default()
        };
        Self {
            layouts: vec![empty],
            free: Vec::new(),
            by_mark: [(0, EMPTY)].into_iter().collect(),
            of: Vec::new(),
        }
    }
}

impl Presence {
    pub(super) fn layout_of(&self, target: u32) -> u32 {
        self.of.get(target as usize).copied().unwrap_or(EMPTY)
    }

    /// Layouts are numbered below this.
    pub(super) fn layouts(&self) -> usize {
        self.layouts.len()
    }

    pub(super) fn metrics(&self, layout: u32) -> &RoaringBitmap {
        &self.layouts[layout as usize].metrics
    }

    pub(super) fn metrics_of(&self, target: u32) -> &RoaringBitmap {
        self.metrics(self.layout_of(target))
    }

    pub(super) fn contains(&self, target: u32, metric: u32) -> bool {
        self.metrics_of(target).contains(metric)
    }

    /// Notes that `target` has `metric`, or no longer has it. Whether that is a change.
    pub(super) fn set(&mut self, target: u32, metric: u32, there: bool) -> bool {
        if self.contains(target, metric) == there {
            return false;
        }
        if self.of.len() <= target as usize {
            self.of.resize(target as usize + 1, EMPTY);
            self.layouts[EMPTY as usize].targets += 1;
        }
        let from = self.layout_of(target);
        let mark = match there {
            true => self.layouts[from as usize].mark.wrapping_add(mix(metric)),
            false => self.layouts[from as usize].mark.wrapping_sub(mix(metric)),
        };
        let twin = self.by_mark.get(&mark).copied();
        match twin.filter(|twin| self.is_result(*twin, from, metric, there)) {
            Some(twin) => {
                self.of[target as usize] = twin;
                let layout = &mut self.layouts[twin as usize];
                layout.targets += 1;
                if layout.targets == 2 {
                    // It stays, now that it is shared.
                    layout.metrics.optimize();
                }
                self.leave(from);
            }
            None => {
                let layout = self.own(target, from);
                change(&mut self.layouts[layout as usize].metrics, metric, there);
                self.layouts[layout as usize].mark = mark;
                self.by_mark.entry(mark).or_insert(layout);
            }
        }
        true
    }

    /// Whether `layout` is `from` with one metric more or less.
    fn is_result(&self, layout: u32, from: u32, metric: u32, there: bool) -> bool {
        let (layout, from) = (self.metrics(layout), self.metrics(from));
        let (large, small) = if there {
            (layout, from)
        } else {
            (from, layout)
        };
        large.len() == small.len() + 1
            && large.contains(metric)
            && !small.contains(metric)
            && small.is_subset(large)
    }

    /// A layout that can be changed, since only `target` has it, and no mark leads to it.
    fn own(&mut self, target: u32, from: u32) -> u32 {
        if from != EMPTY && self.layouts[from as usize].targets == 1 {
            self.unmark(from);
            return from;
        }
        let layout = Layout {
            metrics: self.metrics(from).clone(),
            targets: 1,
            mark: 0,
        };
        self.leave(from);
        let own = match self.free.pop() {
            Some(own) => {
                self.layouts[own as usize] = layout;
                own
            }
            None => {
                self.layouts.push(layout);
                self.layouts.len() as u32 - 1
            }
        };
        self.of[target as usize] = own;
        own
    }

    fn leave(&mut self, layout: u32) {
        if layout == EMPTY {
            return;
        }
        self.layouts[layout as usize].targets -= 1;
        if self.layouts[layout as usize].targets == 0 {
            self.unmark(layout);
            self.layouts[layout as usize] = Layout::default();
            self.free.push(layout);
        }
        let entry = size_of::<(u64, u32)>();
        if self.by_mark.allocation_size() / entry > (self.by_mark.len() + SLACK) * SHRINK_SHARE {
            self.shrink();
        }
    }

    /// Gives back what more layouts and targets took.
    fn shrink(&mut self) {
        let in_use = |layout: &Layout| layout.targets > 0;
        let end = self.layouts.iter().rposition(in_use).map_or(0, |at| at + 1);
        self.layouts.truncate(end);
        self.layouts.shrink_to_fit();
        self.free.retain(|layout| (*layout as usize) < end);
        self.free.shrink_to_fit();
        self.by_mark.shrink_to_fit();
        let end = self.of.iter().rposition(|layout| *layout != EMPTY);
        self.of.truncate(end.map_or(0, |at| at + 1));
        self.of.shrink_to_fit();
    }

    fn unmark(&mut self, layout: u32) {
        let mark = self.layouts[layout as usize].mark;
        if self.by_mark.get(&mark) == Some(&layout) {
            self.by_mark.remove(&mark);
        }
    }

    #[cfg(test)]
    pub(super) fn layouts_in_use(&self) -> usize {
        self.layouts.len() - self.free.len()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let sets: usize = self
            .layouts
            .iter()
            .map(|layout| bitmap_bytes(&layout.metrics))
            .sum();
        self.layouts.capacity() * size_of::<Layout>()
            + (self.free.capacity() + self.of.capacity()) * size_of::<u32>()
            + self.by_mark.allocation_size()
            + sets
    }
}

fn change(metrics: &mut RoaringBitmap, metric: u32, there: bool) {
    if there {
        metrics.insert(metric);
    } else {
        metrics.remove(metric);
    }
}

/// A number per metric whose sums don't coincide by accident.
fn mix(metric: u32) -> u64 {
    let mut x = (u64::from(metric) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
