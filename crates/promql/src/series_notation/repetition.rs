//! `x3` behind an item.

use crate::quote::GoQuoted;
use crate::series_notation::VALUES_MAX;
use crate::series_notation::cursor::{Cursor, Read};

/// The number behind an `x`, if one follows. No item may repeat more often than a line may have values.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Read<Option<usize>> {
    if !cursor.take("x") {
        return Ok(None);
    }
    let start = cursor.at();
    let digits = cursor.take_while(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    let count: usize = digits.parse().map_err(|_| {
        let digits = GoQuoted(digits);
        cursor.error_from(
            start,
            format!("invalid repetition in series values: {digits}"),
        )
    })?;
    if count > VALUES_MAX {
        let message = format!("more than {VALUES_MAX} values in one line: {count}");
        return Err(cursor.error_from(start, message));
    }
    Ok(Some(count))
}

/// As [`read`], where the `x` must be there.
pub(super) fn required(cursor: &mut Cursor<'_>) -> Read<usize> {
    match read(cursor)? {
        Some(count) => Ok(count),
        None => Err(cursor.error("unexpected end of an item in series values, expected \"x\"")),
    }
}

/// Refuses to go on when a line has become too long.
pub(super) fn check_length(cursor: &Cursor<'_>, count: usize) -> Read<()> {
    if count > VALUES_MAX {
        return Err(cursor.error(format!("more than {VALUES_MAX} values in one line")));
    }
    Ok(())
}
