//! What a child costs in memory, as the allocator hears of it: a program has a hundred thousand of them.
#![expect(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use ferula::{Counter, Error, Gauge, Histogram, Registry};

/// The system's, which notes what is in use.
struct Counting(AtomicUsize);

#[global_allocator]
static ALLOCATOR: Counting = Counting(AtomicUsize::new(0));

/// Bytes that glibc takes for so many: eight more, a multiple of 16, at least 32.
fn taken(bytes: usize) -> usize {
    (bytes + 8).next_multiple_of(16).max(32)
}

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.0.fetch_add(taken(layout.size()), Relaxed);
        // SAFETY: as whoever calls promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        self.0.fetch_sub(taken(layout.size()), Relaxed);
        // SAFETY: as whoever calls promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Bytes for each child when `bear` has made so many.
fn bytes_per_child(children: usize, bear: impl Fn(&[&str])) -> usize {
    let before = ALLOCATOR.0.load(Relaxed);
    for number in 0..children {
        bear(&["GET", "/api/v1/items", &number.to_string()]);
    }
    (ALLOCATOR.0.load(Relaxed) - before) / children
}

/// The goals are 300 bytes for a counter and 700 for a histogram; these are what there is now, and some more.
///
/// 10,000 children are in a table with room for 16,384, and 30,000 in one for 32,768.
#[test]
fn children_are_small() -> Result<(), Error> {
    const LABELS: [&str; 3] = ["method", "path", "code"];
    for (children, small, histogram) in [(10_000, 280, 430), (30_000, 250, 400)] {
        let registry = Registry::new();
        let requests = Counter::builder("requests", "").labels(LABELS);
        let requests = requests.series_max(children).register(&registry)?;
        let level = Gauge::builder("level", "").labels(LABELS);
        let level = level.series_max(children).register(&registry)?;
        let sizes = Histogram::builder("sizes", "").labels(LABELS);
        let sizes = sizes.series_max(children).register(&registry)?;
        let bytes = [
            bytes_per_child(children, |values| requests.with(values).inc()),
            bytes_per_child(children, |values| level.with(values).inc()),
            bytes_per_child(children, |values| sizes.with(values).observe(1.0)),
        ];
        let most = [small, small, histogram];
        let fits = bytes.iter().zip(most).all(|(bytes, most)| *bytes <= most);
        assert!(fits, "{children}: {bytes:?}, at most {most:?}");
    }
    Ok(())
}
