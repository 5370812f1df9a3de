//! Records as the bytes of a commit group, and back. One writer and one reader per segment: both remember what came before.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use model::{MatchOp, Matcher, Metadata, MetricKind, TimeRange, Timestamp};

use super::bytes::{Malformed, Reader, put_labels, put_str, put_varint};
use super::detail::{get_time, put_time};
use super::names::ReadNames;
use super::record::{Names, Record, Row, Scope, TargetId, Visitor};
use super::target::{RowBuffer, Scratch, StartsSaid, Target, assert_well_formed};

const TARGET: u8 = 1;
const COLUMNS: u8 = 2;
const ROW: u8 = 3;
const METADATA: u8 = 4;
const DELETION: u8 = 5;

/// Times of deletions are told from here.
const EPOCH: Timestamp = Timestamp(0);

const KINDS: [MetricKind; 8] = [
    MetricKind::Unknown,
    MetricKind::Counter,
    MetricKind::Gauge,
    MetricKind::Histogram,
    MetricKind::GaugeHistogram,
    MetricKind::Summary,
    MetricKind::Info,
    MetricKind::StateSet,
];

const OPERATORS: [MatchOp; 4] = [
    MatchOp::Equal,
    MatchOp::NotEqual,
    MatchOp::Regex,
    MatchOp::NotRegex,
];

/// Writes records.
#[derive(Default)]
pub(super) struct GroupWriter {
    targets: HashMap<TargetId, Target, FixedState>,
    scratch: Scratch,
}

impl GroupWriter {
    pub(super) fn put(&mut self, out: &mut Vec<u8>, record: &Record<'_>, names: &dyn Names) {
        match record {
            Record::Row(row) => {
                assert_well_formed(row);
                self.put_row(out, row, names);
            }
            Record::Metadata {
                target,
                family,
                metadata,
            } => {
                self.name_target(out, *target, names);
                out.push(METADATA);
                put_varint(out, u64::from(target.0));
                put_str(out, family);
                let kind = KINDS.iter().position(|kind| *kind == metadata.kind);
                out.push(kind.expect("a kind that is in the list") as u8);
                put_str(out, &metadata.help);
                put_str(out, &metadata.unit);
            }
            Record::Deletion { matchers, range } => {
                out.push(DELETION);
                put_time(out, EPOCH, range.start);
                put_time(out, EPOCH, range.end);
                put_varint(out, matchers.len() as u64);
                for matcher in *matchers {
                    put_matcher(out, matcher);
                }
            }
        }
    }

    fn put_row(&mut self, out: &mut Vec<u8>, row: &Row<'_>, names: &dyn Names) {
        self.name_target(out, row.target, names);
        let target = self.targets.get_mut(&row.target).expect("named above");
        let floats = row.columns.last().copied();
        let details = row.details.iter().map(|detail| detail.column);
        let end = floats.into_iter().chain(details).max();
        name_columns(
            out,
            row.target,
            target,
            end.map_or(0, |last| last as usize + 1),
            names,
        );
        out.push(ROW);
        put_varint(out, u64::from(row.target.0));
        target.put_row(out, row, &mut self.scratch);
    }

    fn name_target(&mut self, out: &mut Vec<u8>, target: TargetId, names: &dyn Names) {
        self.targets.entry(target).or_insert_with(|| {
            out.push(TARGET);
            put_varint(out, u64::from(target.0));
            put_labels(out, &names.target(target));
            Target::default()
        });
    }
}

/// Names the columns from the first that has none up to `end`.
fn name_columns(
    out: &mut Vec<u8>,
    id: TargetId,
    target: &mut Target,
    end: usize,
    names: &dyn Names,
) {
    if target.named() >= end {
        return;
    }
    out.push(COLUMNS);
    put_varint(out, u64::from(id.0));
    put_varint(out, (end - target.named()) as u64);
    target.reserve(end - target.named());
    for column in target.named()..end {
        let (scope, labels) = names.column(id, column as u32);
        out.push(u8::from(scope == Scope::Whole));
        put_labels(out, &labels);
        target.name_column();
    }
}

fn put_matcher(out: &mut Vec<u8>, matcher: &Matcher) {
    let operator = OPERATORS.iter().position(|op| *op == matcher.op());
    out.push(operator.expect("an operator that is in the list") as u8);
    put_str(out, matcher.name());
    put_str(out, matcher.value());
}

/// Reads records.
#[derive(Default)]
pub(super) struct GroupReader {
    targets: HashMap<TargetId, Target, FixedState>,
    names: ReadNames,
    row: RowBuffer,
    starts: StartsSaid,
}

impl GroupReader {
    /// Of a segment that says start times so.
    pub(super) fn new(starts: StartsSaid) -> Self {
        Self {
            starts,
            ..Self::default()
        }
    }

    /// Shows all records of a group to `visitor`; those before a malformed one are shown.
    pub(super) fn get(
        &mut self,
        bytes: &[u8],
        sequence: u64,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Malformed> {
        let mut reader = Reader::new(bytes);
        while !reader.is_empty() {
            self.get_record(&mut reader, sequence, visitor)?;
        }
        Ok(())
    }

    fn get_record(
        &mut self,
        reader: &mut Reader<'_>,
        sequence: u64,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Malformed> {
        match reader.byte()? {
            TARGET => {
                let id = TargetId(reader.u32()?);
                let labels = reader.labels()?;
                if self.targets.insert(id, Target::default()).is_some() {
                    return Err(reader.malformed("target named twice"));
                }
                visitor.target(id, labels);
            }
            COLUMNS => self.get_columns(reader, visitor)?,
            ROW => self.get_row(reader, sequence, visitor)?,
            METADATA => self.get_metadata(reader, sequence, visitor)?,
            DELETION => get_deletion(reader, sequence, visitor)?,
            _ => return Err(reader.malformed("unknown record")),
        }
        Ok(())
    }

    fn get_columns(
        &mut self,
        reader: &mut Reader<'_>,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Malformed> {
        let id = TargetId(reader.u32()?);
        let target = self.targets.get_mut(&id);
        let target = target.ok_or_else(|| reader.malformed("unknown target"))?;
        for _ in 0..reader.length()? {
            let scope = match reader.byte()? {
                0 => Scope::InTarget,
                1 => Scope::Whole,
                _ => return Err(reader.malformed("unknown scope")),
            };
            let labels = self.names.get(reader)?;
            let column = target.named() as u32;
            target.name_column();
            visitor.column(id, column, scope, labels);
        }
        Ok(())
    }

    fn get_row(
        &mut self,
        reader: &mut Reader<'_>,
        sequence: u64,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Malformed> {
        let id = TargetId(reader.u32()?);
        let target = self.targets.get_mut(&id);
        let target = target.ok_or_else(|| reader.malformed("unknown target"))?;
        let time = target.get_row(reader, &mut self.row, self.starts)?;
        let row = Row {
            target: id,
            time,
            columns: &self.row.columns,
            values: &self.row.values,
            details: &self.row.details,
        };
        visitor.record(sequence, Record::Row(row));
        Ok(())
    }

    fn get_metadata(
        &mut self,
        reader: &mut Reader<'_>,
        sequence: u64,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Malformed> {
        let target = TargetId(reader.u32()?);
        if !self.targets.contains_key(&target) {
            return Err(reader.malformed("unknown target"));
        }
        let family = reader.text()?;
        let kind = KINDS.get(usize::from(reader.byte()?)).copied();
        let metadata = Metadata {
            kind: kind.ok_or_else(|| reader.malformed("unknown kind"))?,
            help: reader.text()?.to_owned(),
            unit: reader.text()?.to_owned(),
        };
        let metadata = &metadata;
        visitor.record(
            sequence,
            Record::Metadata {
                target,
                family,
                metadata,
            },
        );
        Ok(())
    }
}

fn get_deletion(
    reader: &mut Reader<'_>,
    sequence: u64,
    visitor: &mut dyn Visitor,
) -> Result<(), Malformed> {
    let range = TimeRange {
        start: get_time(reader, EPOCH)?,
        end: get_time(reader, EPOCH)?,
    };
    let mut matchers = Vec::new();
    for _ in 0..reader.length()? {
        matchers.push(get_matcher(reader)?);
    }
    let matchers = &matchers;
    visitor.record(sequence, Record::Deletion { matchers, range });
    Ok(())
}

fn get_matcher(reader: &mut Reader<'_>) -> Result<Matcher, Malformed> {
    let operator = OPERATORS.get(usize::from(reader.byte()?)).copied();
    let operator = operator.ok_or_else(|| reader.malformed("unknown operator"))?;
    let (name, value) = (reader.text()?, reader.text()?);
    Matcher::new(name, operator, value).map_err(|_| reader.malformed("bad regular expression"))
}
