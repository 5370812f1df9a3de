//! Code that only starting needs leaves memory again.
//!
//! A start runs through much of the program once: flags, configuration, the log's replay. The pages of the file that it touched stay in the process' resident memory, with those around them that the
//! system maps along: four of eight megabytes of code that nobody runs any more. They are given back once; what is still needed comes again from the page cache, a fault for
//! each sixteen pages.

#![expect(unsafe_code, reason = "madvise takes a pointer")]

use std::ffi::c_void;
use std::path::Path;

use rustix::mm::{Advice, madvise};

/// Lets go of this program's code pages; how many bytes are mapped. What can't be done is left, since nothing depends on it.
pub(super) fn let_go() -> usize {
    let (Ok(maps), Ok(program)) = (
        platform::file::read_text(Path::new("/proc/self/maps")),
        std::env::current_exe(),
    ) else {
        return 0;
    };
    let program = program.to_string_lossy();
    let ranges = maps.lines().filter_map(|line| code(line, &program));
    let mut bytes = 0;
    for (start, end) in ranges {
        let address = std::ptr::with_exposed_provenance_mut::<c_void>(start);
        // SAFETY: the range is a private mapping of our file that can't be written to, so each page of it is what the file has, and comes back from there.
        let gone = unsafe { madvise(address, end - start, Advice::LinuxDontNeed) };
        if gone.is_ok() {
            bytes += end - start;
        }
    }
    bytes
}

/// The range of a line of `maps`, if it is code of `program` that nobody can write to.
fn code(line: &str, program: &str) -> Option<(usize, usize)> {
    let mut words = line.split_ascii_whitespace();
    let range = words.next()?;
    if words.next()? != "r-xp" || words.nth(3)? != program {
        return None;
    }
    let (start, end) = range.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    let (start, end) = (address(start)?, address(end)?);
    (start < end).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::{code, let_go};

    #[test]
    fn only_our_own_code_is_meant() {
        let check = |line: &str, range| assert_eq!(code(line, "/bin/ferula"), range, "{line}");
        let meant = Some((0x5500_0000, 0x5500_2000));
        check(
            "55000000-55002000 r-xp 00100000 fe:00 17 /bin/ferula",
            meant,
        );
        check("55000000-55002000 r--p 00100000 fe:00 17 /bin/ferula", None);
        check("55000000-55002000 rw-p 00100000 fe:00 17 /bin/ferula", None);
        check(
            "55000000-55002000 r-xp 00100000 fe:00 17 /lib/libc.so.6",
            None,
        );
        check("55000000-55002000 r-xp 00000000 00:00 0", None);
        check("", None);
    }

    /// The test itself goes on running, from pages that come back.
    #[test]
    fn what_is_needed_comes_back() {
        assert!(let_go() > 0);
    }
}
