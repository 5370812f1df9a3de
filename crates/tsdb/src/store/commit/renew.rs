//! Rows that were begun before their target's book retired.
//!
//! The old number must not be used in the new generation, or a series would be in it twice. So the samples go where a row would put them that began
//! now.

use crate::log::{Names, Scope, TargetId};
use crate::store::Store;
use crate::store::batch::{Batch, StagedRow};
use crate::store::registry::{Place, Registry};

impl Store {
    /// Moves rows of retired books to the books that follow them.
    pub(super) fn renew(&self, batches: &mut [Batch]) {
        let is_retired = |registry: &Registry, batch: &Batch| {
            let rows = batch.rows.iter().map(|row| row.number);
            let mut numbers = rows.chain(batch.sayings.iter().map(|saying| saying.number));
            numbers.any(|number| is_old(registry, number))
        };
        {
            let registry = self.registry();
            if !batches.iter().any(|batch| is_retired(&registry, batch)) {
                return;
            }
        }
        let mut registry = self.registry_mut();
        for batch in batches {
            for row in std::mem::take(&mut batch.rows) {
                if is_old(&registry, row.number) {
                    batch.rows.extend(renewed(&mut registry, &row));
                } else {
                    batch.rows.push(row);
                }
            }
            for saying in &mut batch.sayings {
                if is_old(&registry, saying.number) {
                    let labels = registry.labels_of(saying.number).clone();
                    saying.number = registry.open_book(&labels);
                }
            }
        }
    }
}

fn is_old(registry: &Registry, number: TargetId) -> bool {
    registry
        .book(number)
        .is_some_and(crate::store::registry::Book::is_retired)
}

/// The same samples under the numbers of now.
fn renewed(registry: &mut Registry, row: &StagedRow) -> Vec<StagedRow> {
    let labels = registry.labels_of(row.number).clone();
    let number = registry.open_book(&labels);
    let mut rows: Vec<StagedRow> = Vec::new();
    let row_at = |place: Place, rows: &mut Vec<StagedRow>| {
        let at = rows.iter().position(|staged| staged.number == place.target);
        at.unwrap_or_else(|| {
            rows.push(StagedRow::new(place.target, row.time, 0));
            rows.len() - 1
        })
    };
    let mut place_of = |column: u32| {
        let (scope, own) = registry.column(row.number, column);
        let is_whole = scope == Scope::Whole;
        if is_whole && own.is_empty() {
            // Its series was forgotten: it is judged where it was, and refused.
            return Place {
                target: row.number,
                column,
            };
        }
        registry.add_series(number, &own, is_whole).0
    };
    for (column, value) in row.columns.iter().zip(&row.values) {
        let place = place_of(*column);
        let at = row_at(place, &mut rows);
        rows[at].push(place.column, *value);
    }
    for detail in &row.details {
        let place = place_of(detail.column);
        let at = row_at(place, &mut rows);
        rows[at].push_detail(place.column, detail.kind.clone());
    }
    rows
}
