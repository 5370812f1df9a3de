//! Functions that put series in order. Only an instant query has one.

use std::cmp::Ordering;

use model::Labels;
use promql::Span;

use crate::column::Column;
use crate::context::Context;
use crate::kernel::order;
use crate::operator::buffer::Vector;
use crate::operator::{InstantOperator, Result};
use crate::plan::Sort;

/// Sorts by value, histograms left out, or by labels.
pub(crate) fn sort<'q>(
    context: &'q Context<'q>,
    mut input: Box<dyn InstantOperator + 'q>,
    how: &Sort,
    span: Span,
    steps: usize,
) -> Result<Vector<'q>> {
    let mut vector = Vector::collect(context, &mut *input)?;
    if how.labels.is_none() {
        vector.columns.iter_mut().for_each(Column::drop_histograms);
    }
    if steps != 1 {
        let text =
            "sort is ineffective for range queries since results are always ordered by labels";
        context.warn(span, text);
        return Ok(vector);
    }
    let mut places: Vec<usize> = (0..vector.series.len()).collect();
    match &how.labels {
        None => {
            let by = if how.descending {
                order::descending
            } else {
                order::ascending
            };
            let value = |place: usize| vector.columns[place].floats[0];
            places.sort_by(|a, b| by(value(*a), value(*b)));
        }
        Some(names) => {
            let labels = |place: usize| &vector.series[place].labels;
            places.sort_by(|a, b| {
                let ascending = by_labels(names, labels(*a), labels(*b));
                if how.descending {
                    ascending.reverse()
                } else {
                    ascending
                }
            });
        }
    }
    let mut sorted = Vector::new(context);
    for place in places {
        let column = std::mem::take(&mut vector.columns[place]);
        if !column.is_empty() {
            sorted.push(vector.series[place].clone(), column)?;
        }
    }
    Ok(sorted)
}

/// By the values of some labels, then by all of them.
fn by_labels(names: &[String], a: &Labels, b: &Labels) -> Ordering {
    names
        .iter()
        .map(|name| natural(a.value(name), b.value(name)))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.cmp(b))
}

/// As people count: runs of digits are numbers, so `node2` comes before `node10`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (a_run, a_rest) = split_run(a);
        let (b_run, b_rest) = split_run(b);
        let order = match (a_run.starts_with(is_digit), b_run.starts_with(is_digit)) {
            (true, true) => {
                let (a_number, b_number) =
                    (a_run.trim_start_matches('0'), b_run.trim_start_matches('0'));
                a_number
                    .len()
                    .cmp(&b_number.len())
                    .then_with(|| a_number.cmp(b_number))
                    .then_with(|| a_run.len().cmp(&b_run.len()))
            }
            _ => a_run.cmp(b_run),
        };
        if order.is_ne() || (a_run.is_empty() && b_run.is_empty()) {
            return order;
        }
        (a, b) = (a_rest, b_rest);
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Splits off the longest beginning that is all digits, or has none.
fn split_run(text: &str) -> (&str, &str) {
    let digits = text.starts_with(is_digit);
    let end = text.find(|c| is_digit(c) != digits).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str]) {
        let mut sorted = names.to_vec();
        sorted.sort_by(|a, b| natural(a, b));
        assert_eq!(sorted, names);
    }

    #[test]
    fn counts_as_people_do() {
        check(&["", "1", "2", "10", "a", "a1", "a2", "a10", "b"]);
        check(&["cpu9x", "cpu10a", "cpu10b"]);
    }
}
