//! Dates of the proleptic Gregorian calendar, in UTC, from seconds since 1970.

/// Seconds per day.
const DAY: i64 = 86_400;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Date {
    year: i64,
    /// From 1.
    month: u32,
    /// From 1.
    day: u32,
}

/// Whole days since 1970-01-01.
fn days(seconds: f64) -> i64 {
    (seconds as i64).div_euclid(DAY)
}

/// The date of a number of days since 1970-01-01.
///
/// Counts in years that begin in March, so that the leap day is a year's last, and in eras of 400 such years, which all have
/// 146,097 days.
fn date(days: i64) -> Date {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    Date {
        year: era * 400 + year_of_era + i64::from(month <= 2),
        month: month as u32,
        day: day as u32,
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_days(year: i64, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// 1 to 31.
pub(crate) fn day_of_month(seconds: f64) -> f64 {
    f64::from(date(days(seconds)).day)
}

/// 0 (Sunday) to 6. The first of January 1970 was a Thursday.
pub(crate) fn day_of_week(seconds: f64) -> f64 {
    (days(seconds) + 4).rem_euclid(7) as f64
}

/// 1 to 366.
pub(crate) fn day_of_year(seconds: f64) -> f64 {
    let date = date(days(seconds));
    let before: u32 = (1..date.month)
        .map(|month| month_days(date.year, month))
        .sum();
    f64::from(before + date.day)
}

/// 28 to 31.
pub(crate) fn days_in_month(seconds: f64) -> f64 {
    let date = date(days(seconds));
    f64::from(month_days(date.year, date.month))
}

/// 0 to 23.
pub(crate) fn hour(seconds: f64) -> f64 {
    ((seconds as i64).rem_euclid(DAY) / 3_600) as f64
}

/// 0 to 59.
pub(crate) fn minute(seconds: f64) -> f64 {
    ((seconds as i64).rem_euclid(3_600) / 60) as f64
}

/// 1 to 12.
pub(crate) fn month(seconds: f64) -> f64 {
    f64::from(date(days(seconds)).month)
}

/// The year.
pub(crate) fn year(seconds: f64) -> f64 {
    date(days(seconds)).year as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds, then year, month, day, day of year, day of week, days in month.
    fn check(seconds: f64, expected: [f64; 6]) {
        let got = [
            year(seconds),
            month(seconds),
            day_of_month(seconds),
            day_of_year(seconds),
            day_of_week(seconds),
            days_in_month(seconds),
        ];
        assert_eq!(got, expected, "at {seconds}");
    }

    #[test]
    fn knows_its_days() {
        check(0.0, [1970.0, 1.0, 1.0, 1.0, 4.0, 31.0]);
        check(-1.0, [1969.0, 12.0, 31.0, 365.0, 3.0, 31.0]);
        // 2024-02-29, a Thursday.
        check(1_709_164_800.0, [2024.0, 2.0, 29.0, 60.0, 4.0, 29.0]);
        // 2000-12-31, a Sunday; 1900-03-01, a Thursday behind no leap day.
        check(978_220_800.0, [2000.0, 12.0, 31.0, 366.0, 0.0, 31.0]);
        check(-2_203_891_200.0, [1900.0, 3.0, 1.0, 60.0, 4.0, 31.0]);
    }

    #[test]
    fn knows_its_hours() {
        assert_eq!(hour(86_399.0), 23.0);
        assert_eq!(minute(86_399.0), 59.0);
        assert_eq!(hour(-1.0), 23.0);
    }
}
