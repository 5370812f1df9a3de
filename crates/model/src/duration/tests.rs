use super::*;

fn check(text: &str, ms: i64) {
    assert_eq!(parse_ms(text), Ok(ms), "{text}");
}

fn check_refused(text: &str) {
    assert!(parse_ms(text).is_err(), "{text} should be refused");
}

fn check_printed(ms: i64, text: &str) {
    assert_eq!(Milliseconds(ms).to_string(), text);
}

#[test]
fn reads() {
    check("0", 0);
    check("0w", 0);
    check("324ms", 324);
    check("3s", 3_000);
    check("5m", 300_000);
    check("1h", 3_600_000);
    check("4d", 345_600_000);
    check("4d1h", 349_200_000);
    check("14d", 1_209_600_000);
    check("3w", 1_814_400_000);
    check("3w2d1h", 1_990_800_000);
    check("10y", 315_360_000_000);
    check("1h30m5s10ms", 5_405_010);
}

#[test]
fn refuses() {
    for text in [
        "",
        "1",
        "1y1m1d",
        "-1w",
        "1.5d",
        "d",
        "1m1m",
        "5 m",
        "1M",
        "99999999999999999999s",
    ] {
        check_refused(text);
    }
    check_refused("9223372036854775807s");
    // promtool 2.42 takes the first and refuses the second.
    check("292y", 9_208_512_000_000);
    check_refused("293y");
}

#[test]
fn prints() {
    check_printed(0, "0s");
    check_printed(324, "324ms");
    check_printed(5_000, "5s");
    check_printed(90_000, "1m30s");
    check_printed(86_400_000, "1d");
    check_printed(90_000_000, "1d1h");
    check_printed(864_000_000, "10d");
    check_printed(1_209_600_000, "2w");
    check_printed(31_536_000_000, "1y");
    check_printed(-300_000, "-5m");
    check_printed(3_600_001, "1h1ms");
}
