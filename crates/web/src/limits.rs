//! What is too much: every bound of the HTTP edge, by name.

use std::time::Duration;

/// Points per series that one range query may ask for.
///
/// Source: Prometheus' HTTP API; Grafana and others choose their steps by it.
pub const POINTS_PER_SERIES_MAX: i64 = 11_000;

/// Warnings that an answer lists, and infos; further ones are counted in one more line.
///
/// Source: Prometheus' HTTP API.
pub const ANNOTATIONS_MAX: usize = 10;

/// Bytes of a form in a request's body.
///
/// Source: Go's `net/http`, whose limit Prometheus has.
pub const FORM_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Parameters of a request, those of the URL and of the form together.
pub const PARAMETERS_MAX: usize = 10_000;

/// Bytes of what a client says of itself that are kept while its query runs.
pub const AGENT_BYTES_MAX: usize = 200;

/// Entries per list of `/api/v1/status/tsdb` that may be asked for.
pub const STATUS_ENTRIES_MAX: usize = 10_000;

/// Entries per list of `/api/v1/status/tsdb` when nothing is asked for.
pub const STATUS_ENTRIES_DEFAULT: usize = 10;

/// Requests that may wait until a worker is free; further ones are refused at once. Each waiting one costs some kilobytes.
pub const WAITING_MAX: usize = 10_000;

/// Bytes that a query held, as estimated, from which on its thread lets go of what it keeps.
pub const HEAVY_QUERY_BYTES: u64 = 1024 * 1024;

/// Bytes of a response that are written at once, as estimated; mostly half of them are needed. Waking the thread that writes them costs some
/// microseconds, so there should be hundreds of them to write.
pub const PIECE_BYTES: usize = 512 * 1024;

/// Bytes of the buffer that a piece is written to. Mostly half of it is never touched, but what is that large the allocator takes back from whoever frees it; smaller
/// ones it would keep for the thread that asked for them.
pub const PIECE_BUFFER_BYTES: usize = 1024 * 1024;

/// Pieces of a response that are written or being written and not yet sent.
pub const PIECES_AHEAD_MAX: usize = 3;

/// Bytes of a response below which compressing it costs more than it saves.
pub const COMPRESS_BYTES_MIN: usize = 1024;

/// Time in which a client must have sent the form in its request's body.
pub const FORM_READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes of a request's head.
pub const HEADER_BYTES_MAX: usize = 64 * 1024;

/// Time that open requests have to finish once the server was told to stop.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections per listener that the kernel holds until one of ours has ended; it may have a lower limit of its own. One
/// that finds no place tries again after seconds.
pub const CONNECTIONS_WAITING_MAX: u32 = 4096;

/// Time after which a listener that could not accept a connection tries again.
pub const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);
