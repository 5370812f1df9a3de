//! Histograms with float counts.

use std::sync::Arc;

use model::{Histogram, Value, is_stale};

use super::super::super::bits::{BitReader, BitWriter, XorColumn};
use super::super::super::error::{Damage, Fault};
use super::super::Sample;
use super::{Opening, hint, open, stale};

/// Calls `each` with the samples of a chunk.
pub(in super::super) fn decode(data: &[u8], mut each: impl FnMut(Sample)) -> Result<(), Damage> {
    let Some(opening) = open(data)? else {
        return Ok(());
    };
    let Opening {
        mut reader,
        samples,
        header,
        layout,
    } = opening;
    let (positive, negative) = layout.bucket_counts();
    if positive + negative > reader.remaining() {
        return Err(reader.damage(Fault::Invalid("more buckets than bits")));
    }
    let mut time = reader.varbit()?;
    let mut step = 0_i64;
    let mut columns = FloatColumns::read(&mut reader, positive + negative)?;
    for index in 0..samples {
        if index > 0 {
            step = step.wrapping_add(reader.varbit()?);
            time = time.wrapping_add(step);
            columns.read_next(&mut reader)?;
        }
        if is_stale(columns.sum.value()) {
            each(stale(time, false, columns.sum.value()));
            continue;
        }
        let (above, below) = columns.buckets.split_at(positive);
        let values = |columns: &[XorColumn]| columns.iter().map(XorColumn::value).collect();
        let histogram = Histogram {
            zero_count: columns.zero_count.value(),
            count: columns.count.value(),
            sum: columns.sum.value(),
            positive_buckets: values(above),
            negative_buckets: values(below),
            reset_hint: hint(header, index),
            ..layout.blank(false)
        };
        each(Sample {
            timestamp_ms: time,
            value: Value::Histogram(Arc::new(histogram)),
        });
    }
    Ok(())
}

/// The numbers of the last sample.
#[derive(Clone, Debug)]
pub(super) struct FloatColumns {
    count: XorColumn,
    zero_count: XorColumn,
    sum: XorColumn,
    /// Positive ones, then negative ones.
    buckets: Vec<XorColumn>,
}

impl FloatColumns {
    fn read(reader: &mut BitReader<'_>, buckets: usize) -> Result<Self, Damage> {
        let mut column = || reader.float().map(XorColumn::starting_at);
        Ok(Self {
            count: column()?,
            zero_count: column()?,
            sum: column()?,
            buckets: (0..buckets).map(|_| column()).collect::<Result<_, _>>()?,
        })
    }

    fn read_next(&mut self, reader: &mut BitReader<'_>) -> Result<(), Damage> {
        self.count.read(reader)?;
        self.zero_count.read(reader)?;
        if is_stale(self.sum.read(reader)?) {
            return Ok(());
        }
        for bucket in &mut self.buckets {
            bucket.read(reader)?;
        }
        Ok(())
    }

    /// Writes the first sample.
    pub(super) fn starting_with(histogram: &Histogram, writer: &mut BitWriter) -> Self {
        let mut column = |value: f64| {
            writer.float(value);
            XorColumn::starting_at(value)
        };
        Self {
            count: column(histogram.count),
            zero_count: column(histogram.zero_count),
            sum: column(histogram.sum),
            buckets: buckets(histogram).map(column).collect(),
        }
    }

    /// Writes the next sample; a stale marker has no buckets.
    pub(super) fn push(&mut self, histogram: &Histogram, writer: &mut BitWriter) {
        self.count.write(writer, histogram.count);
        self.zero_count.write(writer, histogram.zero_count);
        self.sum.write(writer, histogram.sum);
        for (column, value) in self.buckets.iter_mut().zip(buckets(histogram)) {
            column.write(writer, value);
        }
    }
}

/// All buckets, positive ones first.
fn buckets(histogram: &Histogram) -> impl Iterator<Item = f64> + '_ {
    let above = histogram.positive_buckets.iter();
    above.chain(&histogram.negative_buckets).copied()
}
