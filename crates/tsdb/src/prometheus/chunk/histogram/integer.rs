//! Histograms with integer counts.

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
    let mut columns = IntegerColumns::read(&mut reader, positive + negative)?;
    for index in 0..samples {
        if index > 0 {
            step = step.wrapping_add(reader.varbit()?);
            time = time.wrapping_add(step);
            columns.read_next(&mut reader)?;
        }
        if is_stale(columns.sum.value()) {
            each(stale(time, true, columns.sum.value()));
            continue;
        }
        let (above, below) = columns.buckets.split_at(positive);
        let histogram = Histogram {
            zero_count: columns.zero_count.value as u64 as f64,
            count: columns.count.value as u64 as f64,
            sum: columns.sum.value(),
            positive_buckets: absolute(above),
            negative_buckets: absolute(below),
            reset_hint: hint(header, index),
            ..layout.blank(true)
        };
        each(Sample {
            timestamp_ms: time,
            value: Value::Histogram(Arc::new(histogram)),
        });
    }
    Ok(())
}

/// Counts from their differences.
fn absolute(buckets: &[Steady]) -> Vec<f64> {
    let mut count = 0_i64;
    let sums = buckets.iter().map(|bucket| {
        count = count.wrapping_add(bucket.value);
        count as f64
    });
    sums.collect()
}

/// Differences of counts, each from its neighbour.
fn differences(counts: &[f64]) -> impl Iterator<Item = i64> + '_ {
    let mut before = 0_i64;
    counts.iter().map(move |count| {
        let count = *count as i64;
        let difference = count.wrapping_sub(before);
        before = count;
        difference
    })
}

/// An integer that is told by how much its growth changed.
#[derive(Clone, Copy, Debug, Default)]
struct Steady {
    value: i64,
    growth: i64,
}

impl Steady {
    fn starting_at(value: i64) -> Self {
        Self { value, growth: 0 }
    }

    fn read(&mut self, reader: &mut BitReader<'_>) -> Result<(), Damage> {
        self.growth = self.growth.wrapping_add(reader.varbit()?);
        self.value = self.value.wrapping_add(self.growth);
        Ok(())
    }

    fn write(&mut self, writer: &mut BitWriter, value: i64) {
        let growth = value.wrapping_sub(self.value);
        writer.varbit(growth.wrapping_sub(self.growth));
        *self = Self { value, growth };
    }
}

/// The numbers of the last sample.
#[derive(Clone, Debug)]
pub(super) struct IntegerColumns {
    count: Steady,
    zero_count: Steady,
    sum: XorColumn,
    /// Positive ones, then negative ones.
    buckets: Vec<Steady>,
}

impl IntegerColumns {
    fn read(reader: &mut BitReader<'_>, buckets: usize) -> Result<Self, Damage> {
        let count = Steady::starting_at(reader.varbit_unsigned()? as i64);
        let zero_count = Steady::starting_at(reader.varbit_unsigned()? as i64);
        let sum = XorColumn::starting_at(reader.float()?);
        let buckets = (0..buckets).map(|_| Ok(Steady::starting_at(reader.varbit()?)));
        Ok(Self {
            count,
            zero_count,
            sum,
            buckets: buckets.collect::<Result<_, _>>()?,
        })
    }

    fn read_next(&mut self, reader: &mut BitReader<'_>) -> Result<(), Damage> {
        self.count.read(reader)?;
        self.zero_count.read(reader)?;
        if is_stale(self.sum.read(reader)?) {
            return Ok(());
        }
        let mut buckets = self.buckets.iter_mut();
        buckets.try_for_each(|bucket| bucket.read(reader))
    }

    /// Writes the first sample.
    pub(super) fn starting_with(histogram: &Histogram, writer: &mut BitWriter) -> Self {
        writer.varbit_unsigned(histogram.count as u64);
        writer.varbit_unsigned(histogram.zero_count as u64);
        writer.float(histogram.sum);
        let buckets: Vec<Steady> = differences(&histogram.positive_buckets)
            .chain(differences(&histogram.negative_buckets))
            .map(Steady::starting_at)
            .collect();
        for bucket in &buckets {
            writer.varbit(bucket.value);
        }
        Self {
            count: Steady::starting_at(histogram.count as i64),
            zero_count: Steady::starting_at(histogram.zero_count as i64),
            sum: XorColumn::starting_at(histogram.sum),
            buckets,
        }
    }

    /// Writes the next sample.
    pub(super) fn push(&mut self, histogram: &Histogram, writer: &mut BitWriter) {
        if is_stale(histogram.sum) {
            // Counts of a marker mean nothing: two zero bits.
            writer.bits(0, 2);
            self.sum.write(writer, histogram.sum);
            return;
        }
        self.count.write(writer, histogram.count as i64);
        self.zero_count.write(writer, histogram.zero_count as i64);
        self.sum.write(writer, histogram.sum);
        let values = differences(&histogram.positive_buckets)
            .chain(differences(&histogram.negative_buckets));
        for (bucket, value) in self.buckets.iter_mut().zip(values) {
            bucket.write(writer, value);
        }
    }
}
