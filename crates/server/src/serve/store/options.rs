//! What the store is told: the configuration's word, else that of the flags, else what is usual.

use std::num::NonZeroU64;

use config::StorageOptions;
use model::duration::Milliseconds;
use tsdb::store::{RETENTION_MS_DEFAULT, Retention, StoreOptions};

use crate::cli::ServeFlags;

/// What the flags say of the store.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct StorageFlags {
    retention_ms: Option<i64>,
    retention_bytes: Option<u64>,
    memory_mib_max: u64,
}

impl StorageFlags {
    pub(in super::super) fn of(flags: &ServeFlags) -> Self {
        Self {
            retention_ms: flags.retention_ms,
            retention_bytes: flags.retention_bytes,
            memory_mib_max: flags.memory_mib_max,
        }
    }
}

/// The store's settings.
pub(in super::super) fn options(flags: &StorageFlags, file: &StorageOptions) -> StoreOptions {
    let mut options = StoreOptions::usual();
    if let Some(late_window_ms) = file.late_window_ms {
        options.late_window_ms = late_window_ms;
    }
    if let Some(exemplars_max) = file.exemplars_max {
        options.exemplars_max = exemplars_max;
    }
    options.flush.head_bytes = flags.memory_mib_max.saturating_mul(1 << 20);
    options.retention = retention(flags, file);
    options
}

/// What is kept. A zero stands for nothing said, and fifteen days for nothing said at all, as in Prometheus.
fn retention(flags: &StorageFlags, file: &StorageOptions) -> Retention {
    let time_ms = file
        .retention_ms
        .or(flags.retention_ms)
        .filter(|ms| *ms > 0);
    let size_bytes = file.retention_bytes.or(flags.retention_bytes);
    let size_bytes = size_bytes.and_then(NonZeroU64::new);
    let usual = size_bytes.is_none().then_some(RETENTION_MS_DEFAULT);
    Retention {
        time_ms: time_ms.or(usual),
        size_bytes,
    }
}

/// The same in words, as the status page shows it: `15d`, `10GiB`, `15d or 10GiB`.
pub(in super::super) fn retention_words(retention: &Retention) -> String {
    let time = retention.time_ms.map(|ms| Milliseconds(ms).to_string());
    let size = retention
        .size_bytes
        .map(|bytes| config::print_bytes(bytes.get() as i64));
    let words: Vec<String> = time.into_iter().chain(size).collect();
    words.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    /// Days and bytes: of the flags, of the file, and what holds in words.
    fn check(flags: (i64, u64), file: (i64, u64), words: &str) {
        let some = |days: i64| (days > 0).then_some(days * DAY_MS);
        let given = StorageFlags {
            retention_ms: some(flags.0),
            retention_bytes: Some(flags.1),
            memory_mib_max: 1,
        };
        let file = StorageOptions {
            retention_ms: some(file.0),
            retention_bytes: Some(file.1).filter(|bytes| *bytes > 0),
            ..StorageOptions::default()
        };
        assert_eq!(retention_words(&retention(&given, &file)), words);
    }

    #[test]
    fn the_files_word_stands_before_the_flags() {
        check((0, 0), (0, 0), "15d");
        check((30, 0), (0, 0), "30d");
        check((30, 0), (40, 0), "40d");
        check((0, 1 << 30), (0, 0), "1GiB");
        check((30, 1 << 30), (0, 1 << 20), "30d or 1MiB");
    }
}
