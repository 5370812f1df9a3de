//! A fork: the child becomes a process of its own in every segment that its parent is attached to, before it does anything else.
//!
//! While it does, it still has the parent's descriptors, and so the parent's locks: nobody takes the segment for deserted,
//! whoever of the two ends first.
#![expect(
    unsafe_code,
    reason = "pthread_atfork takes functions of the C language"
)]

use std::io;
use std::os::fd::AsFd;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, Once, PoisonError, Weak};

use super::layout::LOCK_ATTACHED;
use super::lock::{self, Lock};
use super::mapping::{self, Mapping};
use super::{Attached, slots};

/// All attachments of this process. Only locked by those who have passed the gate.
static ATTACHMENTS: Mutex<Vec<Attachment>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct Attachment {
    attached: Weak<Attached>,
    /// Whether it was given the name that it has, which a child then has too.
    named: bool,
}

/// Lets the children of forks join.
pub(super) fn remember(attached: &Arc<Attached>, named: bool) {
    static HANDLERS: Once = Once::new();
    HANDLERS.call_once(|| {
        // SAFETY: three functions that live as long as the program. If there is no memory to note them, forks are as if there
        // were none: the child shares its parent's place.
        let _no_memory =
            unsafe { libc::pthread_atfork(Some(prepare), Some(in_parent), Some(in_child)) };
    });
    let _gate = crate::fork::pass();
    let mut attachments = ATTACHMENTS.lock().unwrap_or_else(PoisonError::into_inner);
    attachments.retain(|attachment| attachment.attached.strong_count() > 0);
    attachments.push(Attachment {
        attached: Arc::downgrade(attached),
        named,
    });
}

extern "C" fn prepare() {
    crate::fork::before_fork();
}

extern "C" fn in_parent() {
    crate::fork::after_fork();
}

extern "C" fn in_child() {
    // This thread has the gate, so nobody had the list.
    let attachments = ATTACHMENTS.lock().unwrap_or_else(PoisonError::into_inner);
    for attachment in attachments.iter() {
        if let Some(attached) = attachment.attached.upgrade() {
            let mapping = &attached.mapping;
            if !attachment.named {
                mapping.pid.store(std::process::id(), Relaxed);
            }
            // Without a place of its own the child counts on, and its gauges are left out.
            mapping.owner.store(0, Relaxed);
            let _left_out = join(mapping);
        }
    }
    drop(attachments);
    crate::fork::after_fork();
}

fn join(mapping: &Arc<Mapping>) -> io::Result<()> {
    let file = mapping::reopen(mapping.fd())?;
    lock::wait(file.as_fd(), Lock::Shared, LOCK_ATTACHED)?;
    let pid = mapping.pid.load(Relaxed);
    let owner = mapping.changing_by(file.as_fd(), |changing| slots::claim(changing, pid));
    mapping.exchange(&file)?;
    mapping.owner.store(owner.flatten().unwrap_or(0), Relaxed);
    Ok(())
}
