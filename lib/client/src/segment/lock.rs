//! Locks on bytes of a file that belong to an open file description (`fcntl_locking(2)`, "Open file description locks"):
//! threads of one process that opened the file twice exclude each other, and the kernel takes a lock back when the last
//! descriptor of the description is closed, which a killed process does too.
#![expect(unsafe_code, reason = "fcntl takes a pointer")]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    Shared,
    Exclusive,
    Unlocked,
}

/// A byte's lock as `fcntl` wants it.
fn flock(lock: Lock, byte: i64) -> libc::flock {
    let kind = match lock {
        Lock::Shared => libc::F_RDLCK,
        Lock::Exclusive => libc::F_WRLCK,
        Lock::Unlocked => libc::F_UNLCK,
    };
    // SAFETY: a struct of integers, for which zeros are values. Its pid must be zero for such locks.
    let mut flock: libc::flock = unsafe { std::mem::zeroed() };
    flock.l_type = kind as libc::c_short;
    flock.l_whence = libc::SEEK_SET as libc::c_short;
    flock.l_start = byte;
    flock.l_len = 1;
    flock
}

fn fcntl(file: BorrowedFd<'_>, command: libc::c_int, flock: &mut libc::flock) -> io::Result<()> {
    loop {
        // SAFETY: the descriptor is open while it is borrowed, and `flock` is a struct that these commands read and write.
        let answer = unsafe { libc::fcntl(file.as_raw_fd(), command, std::ptr::from_mut(flock)) };
        if answer != -1 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// Waits for a lock.
pub(super) fn wait(file: BorrowedFd<'_>, lock: Lock, byte: i64) -> io::Result<()> {
    fcntl(file, libc::F_OFD_SETLKW, &mut flock(lock, byte))
}

/// Takes a lock if it can be had at once. Answers whether it could.
pub(super) fn try_take(file: BorrowedFd<'_>, lock: Lock, byte: i64) -> io::Result<bool> {
    match fcntl(file, libc::F_OFD_SETLK, &mut flock(lock, byte)) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        Err(error) if error.raw_os_error() == Some(libc::EACCES) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether somebody else's description has a lock that stands against `lock`.
pub(super) fn is_held(file: BorrowedFd<'_>, lock: Lock, byte: i64) -> io::Result<bool> {
    let mut flock = flock(lock, byte);
    fcntl(file, libc::F_OFD_GETLK, &mut flock)?;
    Ok(flock.l_type != libc::F_UNLCK as libc::c_short)
}
