//! The program's allocator, and when it gives memory back.
//!
//! What is free it gives back to the system once that has been free for a second, but looks only while somebody allocates. After a heavy query nobody does, and what it took
//! would stay resident until the next one. So the server asks it now and then.
#![expect(
    unsafe_code,
    reason = "the allocator can be asked by a C function alone, which its crate doesn't wrap"
)]

// The system's allocator gives memory back late and is slow with many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A thread looks so many times at memory that it has just freed, before it lets go of it.
const LOOKS: usize = 16;

/// Lets others use what this thread has freed and keeps for itself: after a heavy query some megabytes, and the next one runs on another thread.
pub(crate) fn let_go() {
    (0..LOOKS).for_each(|_| give_back());
}

/// Gives back what nobody has used for a second. Cheap when there is nothing.
pub(crate) fn give_back() {
    // SAFETY: any thread may call it at any time; it touches only memory that is free. Without force it looks at nothing of other threads.
    unsafe { libmimalloc_sys::mi_collect(false) };
}
