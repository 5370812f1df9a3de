//! Parts of dates, from seconds since 1970 in UTC.

use crate::function::MapFunction;
use crate::kernel::arithmetic::replace;
use crate::kernel::calendar;

pub(crate) static TABLE: &[MapFunction] = &[
    MapFunction::new("day_of_month", |values, _| {
        replace(values, calendar::day_of_month);
    }),
    MapFunction::new("day_of_week", |values, _| {
        replace(values, calendar::day_of_week);
    }),
    MapFunction::new("day_of_year", |values, _| {
        replace(values, calendar::day_of_year);
    }),
    MapFunction::new("days_in_month", |values, _| {
        replace(values, calendar::days_in_month);
    }),
    MapFunction::new("hour", |values, _| replace(values, calendar::hour)),
    MapFunction::new("minute", |values, _| replace(values, calendar::minute)),
    MapFunction::new("month", |values, _| replace(values, calendar::month)),
    MapFunction::new("year", |values, _| replace(values, calendar::year)),
];
