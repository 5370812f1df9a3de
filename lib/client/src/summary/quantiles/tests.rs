use super::*;
use crate::words::Words;

/// Half of a bucket's width.
const ERROR: f64 = 0.023;

fn check(found: &[(f64, f64)], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (&(quantile, value), &expected) in found.iter().zip(expected) {
        let error = (value - expected).abs();
        assert!(
            error <= expected.abs() * ERROR,
            "{quantile}: {value}, not {expected}"
        );
    }
}

/// A thousand values whose ranks are known: the estimate is within half a bucket.
#[test]
fn quantiles_of_a_known_distribution() -> Result<(), Error> {
    let quantiles = Quantiles::new(&[0.0, 0.5, 0.9, 0.99, 1.0], Duration::from_secs(60))?;
    let words = Words::heap(quantiles.cells());
    for value in 1..=1000 {
        quantiles.observe(words.get(), f64::from(value) / 10.0, 1e9);
    }
    check(
        &quantiles.look(words.get(), 1e9),
        &[0.1, 50.0, 90.0, 99.0, 100.0],
    );
    let negative = Words::heap(quantiles.cells());
    for value in [-3.0, -2.0, -1.0, 0.0] {
        quantiles.observe(negative.get(), value, 1e9);
    }
    check(
        &quantiles.look(negative.get(), 1e9),
        &[-3.0, -2.0, 0.0, 0.0, 0.0],
    );
    Ok(())
}

#[test]
fn what_is_old_is_forgotten() -> Result<(), Error> {
    let quantiles = Quantiles::new(&[0.5], Duration::from_secs(30))?;
    let words = Words::heap(quantiles.cells());
    let cells = words.get();
    assert!(
        quantiles.look(cells, 0.0)[0].1.is_nan(),
        "nothing was observed"
    );
    quantiles.observe(cells, 1.0, 100.0);
    quantiles.observe(cells, 8.0, 115.0);
    quantiles.observe(cells, 8.0, 116.0);
    check(&quantiles.look(cells, 116.0), &[8.0]);
    check(&quantiles.look(cells, 119.0), &[8.0]);
    // The slice from 100 on is three slices ago at 130, the one from 110 on at 140.
    quantiles.observe(cells, 1.0, 131.0);
    check(&quantiles.look(cells, 131.0), &[8.0]);
    check(&quantiles.look(cells, 141.0), &[1.0]);
    assert!(quantiles.look(cells, 1000.0)[0].1.is_nan());
    Ok(())
}

/// A clock that was far ahead, and was set right, doesn't stop the window.
#[test]
fn a_slice_of_the_far_future_is_begun_anew() -> Result<(), Error> {
    let quantiles = Quantiles::new(&[0.5], Duration::from_secs(30))?;
    let words = Words::heap(quantiles.cells());
    let cells = words.get();
    quantiles.observe(cells, 1.0, 1e9);
    assert!(quantiles.look(cells, 100.0)[0].1.is_nan(), "not of now");
    for second in 100..130 {
        quantiles.observe(cells, 8.0, f64::from(second));
    }
    check(&quantiles.look(cells, 129.0), &[8.0]);
    // A little ahead is as good as now.
    check(&quantiles.look(cells, 119.0), &[8.0]);
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn words_say_which_quantiles() -> Result<(), Error> {
    let quantiles = Quantiles::new(&[0.5, 0.99], Duration::from_secs(30))?;
    let words = [10.0, 0.5, 0.99].map(f64::to_bits);
    assert_eq!(quantiles.words(), words);
    assert_eq!(Quantiles::of_words(&words), Some(quantiles));
    for wrong in [&[10.0][..], &[0.0, 0.5], &[f64::NAN, 0.5], &[10.0, 1.5]] {
        let words = wrong.iter().map(|number| number.to_bits());
        assert_eq!(Quantiles::of_words(&words.collect::<Vec<_>>()), None);
    }
    Ok(())
}

#[test]
fn quantiles_are_between_zero_and_one() {
    let window = Duration::from_secs(60);
    for wrong in [&[][..], &[1.1], &[-0.1], &[f64::NAN], &[0.5; 33]] {
        assert!(matches!(
            Quantiles::new(wrong, window),
            Err(Error::Quantiles { .. })
        ));
    }
    assert!(Quantiles::new(&[0.5], Duration::ZERO).is_err());
}
