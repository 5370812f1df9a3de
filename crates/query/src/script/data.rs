//! The samples of a script, in a store.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;
use model::histogram::{CUSTOM_BUCKETS_SCHEMA, ResetHint, Span};
use model::labels::METRIC_NAME;
use model::{Histogram, Labels, Timestamp, Value};
use promql::series_notation::{Series, SeriesValue};
use storage::memory::MemoryOptions;
use storage::{MemoryStore, Sample, SampleValue, SeriesKey, Store};

use crate::kernel::histogram::is_reset;
use crate::script::parse::Load;
use crate::series::is_metric_label;

/// More than any script needs.
const OPTIONS: MemoryOptions = MemoryOptions {
    bytes_max: 1 << 30,
    late_window_ms: i64::MAX / 4,
    exemplars_max: 0,
};

/// A sample that was loaded.
struct Loaded {
    labels: Labels,
    value: Value,
    start: Option<Timestamp>,
}

/// All samples since the last `clear`, by time.
#[derive(Default)]
pub(crate) struct Data {
    rows: BTreeMap<i64, Vec<Loaded>>,
}

impl Data {
    /// Adds what a `load` lists.
    pub(crate) fn load(&mut self, load: &Load) {
        for (index, series) in load.series.iter().enumerate() {
            // Of a series that is listed twice the last line counts.
            let mut later = load.series[index + 1..].iter();
            if later.all(|other| other.labels != series.labels) {
                self.add(load, series);
            }
        }
        if load.with_nhcb {
            for series in with_custom_bounds(&load.series) {
                self.add(load, &series);
            }
        }
    }

    fn add(&mut self, load: &Load, series: &Series) {
        let starts = load.start_times_of(&series.labels).unwrap_or_default();
        let mut before: Option<&Histogram> = None;
        for (index, value) in series.values.iter().enumerate() {
            let Some(value) = value else { continue };
            let at = load.step_ms * index as i64;
            let start = starts.get(index).copied().flatten();
            self.rows.entry(at).or_default().push(Loaded {
                labels: series.labels.clone(),
                value: with_hint(value, before),
                start: start.map(|offset_ms| Timestamp(at + offset_ms)),
            });
            before = match &value.value {
                Value::Histogram(histogram) => Some(histogram),
                Value::Float(_) => None,
            };
        }
    }

    /// A store that holds it all.
    pub(crate) fn to_store(&self, layout: Layout) -> Result<MemoryStore, String> {
        let store = MemoryStore::new(OPTIONS);
        let mut appender = store.appender();
        for (at, row) in &self.rows {
            appender.row(&Labels::empty(), Timestamp(*at));
            for loaded in row {
                let sample = Sample {
                    value: match &loaded.value {
                        Value::Float(value) => SampleValue::Float(*value),
                        Value::Histogram(histogram) => SampleValue::Histogram(histogram),
                    },
                    timestamp: None,
                    start: loaded.start,
                    exemplars: &[],
                };
                let appended = match layout {
                    Layout::OneGroup => appender.append(SeriesKey::Whole(&loaded.labels), sample),
                    Layout::GroupsByLabels => {
                        let target = loaded.labels.filtered(|name| !is_metric_label(name));
                        let metric = loaded.labels.filtered(is_metric_label);
                        appender.row(&target, Timestamp(*at));
                        appender.append(SeriesKey::InTarget(&metric), sample)
                    }
                };
                if let Err(refusal) = appended {
                    return Err(format!("{} at {at}: {refusal}", loaded.labels));
                }
            }
        }
        appender.commit().map_err(|error| error.to_string())?;
        Ok(store)
    }
}

/// How series are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// All are one group.
    OneGroup,
    /// Those that differ in the metric alone are one group, as if each label set were a target.
    GroupsByLabels,
}

/// What Prometheus' store knows of resets when it gives back what the script says: between histograms of one layout, that there was
/// none.
fn with_hint(value: &SeriesValue, before: Option<&Histogram>) -> Value {
    let (Value::Histogram(now), Some(before)) = (&value.value, before) else {
        return value.value.clone();
    };
    let is_same_layout = now.schema == before.schema
        && now.zero_threshold.to_bits() == before.zero_threshold.to_bits()
        && now.custom_values == before.custom_values;
    let is_known = value.reset_hint_written || before.reset_hint == ResetHint::Gauge;
    if is_known || !is_same_layout || is_reset(before, now) {
        return value.value.clone();
    }
    Value::Histogram(Arc::new(Histogram {
        reset_hint: ResetHint::NotReset,
        ..(**now).clone()
    }))
}

/// The parts of one classic histogram.
#[derive(Default)]
struct Classic<'a> {
    buckets: Vec<(f64, &'a Series)>,
    count: Option<&'a Series>,
    sum: Option<&'a Series>,
}

/// Makes native histograms with custom bounds of the classic histograms among the series.
fn with_custom_bounds(series: &[Series]) -> Vec<Series> {
    let mut families: HashMap<Labels, Classic<'_>, foldhash::fast::RandomState> =
        HashMap::default();
    for one in series {
        let name = one.labels.metric_name();
        if let Some(base) = name.strip_suffix("_bucket") {
            if let Ok(upper) = one.labels.value("le").parse::<f64>() {
                let family = families.entry(renamed(&one.labels, base)).or_default();
                family.buckets.push((upper, one));
            }
        } else if let Some(base) = name.strip_suffix("_count") {
            families
                .entry(renamed(&one.labels, base))
                .or_default()
                .count = Some(one);
        } else if let Some(base) = name.strip_suffix("_sum") {
            families.entry(renamed(&one.labels, base)).or_default().sum = Some(one);
        }
    }
    let mut out: Vec<Series> = families
        .into_iter()
        .filter(|(_, classic)| !classic.buckets.is_empty())
        .map(|(labels, classic)| convert(labels, classic))
        .collect();
    out.sort_by(|a, b| a.labels.cmp(&b.labels));
    out
}

fn renamed(labels: &Labels, name: &str) -> Labels {
    let mut labels = labels.to_builder();
    labels.remove("le");
    labels.set(METRIC_NAME, name);
    labels.build()
}

fn convert(labels: Labels, mut classic: Classic<'_>) -> Series {
    classic.buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    let length = classic
        .buckets
        .iter()
        .map(|(_, series)| series.values.len())
        .max();
    let values = (0..length.unwrap_or(0)).map(|index| {
        histogram_at(&classic, index).map(|histogram| SeriesValue {
            value: Value::Histogram(Arc::new(histogram)),
            reset_hint_written: false,
        })
    });
    Series {
        labels,
        values: values.collect(),
    }
}

fn histogram_at(classic: &Classic<'_>, index: usize) -> Option<Histogram> {
    let float = |series: &Series| match series.values.get(index)?.as_ref()?.value {
        Value::Float(value) => Some(value),
        Value::Histogram(_) => None,
    };
    let mut histogram = Histogram {
        schema: CUSTOM_BUCKETS_SCHEMA,
        ..Histogram::default()
    };
    let mut below = 0.0;
    let mut is_empty = true;
    for (upper, series) in &classic.buckets {
        let Some(cumulative) = float(series) else {
            continue;
        };
        is_empty = false;
        if upper.is_finite() {
            histogram.custom_values.push(*upper);
        }
        histogram.positive_buckets.push(cumulative - below);
        below = cumulative;
    }
    if is_empty {
        return None;
    }
    histogram.count = classic.count.and_then(float).unwrap_or(below);
    histogram.sum = classic.sum.and_then(float).unwrap_or(0.0);
    if histogram.positive_buckets.len() == histogram.custom_values.len() {
        // Without a bucket for +Inf the rest of the observations lies there.
        histogram.positive_buckets.push(histogram.count - below);
    }
    histogram.positive_spans.push(Span {
        offset: 0,
        length: histogram.positive_buckets.len() as u32,
    });
    Some(histogram)
}
