//! Arithmetic and comparisons between match groups.

use std::borrow::Cow;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Labels, Value};
use promql::Cardinality;

use crate::column::{ABSENT, Column, is_absent};
use crate::context::Context;
use crate::function::histogram::combine_values;
use crate::kernel::arithmetic;
use crate::operator::binary::matching::{MatchGroup, match_groups, signature};
use crate::operator::buffer::Vector;
use crate::operator::{Result, execution};
use crate::plan::BinaryVectors;
use crate::series::{Series, is_metric_label};

/// The two sides, with the one that may have only one series per match group told apart from the other.
///
/// Each match group takes its columns out of them, and most become the result's.
struct Sides<'a, 'q> {
    context: &'q Context<'q>,
    node: &'a BinaryVectors,
    many: Vector<'q>,
    one: Vector<'q>,
    /// Whether the one-side is the left one (`group_right`).
    is_swapped: bool,
    steps: usize,
    /// At which steps either side has no sample at all: there is nothing to match then, and nothing to complain about. Known only if some match group asks.
    empty: Vec<bool>,
}

/// What series of the many-side meet.
struct Partner<'c> {
    /// Whose labels may be taken; nobody's of what is filled in.
    owner: Option<usize>,
    column: Cow<'c, Column>,
}

pub(crate) fn combine<'q>(
    context: &'q Context<'q>,
    node: &BinaryVectors,
    lhs: Vector<'q>,
    rhs: Vector<'q>,
    steps: usize,
) -> Result<Vector<'q>> {
    let groups = match_groups(&node.matching, &lhs.series, &rhs.series);
    let is_swapped = node.matching.cardinality == Cardinality::OneToMany;
    let (many, one) = if is_swapped { (rhs, lhs) } else { (lhs, rhs) };
    let mut sides = Sides {
        context,
        node,
        many,
        one,
        is_swapped,
        steps,
        empty: Vec::new(),
    };
    if groups.iter().any(|group| sides.has_rivals(group)) {
        sides.empty = sides.find_empty();
    }
    let mut out = Vector::new(context);
    for group in &groups {
        context.check()?;
        sides.combine_group(group, &mut out)?;
    }
    Ok(out)
}

impl<'q> Sides<'_, 'q> {
    /// The match group's series of the many-side, and of the other.
    fn members<'g>(&self, group: &'g MatchGroup) -> (&'g [usize], &'g [usize]) {
        if self.is_swapped {
            (&group.rhs, &group.lhs)
        } else {
            (&group.lhs, &group.rhs)
        }
    }

    /// Whether there are series of which only one may have a value at a step.
    fn has_rivals(&self, group: &MatchGroup) -> bool {
        let (many, one) = self.members(group);
        let is_single = self.node.matching.cardinality == Cardinality::OneToOne;
        one.len() > 1 || (is_single && many.len() > 1)
    }

    /// See [`empty`](Self::empty).
    fn find_empty(&self) -> Vec<bool> {
        if !self.node.matching.fill.is_empty() {
            return vec![false; self.steps];
        }
        let has = |side: &Vector<'_>, step| side.columns.iter().any(|column| column.has(step));
        let is_empty = |step| !has(&self.many, step) || !has(&self.one, step);
        (0..self.steps).map(is_empty).collect()
    }

    fn combine_group(&mut self, group: &MatchGroup, out: &mut Vector<'q>) -> Result<()> {
        let (many, one) = self.members(group);
        let many_columns: Vec<Column> = many.iter().map(|at| self.many.take(*at)).collect();
        let one_columns: Vec<Column> = one.iter().map(|at| self.one.take(*at)).collect();
        let whole = self.single(group, one, &one_columns)?;
        let partners = self.partners(one, &one_columns, &whole);
        if self.node.matching.cardinality == Cardinality::OneToOne {
            self.check_unique(&many_columns, &whole)?;
        } else {
            self.check_grouping(many, &many_columns, &partners)?;
        }
        let unmet = self.unmet(&many_columns, &whole);
        for (index, column) in many.iter().zip(many_columns) {
            self.combine_series(*index, column, &partners, out)?;
        }
        self.fill_many(one, &one_columns, &unmet, out)
    }

    fn combine_series(
        &self,
        index: usize,
        column: Column,
        partners: &[Partner<'_>],
        out: &mut Vector<'q>,
    ) -> Result<()> {
        // Mostly there is one, and the column becomes the result.
        let mut column = Some(column);
        for (number, partner) in partners.iter().enumerate() {
            let is_last = number + 1 == partners.len();
            let own = if is_last {
                column.take()
            } else {
                column.clone()
            };
            let combined = self.combine_columns(own.unwrap_or_default(), &partner.column)?;
            if !combined.is_empty() {
                out.push(self.result_labels(index, partner.owner), combined)?;
            }
        }
        Ok(())
    }

    /// The one-side as one column: its series may take turns, but never have a value at the same step.
    fn single<'c>(
        &self,
        group: &MatchGroup,
        one: &[usize],
        columns: &'c [Column],
    ) -> Result<Cow<'c, Column>> {
        if let [only] = columns {
            return Ok(Cow::Borrowed(only));
        }
        let mut column = Column::default();
        column.clear(self.steps);
        let mut owners = vec![usize::MAX; self.steps];
        for (index, own) in one.iter().zip(columns) {
            for (step, owner) in owners.iter_mut().enumerate() {
                let value = own.value(step);
                if value.is_none() {
                    continue;
                }
                if *owner != usize::MAX && !self.empty[step] {
                    return Err(self.duplicates(&group.labels, *owner, *index));
                }
                *owner = *index;
                column.set(step, value);
            }
        }
        Ok(Cow::Owned(column))
    }

    fn duplicates(&self, labels: &Labels, first: usize, second: usize) -> crate::QueryError {
        let side = if self.is_swapped { "left" } else { "right" };
        let mut pair = [first, second].map(|index| &self.one.series[index].labels);
        pair.sort();
        execution(format!(
            "found duplicate series for the match group {} on the {side} hand-side of the operation: [{}, {}];many-to-many matching not allowed: matching labels must be unique on one side",
            braced(labels),
            braced(pair[0]),
            braced(pair[1]),
        ))
    }

    /// Without `group_left` or `group_right` no two series of the left may meet the same series of the right.
    fn check_unique(&self, many: &[Column], one: &Column) -> Result<()> {
        if many.len() < 2 {
            return Ok(());
        }
        for step in 0..self.steps {
            let meets = |column: &&Column| column.has(step);
            let can_meet = one.has(step) || self.fill_one().is_some();
            if !self.empty[step] && can_meet && many.iter().filter(meets).count() > 1 {
                return Err(execution(
                    "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
                ));
            }
        }
        Ok(())
    }

    /// With them, series of a match group must differ in what is left of their labels.
    fn check_grouping(
        &self,
        many: &[usize],
        columns: &[Column],
        partners: &[Partner<'_>],
    ) -> Result<()> {
        if many.len() < 2 {
            return Ok(());
        }
        let mut places: HashMap<Labels, Vec<(&Column, &Column)>, RandomState> = HashMap::default();
        for (index, own) in many.iter().zip(columns) {
            for partner in partners {
                let labels = self.result_labels(*index, partner.owner).labels;
                let met = places.entry(labels).or_default();
                let pair = (own, &*partner.column);
                let meet = |(a, b): (&Column, &Column), step| a.has(step) && b.has(step);
                let clash =
                    |other| (0..self.steps).any(|step| meet(pair, step) && meet(other, step));
                if met.iter().copied().any(clash) {
                    return Err(execution(
                        "multiple matches for labels: grouping labels must ensure unique matches",
                    ));
                }
                met.push(pair);
            }
        }
        Ok(())
    }

    /// What the series of the many-side meet on the other: the series there one by one when labels are taken from them, else all as one;
    /// and what is filled in where there is none, which has no labels to take.
    fn partners<'c>(
        &self,
        one: &[usize],
        columns: &'c [Column],
        whole: &'c Column,
    ) -> Vec<Partner<'c>> {
        let takes_labels = !self.node.matching.include.is_empty();
        let mut partners: Vec<Partner<'c>> = if one.len() > 1 && takes_labels {
            let alone = |(index, column)| Partner {
                owner: Some(index),
                column: Cow::Borrowed(column),
            };
            one.iter().copied().zip(columns).map(alone).collect()
        } else {
            vec![Partner {
                owner: one.first().copied(),
                column: Cow::Borrowed(whole),
            }]
        };
        if let Some(fill) = self.fill_one() {
            let mut column = Column::default();
            column.clear(self.steps);
            for (step, slot) in column.floats.iter_mut().enumerate() {
                *slot = if whole.has(step) { ABSENT } else { fill };
            }
            partners.push(Partner {
                owner: None,
                column: Cow::Owned(column),
            });
        }
        partners
    }

    /// What stands for a missing series of the one-side. With `group_right` the sides change places before they are filled,
    /// but the fills don't.
    fn fill_one(&self) -> Option<f64> {
        self.node.matching.fill.right
    }

    /// What stands for a missing series of the many-side.
    fn fill_missing_many(&self) -> Option<f64> {
        self.node.matching.fill.left
    }

    /// The steps at which the many-side has no value but the one-side has; none unless that is to be filled.
    fn unmet(&self, many: &[Column], one: &Column) -> Vec<usize> {
        if self.fill_missing_many().is_none() {
            return Vec::new();
        }
        let is_met = |step| many.iter().any(|column| column.has(step));
        let steps = 0..self.steps;
        steps
            .filter(|step| one.has(*step) && !is_met(*step))
            .collect()
    }

    /// Fills these steps.
    fn fill_many(
        &self,
        one: &[usize],
        columns: &[Column],
        unmet: &[usize],
        out: &mut Vector<'q>,
    ) -> Result<()> {
        let Some(fill) = self.fill_missing_many() else {
            return Ok(());
        };
        for (owner, other) in one.iter().zip(columns) {
            let mut missing = Column::default();
            missing.clear(self.steps);
            for step in unmet.iter().copied().filter(|step| other.has(*step)) {
                missing.floats[step] = fill;
            }
            let column = self.combine_columns(missing, other)?;
            if !column.is_empty() {
                out.push(self.filled_labels(*owner), column)?;
            }
        }
        Ok(())
    }

    fn combine_columns(&self, many: Column, one: &Column) -> Result<Column> {
        let has_histograms = !many.histograms.is_empty() || !one.histograms.is_empty();
        let op = self.node.op;
        if has_histograms || op.is_trim() {
            return if self.is_swapped {
                self.combine_mixed(one, &many)
            } else {
                self.combine_mixed(&many, one)
            };
        }
        let swapped;
        let (mut out, rhs) = if self.is_swapped {
            swapped = many;
            (one.clone(), &swapped)
        } else {
            (many, one)
        };
        if !op.is_comparison() {
            arithmetic::compute(op, &mut out.floats, &rhs.floats);
            return Ok(out);
        }
        let compare = arithmetic::scalar(op);
        if self.node.return_bool {
            arithmetic::combine(&mut out.floats, &rhs.floats, compare);
        } else {
            arithmetic::combine(&mut out.floats, &rhs.floats, |a, b| {
                if compare(a, b) == 0.0 { ABSENT } else { a }
            });
        }
        Ok(out)
    }

    fn combine_mixed(&self, lhs: &Column, rhs: &Column) -> Result<Column> {
        let mut out = Column::default();
        out.clear(self.steps);
        for step in 0..self.steps {
            if let (Some(a), Some(b)) = (lhs.value(step), rhs.value(step)) {
                let value: Option<Value> = combine_values(
                    self.context,
                    self.node.op,
                    self.node.return_bool,
                    self.node.span,
                    &a,
                    &b,
                )?;
                out.set(step, value);
            }
        }
        debug_assert!(out.histograms.is_empty() || out.floats.iter().any(|v| is_absent(*v)));
        Ok(out)
    }

    /// The labels of what series `index` of the many-side yields, met with `owner` of the one-side; or with what is filled in there, which
    /// has nothing but the labels that match.
    fn result_labels(&self, index: usize, owner: Option<usize>) -> Series {
        let series = &self.many.series[index];
        let matching = &self.node.matching;
        let drops_name = self.node.return_bool || self.node.op.drops_name();
        let delayed = self.context.delays_names();
        let is_one_to_one = matching.cardinality == Cardinality::OneToOne;
        let mut labels = series.labels.filtered(|name| {
            let goes = drops_name && !delayed && is_metric_label(name);
            !goes && (!is_one_to_one || self.is_matching(name))
        });
        if !matching.include.is_empty() {
            let filled;
            let others = match owner {
                Some(owner) => &self.one.series[owner].labels,
                None => {
                    filled = signature(matching, &series.labels);
                    &filled
                }
            };
            let mut with = labels.to_builder();
            for name in &matching.include {
                with.set(name, others.value(name));
            }
            labels = with.build();
        }
        Series {
            labels,
            drop_name: series.drop_name || (drops_name && delayed),
        }
    }

    /// The labels of what series `owner` of the one-side yields when nothing meets it.
    fn filled_labels(&self, owner: usize) -> Series {
        let series = &self.one.series[owner];
        let matching = &self.node.matching;
        let mut labels = series.labels.to_builder();
        labels.retain(|name, _| !is_metric_label(name));
        let mut kept = labels.clone();
        kept.retain(|name, _| self.is_matching(name));
        for name in &matching.include {
            kept.set(name, labels.value(name));
        }
        Series::new(kept.build())
    }

    /// Whether series only meet when they have the same of this label.
    fn is_matching(&self, name: &str) -> bool {
        let matching = &self.node.matching;
        matching.labels.iter().any(|own| own == name) == matching.on
    }
}

/// A label set with all labels in braces, the name among them, as this message has it.
fn braced(labels: &Labels) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}={}", model::labels::Quoted(value)))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}
