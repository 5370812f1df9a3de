use std::sync::atomic::AtomicU32;

use super::*;

/// While a test holds this, the file system called `/hangs` does not answer.
static GATE: Mutex<()> = Mutex::new(());
static ASKED: AtomicU32 = AtomicU32::new(0);

fn gated(path: &Path) -> Option<StatVfs> {
    if path == Path::new("/hangs") {
        ASKED.fetch_add(1, Ordering::SeqCst);
        drop(GATE.lock());
    }
    statvfs("/").ok()
}

#[test]
fn a_mount_that_hangs_is_left_alone_until_it_answers() {
    let mounts = Mounts {
        ask: gated,
        answer_time_max: Duration::from_millis(100),
        ..Mounts::default()
    };
    let answered = || {
        let paths = ["/one", "/hangs", "/two"].map(PathBuf::from).to_vec();
        mounts
            .ask(paths)
            .iter()
            .map(Option::is_some)
            .collect::<Vec<_>>()
    };
    let gate = GATE.lock();
    assert_eq!(answered(), [true, false, true]);
    assert_eq!(answered(), [true, false, true]);
    assert_eq!(ASKED.load(Ordering::SeqCst), 1, "it was not asked again");
    drop(gate);
    // The thread that was left to itself comes back.
    while !mounts.hanging_paths().is_empty() {
        thread::yield_now();
    }
    assert_eq!(answered(), [true, true, true]);
}

#[test]
fn what_is_not_there_has_no_space() {
    let mounts = Mounts::default();
    let answers = mounts.ask(vec!["/".into(), "/nowhere/at/all".into()]);
    assert_eq!(
        answers.iter().map(Option::is_some).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(mounts.ask(Vec::new()).len(), 0);
}
