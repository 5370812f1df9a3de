//! Records as values that can be compared bit by bit, and names that follow from numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use model::{Histogram, Labels};
use platform::Disk;

use crate::log::{
    Detail, DetailKind, Log, LogError, LogOptions, Names, Record, Replayed, Row, Scope, TargetId,
    Visitor,
};

/// A record as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) sequence: u64,
    /// A row's floats.
    columns: Vec<u32>,
    bits: Vec<u64>,
    /// Everything else.
    text: String,
}

impl Said {
    pub(super) fn new(sequence: u64, record: &Record<'_>) -> Self {
        let Record::Row(row) = record else {
            return Self {
                sequence,
                columns: Vec::new(),
                bits: Vec::new(),
                text: format!("{record:?}"),
            };
        };
        let details = in_order(row.details);
        let mut text = format!("{:?} {:?} {details:?}", row.target, row.time);
        for detail in &details {
            put_detail_bits(&mut text, detail);
        }
        Self {
            sequence,
            columns: row.columns.to_vec(),
            bits: row.values.iter().map(|value| value.to_bits()).collect(),
            text,
        }
    }
}

/// As a replay shows them: starts last, by column, of several the last.
fn in_order(details: &[Detail]) -> Vec<Detail> {
    let is_start = |detail: &&Detail| matches!(detail.kind, DetailKind::Start(_));
    let (starts, others): (Vec<&Detail>, Vec<&Detail>) = details.iter().partition(is_start);
    let starts = starts.into_iter().map(|detail| (detail.column, detail));
    let starts: BTreeMap<u32, &Detail> = starts.collect();
    others
        .into_iter()
        .chain(starts.into_values())
        .cloned()
        .collect()
}

fn put_detail_bits(text: &mut String, detail: &Detail) {
    match &detail.kind {
        DetailKind::Histogram(histogram) | DetailKind::HistogramAt(_, histogram) => {
            put_histogram_bits(text, histogram);
        }
        DetailKind::FloatAt(_, value) => put_bits(text, &[*value]),
        DetailKind::Exemplar(exemplar) => put_bits(text, &[exemplar.value]),
        DetailKind::Start(_) => {}
    }
}

fn put_histogram_bits(text: &mut String, histogram: &Histogram) {
    put_bits(text, &[histogram.zero_threshold, histogram.zero_count]);
    put_bits(text, &[histogram.count, histogram.sum]);
    put_bits(text, &histogram.positive_buckets);
    put_bits(text, &histogram.negative_buckets);
    put_bits(text, &histogram.custom_values);
}

/// `{:?}` shows all NaNs alike.
fn put_bits(text: &mut String, values: &[f64]) {
    for value in values {
        write!(text, " {:x}", value.to_bits()).unwrap();
    }
}

/// Labels that follow from the numbers.
pub(super) struct Numbered;

impl Names for Numbered {
    fn target(&self, target: TargetId) -> Labels {
        Labels::from_pairs([("job", format!("j{}", target.0))])
    }

    fn column(&self, target: TargetId, column: u32) -> (Scope, Labels) {
        let scope = if column % 5 == 4 {
            Scope::Whole
        } else {
            Scope::InTarget
        };
        let name = format!("m{column}_of_{}", target.0);
        (scope, Labels::from_pairs([("__name__", name)]))
    }
}

/// What a replay showed. It checks that everything is named, and rightly, before it is used.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) records: Vec<Said>,
    /// How many columns each target has named.
    named: BTreeMap<TargetId, u32>,
}

impl Visitor for Heard {
    fn target(&mut self, target: TargetId, labels: Labels) {
        assert_eq!(labels, Numbered.target(target));
        self.named.entry(target).or_default();
    }

    fn column(&mut self, target: TargetId, column: u32, scope: Scope, labels: Labels) {
        assert_eq!((scope, labels), Numbered.column(target, column));
        let named = self.named.get_mut(&target).expect("a target with a name");
        *named = column + 1;
    }

    fn record(&mut self, sequence: u64, record: Record<'_>) {
        if let Record::Row(Row {
            target, columns, ..
        }) = record
        {
            let named = self.named[&target];
            assert!(columns.last().is_none_or(|last| *last < named));
        }
        self.records.push(Said::new(sequence, &record));
    }
}

pub(super) const FOLDER: &str = "log";

pub(super) fn open(
    disk: Arc<dyn Disk>,
    segment_bytes: u64,
) -> Result<(Log, Vec<Said>, Replayed), LogError> {
    let options = LogOptions {
        folder: FOLDER.to_owned(),
        segment_bytes,
    };
    let mut heard = Heard::default();
    let (log, replayed) = Log::open(disk, options, &mut heard)?;
    Ok((log, heard.records, replayed))
}

/// A row of floats in the first columns.
pub(super) fn append_floats(log: &mut Log, target: u32, time_ms: i64, values: &[f64]) -> Said {
    let columns: Vec<u32> = (0..values.len() as u32).collect();
    let record = Record::Row(Row {
        target: TargetId(target),
        time: model::Timestamp(time_ms),
        columns: &columns,
        values,
        details: &[],
    });
    let sequence = log.append(&record, &Numbered).unwrap();
    Said::new(sequence, &record)
}
