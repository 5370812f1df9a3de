use super::*;

#[test]
fn values_are_quoted_as_in_the_shell() {
    let release = "A=plain\nB=\"two words\"\nC='it is \"so\"'\nD=\"a \\\"b\\\" \\$c \\\\\"\n E=x\nAB=no\nF=\"half\nG=\n\
        A2=1\nA2=2\n";
    for (key, expected) in [
        ("A", "plain"),
        ("B", "two words"),
        ("C", "it is \"so\""),
        ("D", "a \"b\" $c \\"),
        ("E", "x"),
        ("F", "\"half"),
        ("G", ""),
        ("H", ""),
        ("A2", "2"),
    ] {
        assert_eq!(value(release, key), expected, "{key}");
    }
}

#[test]
fn a_version_is_its_first_two_numbers() {
    for (version, expected) in [
        ("12", Some(12.0)),
        ("22.04", Some(22.04)),
        ("3.18.4", Some(3.18)),
        ("39 (rc)", Some(39.0)),
        ("8.", Some(8.0)),
        ("", None),
        ("rolling", None),
        (".", None),
    ] {
        assert_eq!(major_minor(version), expected, "{version}");
    }
}
