use super::*;

fn text(pairs: &[(&str, &str)]) -> LabelText {
    let names = pairs
        .iter()
        .map(|&(name, _)| name.into())
        .collect::<Vec<_>>();
    let values = pairs.iter().map(|&(_, value)| value).collect::<Vec<_>>();
    LabelText::new(&LabelNames::as_given(names.into()), &values)
}

#[test]
fn labels_are_rendered_and_kept() {
    let check = |pairs: &[(&str, &str)], rendered: &str| {
        let text = text(pairs);
        assert_eq!(text.rendered(), (rendered, ""));
        let values = pairs.iter().map(|&(_, value)| value).collect::<Vec<_>>();
        assert_eq!(text.values().collect::<Vec<_>>(), values);
        assert!(text.is(&values));
    };
    check(&[], "");
    check(&[("a", "")], r#"a="""#);
    check(&[("a", "1"), ("b", "2")], r#"a="1",b="2""#);
    // The text format's escapes: backslash, double quote, line feed, and nothing else.
    check(
        &[("path", "C:\\x"), ("say", "\"hi\"\n\t")],
        "path=\"C:\\\\x\",say=\"\\\"hi\\\"\\n\t\"",
    );
    check(&[("name", "ferula 🔥")], "name=\"ferula 🔥\"");
}

/// Places take a byte more where the text gets longer than they can say: `a="…",b="z"` has 10 bytes besides the value.
#[test]
fn texts_of_all_lengths_are_kept() {
    for text_bytes in [
        10, 126, 127, 128, 129, 16_382, 16_383, 16_384, 16_385, 40_000,
    ] {
        let long = "x".repeat(text_bytes - 10);
        let text = text(&[("a", &long), ("b", "z")]);
        assert_eq!(text.rendered().0.len(), text_bytes);
        assert_eq!(text.values().collect::<Vec<_>>(), [&*long, "z"]);
        assert!(text.is(&[&long, "z"]));
        assert!(!text.is(&[&long, "y"]));
        // A line feed takes two bytes on the page, so the value is kept plain besides.
        let broken = long.replacen('x', "\n", 1);
        let text = self::text(&[("a", &broken), ("b", "z")]);
        assert_eq!(text.values().collect::<Vec<_>>(), [&*broken, "z"]);
        assert!(text.is(&[&broken, "z"]));
    }
}

#[test]
fn values_that_run_together_alike_differ() {
    let one = text(&[("a", "xy"), ("b", "z")]);
    assert!(!one.is(&["x", "yz"]));
    assert!(!one.is(&["xy"]));
    assert!(!one.is(&["xy", "z", ""]));
    assert!(!text(&[]).is(&[""]));
}

#[test]
fn an_endless_value_is_cut_between_characters() {
    let long = "ä".repeat(LABEL_VALUE_BYTES_MAX);
    let kept = text(&[("a", &long)]);
    assert_eq!(
        kept.values().next().map(str::len),
        Some(LABEL_VALUE_BYTES_MAX)
    );
    assert!(
        kept.is(&[&long]),
        "it is found again by the value that was given"
    );
    assert_eq!(cut("short"), "short");
}

/// As prometheus_client for Python has it: all labels in the order of the alphabet, `le` among them.
#[test]
fn sorted_labels_leave_room_for_the_bound() {
    let check = |names: &[&str], expected: (&str, &str)| {
        let names = names.iter().map(|&name| name.into()).collect();
        let names = LabelNames::sorted(names, Some("le"));
        let values = ["1", "2", "3"];
        let text = LabelText::new(&names, &values[..names.names().len()]);
        assert_eq!(text.rendered(), expected);
        assert!(
            text.is(&values[..names.names().len()]),
            "values keep the family's order"
        );
    };
    check(&["b", "a"], (r#"a="2",b="1""#, ""));
    check(&["z", "a", "m"], (r#"a="2""#, r#"m="3",z="1""#));
    check(&["method"], ("", r#"method="1""#));
}

/// Against the comparison of the standard library, for every length around the steps and a difference in every place.
#[test]
fn values_are_compared_to_the_last_byte() {
    let text = (0..40).collect::<Vec<u8>>();
    for length in 0..=text.len() {
        let one = &text[..length];
        assert!(same(one, &text.clone()[..length]));
        assert!(!same(one, &text[..length.saturating_sub(1)]) || length == 0);
        for at in 0..length {
            let mut other = one.to_vec();
            other[at] ^= 0x80;
            assert!(!same(one, &other), "{length} bytes, the difference at {at}");
        }
    }
}
