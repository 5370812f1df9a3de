use super::*;

fn check(line: &str, expected: Option<(&str, &str, &str, bool)>) {
    let mount = Mount::parse(line);
    let found = mount
        .as_ref()
        .map(|mount| (&*mount.device, &*mount.point, &*mount.kind, mount.read_only));
    assert_eq!(found, expected, "{line:?}");
}

#[test]
fn lines_are_as_the_manual_has_them() {
    let example = "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue";
    check(example, Some(("/dev/root", "/mnt2", "ext3", false)));
    assert_eq!(
        Mount::parse(example)
            .map(|mount| mount.major + ":" + &mount.minor)
            .as_deref(),
        Some("98:0")
    );
    check(
        "1 0 0:1 / /x rw - tmpfs none rw",
        Some(("none", "/x", "tmpfs", false)),
    );
    check(
        "1 0 0:1 / /x rw a:1 b:2 c - tmpfs none rw",
        Some(("none", "/x", "tmpfs", false)),
    );
}

#[test]
fn either_options_make_it_read_only() {
    check(
        "1 0 0:1 / /x ro,nosuid - tmpfs none rw",
        Some(("none", "/x", "tmpfs", true)),
    );
    check(
        "1 0 0:1 / /x rw - iso9660 /dev/sr0 nosuid,ro",
        Some(("/dev/sr0", "/x", "iso9660", true)),
    );
    check(
        "1 0 0:1 / /x rw,errors=remount-ro - ext4 a rw",
        Some(("a", "/x", "ext4", false)),
    );
}

#[test]
fn names_may_hold_anything() {
    check(
        r"1 0 0:1 / /a\040b\011c\134d rw - ext4 \134 rw",
        Some((r"\", "/a b\tc\\d", "ext4", false)),
    );
    check(
        r"1 0 0:1 / /a\9\04 rw - ext4 x\ rw",
        Some((r"x\", r"/a\9\04", "ext4", false)),
    );
    check(
        r"1 0 0:1 / /\777 rw - ext4 x rw",
        Some(("x", r"/\777", "ext4", false)),
    );
    check(
        "1 0 0:1 / /\u{e4}\\12\u{e4} rw - ext4 x rw",
        Some(("x", "/\u{e4}\\12\u{e4}", "ext4", false)),
    );
}

#[test]
fn garbage_is_passed_over() {
    for line in [
        "",
        " - ",
        "1 0 0:1 / /x - ext4 x",
        "1 0 01 / /x rw - ext4 x rw",
        "1 0 0:1 / /x rw - ext4",
        "-",
    ] {
        check(line, None);
    }
}
