//! From elements to windows: each element is looked at once or twice, however many windows have it.

use std::collections::VecDeque;
use std::ops::Range;

use storage::summary::EXACT_SUM_MAX;
use storage::{Measure, Summary};

use super::element::{Element, better, differ, less, more};

/// Appends what each window comes to; both ends of `windows`, as numbers of elements, ascend. `false` if sums are wanted and one is not exact.
pub(super) fn tell(
    elements: &[Element],
    windows: &[Range<usize>],
    measure: Measure,
    out: &mut Vec<Summary>,
) -> bool {
    // Elements without samples are left out, so that neighbours are neighbours.
    let mut before = Vec::with_capacity(elements.len() + 1);
    let mut there: Vec<&Element> = Vec::with_capacity(elements.len());
    for element in elements {
        before.push(there.len());
        if element.count > 0 {
            there.push(element);
        }
    }
    before.push(there.len());
    let windows = windows
        .iter()
        .map(|window| before[window.start]..before[window.end]);
    let begin = out.len();
    let totals = Totals::of(&there, measure);
    out.extend(windows.clone().map(|window| totals.window(&there, window)));
    let own = &mut out[begin..];
    match measure {
        Measure::Extremes => {
            best(
                &there,
                windows.clone(),
                |one| one.min,
                less,
                |at, value| own[at].min = value,
            );
            best(
                &there,
                windows,
                |one| one.max,
                more,
                |at, value| own[at].max = value,
            );
            true
        }
        Measure::Sum => totals.absolute < EXACT_SUM_MAX && there.iter().all(|one| one.is_exact()),
        _ => true,
    }
}

/// What all elements before each come to.
struct Totals {
    counts: Vec<u64>,
    /// Changes or falls, those from the element before included.
    pairs: Vec<u64>,
    sums: Vec<f64>,
    absolute: f64,
    measure: Measure,
    /// What was lost: in which element, whether between it and the one before, and how much.
    lost: Vec<(usize, bool, f64)>,
}

impl Totals {
    fn of(there: &[&Element], measure: Measure) -> Self {
        let mut totals = Self {
            counts: vec![0],
            pairs: vec![0],
            sums: vec![0.0],
            absolute: 0.0,
            measure,
            lost: Vec::new(),
        };
        let (mut count, mut pairs, mut sum) = (0, 0, 0.0);
        for (at, element) in there.iter().enumerate() {
            count += element.count;
            pairs += u64::from(totals.joint(there, at));
            pairs += match measure {
                Measure::Changes => element.changes,
                _ => element.falls,
            };
            sum += element.sum;
            totals.absolute += element.absolute;
            totals.counts.push(count);
            totals.pairs.push(pairs);
            totals.sums.push(sum);
            if measure == Measure::Lost {
                if totals.joint(there, at) {
                    totals.lost.push((at, true, there[at - 1].last));
                }
                let own = element.lost.iter().map(|lost| (at, false, *lost));
                totals.lost.extend(own);
            }
        }
        totals
    }

    /// Whether there is a change, or a fall, from the element before to this one.
    fn joint(&self, there: &[&Element], at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return false;
        };
        let (before, after) = (there[before].last, there[at].first);
        match self.measure {
            Measure::Changes => differ(before, after),
            Measure::Falls | Measure::Lost => after < before,
            Measure::Ends | Measure::Extremes | Measure::Sum => false,
        }
    }

    fn window(&self, there: &[&Element], window: Range<usize>) -> Summary {
        let (start, end) = (window.start, window.end);
        if start >= end {
            return Summary::default();
        }
        let (first, last) = (there[start], there[end - 1]);
        let mut summary = Summary {
            count: self.counts[end] - self.counts[start],
            first_ms: first.first_ms,
            last_ms: last.last_ms,
            first: first.first,
            last: last.last,
            ..Summary::default()
        };
        // Sums of whole numbers, so that a difference of two is exact as well.
        let pairs = self.pairs[end] - self.pairs[start] - u64::from(self.joint(there, start));
        match self.measure {
            Measure::Ends | Measure::Extremes => {}
            Measure::Sum => summary.sum = self.sums[end] - self.sums[start],
            Measure::Changes => summary.changes = pairs,
            Measure::Falls => summary.falls = pairs,
            Measure::Lost => {
                summary.falls = pairs;
                let is_before = |(at, joint): (usize, bool)| at < start || (at == start && joint);
                let from = self
                    .lost
                    .partition_point(|(at, joint, _)| is_before((*at, *joint)));
                let to = self.lost.partition_point(|(at, ..)| *at < end);
                // Rounded as if samples were added, so one after the other.
                let lost = self.lost[from.min(to)..to].iter();
                summary.lost = lost.fold(0.0, |sum, (_, _, lost)| sum + lost);
            }
        }
        summary
    }
}

/// Gives `take` the best of each window. Windows only move to the right, so what a later element is as good as can be forgotten.
fn best(
    there: &[&Element],
    windows: impl Iterator<Item = Range<usize>>,
    value_of: impl Fn(&Element) -> f64,
    beats: impl Fn(f64, f64) -> bool + Copy,
    mut take: impl FnMut(usize, f64),
) {
    let mut queue: VecDeque<usize> = VecDeque::new();
    let mut next = 0;
    for (at, window) in windows.enumerate() {
        next = next.max(window.start);
        while next < window.end {
            let own = value_of(there[next]);
            while let Some(last) = queue.back()
                && better(value_of(there[*last]), own, beats).to_bits() == own.to_bits()
            {
                queue.pop_back();
            }
            if !own.is_nan() {
                queue.push_back(next);
            }
            next += 1;
        }
        while queue.front().is_some_and(|first| *first < window.start) {
            queue.pop_front();
        }
        take(
            at,
            queue
                .front()
                .map_or(f64::NAN, |first| value_of(there[*first])),
        );
    }
}
