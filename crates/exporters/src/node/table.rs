//! Many kernel files are tables: a row per device, a column per count. On a page each column is a family and each row
//! a series of it.

use ferula::{Description, Kind, Page};

/// A family: kind, name, help.
pub(super) type Column = (Kind, &'static str, &'static str);

/// Shows `rows` by `columns`. `labels` are a row's; `value` is the row's in the column of that index, if it has one.
pub(super) fn show<R, const N: usize>(
    page: &mut Page<'_>,
    columns: &[Column],
    rows: &[R],
    labels: impl for<'r> Fn(&'r R) -> [(&'r str, &'r str); N],
    value: impl Fn(&R, usize) -> Option<f64>,
) {
    for (index, &(kind, name, help)) in columns.iter().enumerate() {
        let mut points = page.family(Description::new(kind, name, help));
        for row in rows {
            if let Some(value) = value(row, index) {
                points.value(&labels(row), value);
            }
        }
    }
}

/// Shows one family of one series without labels.
pub(super) fn single(page: &mut Page<'_>, (kind, name, help): Column, value: f64) {
    page.family(Description::new(kind, name, help))
        .value(&[], value);
}
