use super::*;

fn check(labels: &[(&str, &str)], kept: bool) {
    let words = Words::heap(2 * SLOT_WORDS);
    let exemplars = Exemplars::new(words.get());
    assert!(exemplars.get(1).is_none(), "an empty slot has none");
    let given = Exemplar {
        labels,
        value: 0.5,
        timestamp_ms: Some(-1),
    };
    exemplars.keep(1, &given);
    let found = exemplars.get(1);
    assert_eq!(found.is_some(), kept, "{labels:?}");
    if let Some(found) = found {
        let pairs = found.pairs().expect("text");
        assert_eq!(found.exemplar(&pairs), given);
    }
    assert!(exemplars.get(0).is_none(), "the neighbour is untouched");
}

#[test]
fn what_fits_is_kept() {
    check(&[], true);
    check(&[("trace_id", "KOO5S4vxi0o")], true);
    check(&[("a", ""), ("b", "ä"), ("c", "1"), ("d", "2")], true);
    check(&[("a", "1"); 5], false);
    // The 128 characters that OpenMetrics allows.
    check(&[("a", &"x".repeat(127))], true);
    check(&[("a", &"x".repeat(160))], false);
}

/// Any word of another example makes the checksum wrong.
#[test]
fn halves_of_two_examples_are_none() {
    let one = Words::heap(SLOT_WORDS);
    let other = Words::heap(SLOT_WORDS);
    let keep = |words: &Words, value, id| {
        let exemplar = Exemplar {
            labels: &[("id", id)],
            value,
            timestamp_ms: None,
        };
        Exemplars::new(words.get()).keep(0, &exemplar);
    };
    keep(&one, 1.0, "aaaaaaaaaaaaaaaaaaaa");
    keep(&other, 2.0, "bbbbbbbbbbbbbbbbbbbb");
    for at in 0..SLOT_WORDS {
        let torn = Words::heap(SLOT_WORDS);
        for (index, cell) in torn.get().iter().enumerate() {
            let from = if index == at { &other } else { &one };
            cell.store(from.get()[index].load(Relaxed), Relaxed);
        }
        let differs = one.get()[at].load(Relaxed) != other.get()[at].load(Relaxed);
        assert_eq!(Exemplars::new(torn.get()).get(0).is_none(), differs, "{at}");
    }
}
