use super::*;

#[test]
fn a_program_may_have_any_name() {
    // Made after proc_pid_stat(5): fields 14, 15, 22, 23, 24 are 14, 15, 22, 23, 24.
    let rest = (4..=52)
        .map(|number| number.to_string())
        .collect::<Vec<_>>()
        .join(" ");
    let expected = Stat {
        cpu_ticks: 29,
        start_ticks: 22,
        virtual_bytes: 23,
        resident_pages: 24,
    };
    for name in ["ferula", "a b", "a) R 1 (b", ")", "\u{fffd}"] {
        assert_eq!(
            Stat::parse(&format!("1 ({name}) S {rest}\n")),
            Some(expected),
            "{name:?}"
        );
    }
}

#[test]
fn garbage_is_nothing() {
    let huge = format!("1 (a) S {}", "18446744073709551615 ".repeat(60));
    for garbage in [
        "",
        ")",
        "1 (a) S 1 2",
        "1 (a) S x x x x x x x x x x x x x x x x x x x x x",
        &huge,
    ] {
        assert_eq!(Stat::parse(garbage), None, "{garbage:?}");
    }
    for garbage in ["", "Max open files", "Max open files x"] {
        assert_eq!(soft_limit(garbage, "Max open files"), None);
    }
    assert_eq!(boot_seconds("cpu 1\nbtime x\n"), None);
    let auxiliary = Auxiliary::parse(&[1, 2, 3]);
    assert_eq!(
        (auxiliary.page_bytes, auxiliary.ticks_per_second),
        (4096.0, 100.0)
    );
}

#[test]
fn limits_are_the_soft_ones() {
    let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                  Max open files            1024                 524288               files     \n\
                  Max address space         unlimited            unlimited            bytes     \n";
    assert_eq!(soft_limit(limits, "Max open files"), Some(1024.0));
    assert_eq!(
        soft_limit(limits, "Max address space"),
        Some(u64::MAX as f64)
    );
}
