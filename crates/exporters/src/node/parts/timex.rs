//! How the kernel keeps the clock right, from `adjtimex(2)`.
#![expect(
    unsafe_code,
    reason = "the kernel shows this by a system call alone, which no crate wraps"
)]

use ferula::Kind::{Counter, Gauge};
use ferula::Page;

use crate::node::host::{Failure, Host, Outcome};
use crate::node::table::{Column, single};

/// Frequencies are in parts per million with a binary point before the last 16 bits.
const SCALED_PPM: f64 = 1e6 * 65536.0;
const MICROSECONDS: f64 = 1e6;
const NANOSECONDS: f64 = 1e9;

const ESTIMATED_ERROR: Column = (
    Gauge,
    "node_timex_estimated_error_seconds",
    "Estimated error in seconds.",
);
const FREQUENCY: Column = (
    Gauge,
    "node_timex_frequency_adjustment_ratio",
    "Local clock frequency adjustment.",
);
const LOOP_TIME: Column = (
    Gauge,
    "node_timex_loop_time_constant",
    "Phase-locked loop time constant.",
);
const MAXIMUM_ERROR: Column = (
    Gauge,
    "node_timex_maxerror_seconds",
    "Maximum error in seconds.",
);
const OFFSET: Column = (
    Gauge,
    "node_timex_offset_seconds",
    "Time offset in between local system and reference clock.",
);
const PPS_CALIBRATIONS: Column = (
    Counter,
    "node_timex_pps_calibration_total",
    "Pulse per second count of calibration intervals.",
);
const PPS_ERRORS: Column = (
    Counter,
    "node_timex_pps_error_total",
    "Pulse per second count of calibration errors.",
);
const PPS_FREQUENCY: Column = (
    Gauge,
    "node_timex_pps_frequency_hertz",
    "Pulse per second frequency.",
);
const PPS_JITTER: Column = (
    Gauge,
    "node_timex_pps_jitter_seconds",
    "Pulse per second jitter.",
);
const PPS_JITTERS: Column = (
    Counter,
    "node_timex_pps_jitter_total",
    "Pulse per second count of jitter limit exceeded events.",
);
const PPS_SHIFT: Column = (
    Gauge,
    "node_timex_pps_shift_seconds",
    "Pulse per second interval duration.",
);
const PPS_UNSTABLE: Column = (
    Counter,
    "node_timex_pps_stability_exceeded_total",
    "Pulse per second count of stability limit exceeded events.",
);
const PPS_STABILITY: Column = (
    Gauge,
    "node_timex_pps_stability_hertz",
    "Pulse per second stability, average of recent frequency changes.",
);
const STATUS: Column = (
    Gauge,
    "node_timex_status",
    "Value of the status array bits.",
);
const IN_SYNC: Column = (
    Gauge,
    "node_timex_sync_status",
    "Is clock synchronized to a reliable server (1 = yes, 0 = no).",
);
const TAI_OFFSET: Column = (
    Gauge,
    "node_timex_tai_offset_seconds",
    "International Atomic Time (TAI) offset.",
);
const TICK: Column = (
    Gauge,
    "node_timex_tick_seconds",
    "Seconds between clock ticks.",
);

pub(super) fn collect(_: &Host, page: &mut Page<'_>) -> Outcome {
    let (state, timex) = adjtimex().ok_or(Failure::NoData)?;
    // The kernel says which of the two units it uses.
    let divisor = if timex.status & libc::STA_NANO == 0 {
        MICROSECONDS
    } else {
        NANOSECONDS
    };
    let in_sync = state != libc::TIME_ERROR;
    let values = [
        (ESTIMATED_ERROR, timex.esterror as f64 / MICROSECONDS),
        (FREQUENCY, 1.0 + timex.freq as f64 / SCALED_PPM),
        (LOOP_TIME, timex.constant as f64),
        (MAXIMUM_ERROR, timex.maxerror as f64 / MICROSECONDS),
        (OFFSET, timex.offset as f64 / divisor),
        (PPS_CALIBRATIONS, timex.calcnt as f64),
        (PPS_ERRORS, timex.errcnt as f64),
        (PPS_FREQUENCY, timex.ppsfreq as f64 / SCALED_PPM),
        (PPS_JITTER, timex.jitter as f64 / divisor),
        (PPS_JITTERS, timex.jitcnt as f64),
        (PPS_SHIFT, f64::from(timex.shift)),
        (PPS_UNSTABLE, timex.stbcnt as f64),
        (PPS_STABILITY, timex.stabil as f64 / SCALED_PPM),
        (STATUS, f64::from(timex.status)),
        (IN_SYNC, f64::from(u8::from(in_sync))),
        (TAI_OFFSET, f64::from(timex.tai)),
        (TICK, timex.tick as f64 / MICROSECONDS),
    ];
    for (family, value) in values {
        single(page, family, value);
    }
    Ok(())
}

/// The clock's state and all about it; `None` where the call is not allowed.
fn adjtimex() -> Option<(libc::c_int, libc::timex)> {
    // SAFETY: the structure is of integers alone, for which zeros are values.
    let mut timex: libc::timex = unsafe { std::mem::zeroed() };
    assert_eq!(
        timex.modes, 0,
        "without modes the call reads and changes nothing"
    );
    // SAFETY: the pointer is to a structure that lives until the call returns and that nothing else sees; the kernel
    // writes no more than its size.
    let state = unsafe { libc::adjtimex(&raw mut timex) };
    (state >= 0).then_some((state, timex))
}
