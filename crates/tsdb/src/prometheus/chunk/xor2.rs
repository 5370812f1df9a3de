//! Floats in the second form (Prometheus 3.10 and later): time and value share their control bits, a stale marker costs five
//! bits, and start times may follow each sample. Start times are read and dropped: nobody asks for them yet.

use model::{STALE_NAN, is_stale};

use super::super::bits::{BitReader, XorColumn};
use super::super::error::Damage;

/// The bit of the head byte that says that the first sample has a start time.
const FIRST_START_KNOWN: u64 = 0x80;

/// Calls `each` with every time and value.
pub(super) fn decode(data: &[u8], mut each: impl FnMut(i64, f64)) -> Result<(), Damage> {
    let mut reader = BitReader::new(data);
    let count = reader.bits(16)?;
    let head = reader.bits(8)?;
    // From this sample on a start time follows each; zero means that none does.
    let first_start_change = head & !FIRST_START_KNOWN;
    if count == 0 {
        return Ok(());
    }
    let mut time = reader.varint()?;
    let first = reader.float()?;
    // Stale markers never become what the next value is compared with.
    let mut column = XorColumn::starting_at(if is_stale(first) { 0.0 } else { first });
    if head & FIRST_START_KNOWN != 0 {
        reader.varint()?;
    }
    each(time, first);
    let mut step = 0_i64;
    for index in 1..count {
        let value = if index == 1 {
            step = reader.uvarint()? as i64;
            moved(&mut column, &mut reader)?
        } else {
            let (change, value) = joint(&mut column, &mut reader)?;
            step = step.wrapping_add(change);
            value
        };
        time = time.wrapping_add(step);
        if first_start_change != 0 && index >= first_start_change {
            reader.varbit()?;
        }
        each(time, value);
    }
    Ok(())
}

/// The change of the time step, and the value.
fn joint(column: &mut XorColumn, reader: &mut BitReader<'_>) -> Result<(i64, f64), Damage> {
    let change = match reader.ones(5)? {
        0 => return Ok((0, column.value())),
        1 => {
            let value = if reader.bit()? {
                column.read_window(reader)?
            } else {
                column.read_in_window(reader)?
            };
            return Ok((0, value));
        }
        2 => twos_complement(reader.bits(13)?, 13),
        3 => twos_complement(reader.bits(20)?, 20),
        4 => reader.bits(64)? as i64,
        _ => return Ok((0, STALE_NAN)),
    };
    Ok((change, moved(column, reader)?))
}

/// The value beside a time whose step changed.
fn moved(column: &mut XorColumn, reader: &mut BitReader<'_>) -> Result<f64, Damage> {
    match reader.ones(3)? {
        0 => Ok(column.value()),
        1 => column.read_in_window(reader),
        2 => column.read_window(reader),
        _ => Ok(STALE_NAN),
    }
}

/// Unlike the first form, this one has plain two's complement.
fn twos_complement(bits: u64, width: u32) -> i64 {
    (bits << (64 - width)) as i64 >> (64 - width)
}
