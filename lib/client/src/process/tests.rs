#![expect(
    clippy::disallowed_methods,
    reason = "files of a test's own, and those of the kernel"
)]

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

/// A program that copies, and has answered once, so that it is done with loading.
#[test]
fn another_process_is_looked_at() -> std::io::Result<()> {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::{Command, Stdio};
    let copy = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut copy = copy?;
    let (mut to, from) = (copy.stdin.take(), copy.stdout.take());
    if let Some(to) = &mut to {
        writeln!(to, "loaded")?;
    }
    let mut answer = String::new();
    if let Some(from) = from {
        BufReader::new(from).read_line(&mut answer)?;
    }
    let values = Process::of(copy.id()).read(&mut Machine::new());
    // What it reads, what it writes, where it complains, and what else we left it.
    let listed = fs::read_dir(format!("/proc/{}/fd", copy.id()))?.count();
    drop(to);
    copy.wait()?;
    assert_eq!(answer, "loaded\n");
    let [_, files, files_max, virtual_bytes, _, resident_bytes, began] = values;
    assert!(listed >= 3);
    assert_eq!(files, Some(listed as f64));
    assert!(files_max > files);
    assert!(virtual_bytes > resident_bytes && resident_bytes > Some(0.0));
    let own = Process::current().read(&mut Machine::new());
    assert!(began >= own[6] && own[6].is_some());
    Ok(())
}

/// As many bytes as there is room for, one fewer, and more than twice as many.
#[test]
fn files_are_read_whole() -> std::io::Result<()> {
    for length in [0, 1, 9, 10, 11, 35] {
        let path =
            std::env::temp_dir().join(format!("ferula-process-{}-{length}", std::process::id()));
        fs::write(&path, vec![b'x'; length])?;
        let mut buffer = vec![0; 10];
        let found = read(&path, &mut buffer).to_vec();
        fs::remove_file(&path)?;
        assert_eq!(found, vec![b'x'; length]);
    }
    Ok(())
}
