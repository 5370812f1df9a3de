use super::*;

fn of(values: &[f64], measure: Measure) -> Option<Summary> {
    let times: Vec<i64> = (0..values.len() as i64).map(|row| row * 10).collect();
    Summary::of(&times, values, measure)
}

#[test]
fn a_counter_that_began_anew_twice() {
    let values = [1.0, 4.0, 2.0, model::STALE_NAN, 2.0, 0.5, 7.0];
    let lost = of(&values, Measure::Lost).expect("a summary");
    assert_eq!((lost.count, lost.falls, lost.lost), (6, 2, 6.0));
    assert_eq!((lost.first, lost.last), (1.0, 7.0));
    assert_eq!((lost.first_ms, lost.last_ms), (0, 60));
    let changes = of(&values, Measure::Changes).expect("a summary");
    assert_eq!(changes.changes, 4);
}

#[test]
fn what_is_no_number_is_the_last_resort() {
    let extremes = |values: &[f64]| {
        let summary = of(values, Measure::Extremes).expect("a summary");
        (summary.min.to_string(), summary.max.to_string())
    };
    let text = |min: &str, max: &str| (min.to_owned(), max.to_owned());
    assert_eq!(extremes(&[f64::NAN, 2.0, -1.0]), text("-1", "2"));
    assert_eq!(extremes(&[f64::NAN]), text("NaN", "NaN"));
}

#[test]
fn only_exact_sums_are_told() {
    let sum = |values: &[f64]| of(values, Measure::Sum).map(|summary| summary.sum);
    assert_eq!(sum(&[1.0, -3.0]), Some(-2.0));
    assert_eq!(sum(&[1.0, 0.5]), None);
    assert_eq!(sum(&[EXACT_SUM_MAX, 1.0]), None);
    assert_eq!(sum(&[-0.0]), None);
    assert_eq!(sum(&[f64::NAN]), None);
    assert_eq!(sum(&[f64::INFINITY]), None);
    assert_eq!(sum(&[]), Some(0.0));
}
