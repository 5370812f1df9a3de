//! Finds the histograms in an instant vector: families of buckets, and series of native ones.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::Labels;

use crate::column::{Column, is_absent};
use crate::context::Context;
use crate::kernel::classic::{Bucket, ascending};
use crate::operator::buffer::Vector;
use crate::plan::HistogramNode;
use crate::series::Series;

/// The label that holds a bucket's upper bound.
const BUCKET_LABEL: &str = "le";

/// The histograms of an instant vector.
pub(crate) struct Histograms {
    /// Classic ones.
    pub families: Vec<Family>,
    /// Native ones.
    pub natives: Vec<Native>,
}

/// The buckets of one classic histogram: series that differ in `le` alone.
pub(crate) struct Family {
    /// What they have in common.
    pub labels: Labels,
    /// Upper bounds, and indices into the input.
    buckets: Vec<(f64, usize)>,
    /// At which steps there is a native histogram of the same labels, so that nobody knows which is meant; may be empty.
    clashes: Vec<bool>,
}

/// A series with native histograms.
pub(crate) struct Native {
    /// Its labels.
    pub labels: Labels,
    /// Index into the input.
    index: usize,
    /// At which steps there are classic buckets of the same labels; may be empty.
    clashes: Vec<bool>,
}

impl Histograms {
    /// Gathers them, and complains about what is no part of any.
    pub(crate) fn find(
        context: &Context<'_>,
        node: &HistogramNode,
        input: &Vector<'_>,
        steps: usize,
    ) -> Self {
        let mut places: HashMap<Labels, usize, RandomState> = HashMap::default();
        let mut found = Self {
            families: Vec::new(),
            natives: Vec::new(),
        };
        for (index, series) in input.series.iter().enumerate() {
            let column = &input.columns[index];
            if column.histograms.iter().any(Option::is_some) {
                found.natives.push(Native {
                    labels: series.labels.clone(),
                    index,
                    clashes: Vec::new(),
                });
            }
            if column.floats.iter().any(|value| !is_absent(*value)) {
                found.add_bucket(context, node, &series.labels, index, &mut places);
            }
        }
        for family in &mut found.families {
            // So that there is little to sort at each step. Of equal bounds the first stays first.
            family.buckets.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        }
        found.find_clashes(context, node, input, steps, &places);
        found
    }

    fn add_bucket(
        &mut self,
        context: &Context<'_>,
        node: &HistogramNode,
        labels: &Labels,
        index: usize,
        places: &mut HashMap<Labels, usize, RandomState>,
    ) {
        let bound = labels.value(BUCKET_LABEL);
        let Ok(upper) = bound.parse::<f64>() else {
            let name = shown_name(context, labels);
            let text = format!(
                "bucket label \"le\" is missing or has a malformed value of {bound:?}{name}"
            );
            context.warn(node.input_span, &text);
            return;
        };
        let families = &mut self.families;
        let common = without_bound(labels);
        let place = *places.entry(common).or_insert_with_key(|labels| {
            families.push(Family {
                labels: labels.clone(),
                buckets: Vec::new(),
                clashes: Vec::new(),
            });
            families.len() - 1
        });
        families[place].buckets.push((upper, index));
    }

    fn find_clashes(
        &mut self,
        context: &Context<'_>,
        node: &HistogramNode,
        input: &Vector<'_>,
        steps: usize,
        places: &HashMap<Labels, usize, RandomState>,
    ) {
        for native in &mut self.natives {
            let Some(place) = places.get(&native.labels) else {
                continue;
            };
            let family = &mut self.families[*place];
            let column = &input.columns[native.index];
            let has_bucket = |step: usize| {
                let buckets = &mut family.buckets.iter();
                buckets.any(|(_, index)| !is_absent(input.columns[*index].floats[step]))
            };
            let clashes: Vec<bool> = (0..steps)
                .map(|step| column.histogram(step).is_some() && has_bucket(step))
                .collect();
            if clashes.contains(&true) {
                let name = shown_name(context, &native.labels);
                let text = format!("vector contains a mix of classic and native histograms{name}");
                context.warn(node.input_span, &text);
            }
            family.clashes.clone_from(&clashes);
            native.clashes = clashes;
        }
    }
}

impl Family {
    /// The quantiles `q`; `compute` is called with the buckets that have a value at each step that has any, unless it is plain what comes of them.
    pub(crate) fn quantiles(
        &self,
        input: &Vector<'_>,
        q: &[f64],
        compute: impl FnMut(usize, &mut Vec<Bucket>) -> f64,
    ) -> Column {
        let mut out = Column::default();
        out.clear(q.len());
        let mut is_done = vec![false; q.len()];
        let bounds: Vec<f64> = self.buckets.iter().map(|(upper, _)| *upper).collect();
        if self.clashes.is_empty() && ascending::are_in_order(&bounds) {
            let columns = self.buckets.iter();
            let columns = columns.map(|(_, index)| input.columns[*index].floats.as_slice());
            let columns: Vec<&[f64]> = columns.collect();
            ascending::quantiles(q, &bounds, &columns, &mut out.floats, &mut is_done);
        }
        self.fill(input, &is_done, compute, &mut out);
        out
    }

    /// Calls `compute` with the buckets that have a value, at each step where there are any.
    pub(crate) fn column(
        &self,
        input: &Vector<'_>,
        steps: usize,
        compute: impl FnMut(usize, &mut Vec<Bucket>) -> f64,
    ) -> Column {
        let mut out = Column::default();
        out.clear(steps);
        self.fill(input, &vec![false; steps], compute, &mut out);
        out
    }

    /// The same for those steps that are not done.
    fn fill(
        &self,
        input: &Vector<'_>,
        is_done: &[bool],
        mut compute: impl FnMut(usize, &mut Vec<Bucket>) -> f64,
        out: &mut Column,
    ) {
        let mut buckets = Vec::new();
        let missing = is_done.iter().enumerate().filter(|(_, done)| !**done);
        for (step, _) in missing {
            buckets.clear();
            for (upper, index) in &self.buckets {
                let (upper, count) = (*upper, input.columns[*index].floats[step]);
                if !is_absent(count) {
                    buckets.push(Bucket { upper, count });
                }
            }
            let clashes = self.clashes.get(step).is_some_and(|clashes| *clashes);
            if !buckets.is_empty() && !clashes {
                out.floats[step] = compute(step, &mut buckets);
            }
        }
    }
}

impl Native {
    /// Calls `compute` with the histogram of each step that has one.
    pub(crate) fn column(
        &self,
        input: &Vector<'_>,
        steps: usize,
        mut compute: impl FnMut(usize, &model::Histogram) -> f64,
    ) -> Column {
        let mut out = Column::default();
        out.clear(steps);
        for step in 0..steps {
            let clashes = self.clashes.get(step).is_some_and(|clashes| *clashes);
            if let Some(histogram) = input.columns[self.index].histogram(step)
                && !clashes
            {
                out.floats[step] = compute(step, histogram);
            }
        }
        out
    }
}

/// What the buckets of a classic histogram have in common.
pub(crate) fn without_bound(labels: &Labels) -> Labels {
    labels.filtered(|name| name != BUCKET_LABEL)
}

/// What the result of a function has for labels; the metric's go, at once or at the end.
pub(crate) fn result_series(context: &Context<'_>, labels: &Labels) -> Series {
    Series::new(labels.clone()).unnamed(context.delays_names())
}

/// The metric's name at the end of a note; only where names are removed at the end is it still known.
pub(crate) fn shown_name(context: &Context<'_>, labels: &Labels) -> String {
    let name = labels.metric_name();
    if name.is_empty() || !context.delays_names() {
        return String::new();
    }
    format!(" for metric name {name:?}")
}
