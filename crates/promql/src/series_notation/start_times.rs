//! Start timestamps: durations relative to the samples, `-30s-1mx2`.

use std::iter::repeat_n;

use model::duration::parse_ms;

use crate::series_notation::cursor::{Cursor, Read};
use crate::series_notation::repetition;

pub(super) fn read(mut cursor: Cursor<'_>) -> Read<Vec<Option<i64>>> {
    let mut offsets = Vec::new();
    while cursor.next_item()? {
        item(&mut cursor, &mut offsets)?;
        repetition::check_length(&cursor, offsets.len())?;
    }
    Ok(offsets)
}

fn item(cursor: &mut Cursor<'_>, offsets: &mut Vec<Option<i64>>) -> Read<()> {
    if cursor.take("_") {
        let count = repetition::read(cursor)?.unwrap_or(1);
        offsets.extend(repeat_n(None, count));
        return Ok(());
    }
    let mut offset_ms = signed_duration(cursor)?;
    let (step_ms, times) = match cursor.peek() {
        Some('+' | '-') => (signed_duration(cursor)?, repetition::required(cursor)?),
        _ => (0, repetition::read(cursor)?.unwrap_or(0)),
    };
    offsets.push(Some(offset_ms));
    for _ in 0..times {
        offset_ms = offset_ms.saturating_add(step_ms);
        offsets.push(Some(offset_ms));
    }
    Ok(())
}

fn signed_duration(cursor: &mut Cursor<'_>) -> Read<i64> {
    let negative = cursor.take("-");
    if !negative {
        cursor.take("+");
    }
    let start = cursor.at();
    let text = cursor.take_while(|c| c.is_ascii_alphanumeric() && c != 'x');
    let ms = parse_ms(text).map_err(|error| cursor.error_from(start, error.to_string()))?;
    Ok(if negative { -ms } else { ms })
}
