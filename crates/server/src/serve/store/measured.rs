//! The data folder's disk, with a watch on the log's syncs: they are what every commit waits for.

use std::sync::Arc;
use std::time::Duration;

use ferula::{Quantiles, Registry, Summary};
use platform::Clock;
use platform::disk::{Disk, DiskError, DiskFile, DiskLock, SystemDisk};

/// Files in this folder are the log's.
const LOG: &str = "log/";

/// The quantiles that Prometheus shows, of as long a time.
const QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];
const QUANTILES_OF: Duration = Duration::from_secs(600);

/// A disk whose log syncs are timed.
pub(super) struct Measured {
    disk: SystemDisk,
    clock: Arc<dyn Clock>,
    syncs: Summary,
}

impl Measured {
    pub(super) fn new(
        disk: SystemDisk,
        clock: Arc<dyn Clock>,
        registry: &Registry,
    ) -> Result<Self, ferula::Error> {
        let syncs = Summary::builder(
            "prometheus_tsdb_wal_fsync_duration_seconds",
            "Duration of write log fsync.",
        )
        .quantiles(Quantiles::new(&QUANTILES, QUANTILES_OF)?)
        .register(registry)?;
        Ok(Self { disk, clock, syncs })
    }

    fn watched(&self, path: &str, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        if !path.starts_with(LOG) {
            return file;
        }
        Box::new(MeasuredFile {
            file,
            clock: Arc::clone(&self.clock),
            syncs: self.syncs.clone(),
        })
    }
}

impl Disk for Measured {
    fn create(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        let file = self.disk.create(path)?;
        Ok(self.watched(path, file))
    }

    fn open(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        let file = self.disk.open(path)?;
        Ok(self.watched(path, file))
    }

    fn open_to_read(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.disk.open_to_read(path)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError> {
        self.disk.list(folder)
    }

    fn create_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.disk.create_folder(folder)
    }

    fn remove_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.disk.remove_folder(folder)
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.disk.rename(from, to)
    }

    fn link(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.disk.link(from, to)
    }

    fn remove(&self, path: &str) -> Result<(), DiskError> {
        self.disk.remove(path)
    }

    fn sync_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.disk.sync_folder(folder)
    }

    fn free_bytes(&self) -> Result<u64, DiskError> {
        self.disk.free_bytes()
    }

    fn lock(&self, path: &str) -> Result<Box<dyn DiskLock>, DiskError> {
        self.disk.lock(path)
    }
}

struct MeasuredFile {
    file: Box<dyn DiskFile>,
    clock: Arc<dyn Clock>,
    syncs: Summary,
}

impl DiskFile for MeasuredFile {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, DiskError> {
        self.file.read_at(offset, buffer)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        self.file.write_at(offset, bytes)
    }

    fn truncate(&self, length: u64) -> Result<(), DiskError> {
        self.file.truncate(length)
    }

    fn sync(&self) -> Result<(), DiskError> {
        let started_ns = self.clock.monotonic_ns();
        let synced = self.file.sync();
        let took_ns = self.clock.monotonic_ns() - started_ns;
        self.syncs.observe(took_ns as f64 / 1e9);
        synced
    }

    fn length(&self) -> Result<u64, DiskError> {
        self.file.length()
    }
}
