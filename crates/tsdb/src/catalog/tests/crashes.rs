//! Random changes on a disk that dies in the middle of one of them.

use std::sync::atomic::{AtomicU32, Ordering};

use platform::{DiskError, DiskFile, DiskLock, SimulatedDisk};

use super::*;

/// Runs in the suite; each is a store that dies a dozen times.
const SEEDS: u64 = 200;
const LIVES: usize = 12;

/// A disk on which only so many more operations work.
struct Dying {
    disk: SimulatedDisk,
    left: Arc<AtomicU32>,
}

struct DyingFile {
    file: Box<dyn DiskFile>,
    left: Arc<AtomicU32>,
}

fn live(left: &AtomicU32) -> Result<(), DiskError> {
    let step = |left: u32| left.checked_sub(1);
    match left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step) {
        Ok(_) => Ok(()),
        Err(_) => Err(DiskError {
            operation: "use",
            path: "dead".into(),
            source: std::io::ErrorKind::Other.into(),
        }),
    }
}

impl Dying {
    fn wrap(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        let left = Arc::clone(&self.left);
        Box::new(DyingFile { file, left })
    }
}

impl DiskFile for DyingFile {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, DiskError> {
        self.file.read_at(offset, buffer)
    }
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        live(&self.left)?;
        self.file.write_at(offset, bytes)
    }
    fn truncate(&self, length: u64) -> Result<(), DiskError> {
        live(&self.left)?;
        self.file.truncate(length)
    }
    fn sync(&self) -> Result<(), DiskError> {
        live(&self.left)?;
        self.file.sync()
    }
    fn length(&self) -> Result<u64, DiskError> {
        self.file.length()
    }
}

impl Disk for Dying {
    fn create(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        live(&self.left)?;
        Ok(self.wrap(self.disk.create(path)?))
    }
    fn open(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        Ok(self.wrap(self.disk.open(path)?))
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
        live(&self.left)?;
        self.disk.rename(from, to)
    }
    fn link(&self, from: &str, to: &str) -> Result<(), DiskError> {
        live(&self.left)?;
        self.disk.link(from, to)
    }
    fn remove(&self, path: &str) -> Result<(), DiskError> {
        live(&self.left)?;
        self.disk.remove(path)
    }
    fn sync_folder(&self, folder: &str) -> Result<(), DiskError> {
        live(&self.left)?;
        self.disk.sync_folder(folder)
    }
    fn free_bytes(&self) -> Result<u64, DiskError> {
        self.disk.free_bytes()
    }
    fn lock(&self, path: &str) -> Result<Box<dyn DiskLock>, DiskError> {
        self.disk.lock(path)
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// What must be seen, and what may be besides.
#[derive(Clone, Debug, Default)]
struct Model {
    surely: BTreeSet<u32>,
    perhaps: BTreeSet<u32>,
    /// If the last of these is seen, all are.
    together: Vec<u32>,
}

impl Model {
    fn check(&self, seen: &BTreeSet<u32>, seed: u64) {
        let lost: Vec<_> = self.surely.difference(seen).collect();
        assert!(lost.is_empty(), "seed {seed}: lost {lost:?}");
        let allowed: BTreeSet<u32> = self.surely.union(&self.perhaps).copied().collect();
        let odd: Vec<_> = seen.difference(&allowed).collect();
        assert!(odd.is_empty(), "seed {seed}: came back {odd:?}");
        if self.together.last().is_some_and(|last| seen.contains(last)) {
            let all = self.together.iter().all(|key| seen.contains(key));
            assert!(
                all,
                "seed {seed}: the last of {:?} came without the others",
                self.together
            );
        }
    }
}

/// One random change. `model` says what may be seen if it fails, and is brought up to date if it does not.
fn change(
    catalog: &mut Catalog,
    model: &mut Model,
    random: &mut Random,
    next: &mut u32,
) -> Result<(), CatalogError> {
    let parts = catalog.parts().to_vec();
    match random.below(5) {
        0 | 1 => {
            let count = 1 + random.below(3) as u32;
            let keys: Vec<u32> = (*next..*next + count).collect();
            *next += count;
            model.together.clone_from(&keys);
            model.perhaps.extend(&keys);
            let written = keys.iter().map(|key| write(catalog, &[*key], &[]));
            let written = written.collect::<Result<Vec<_>, _>>()?;
            catalog.publish(written)?;
            model.surely.extend(&keys);
        }
        2 if parts.len() > 1 => {
            let from = random.below(parts.len() - 1);
            let chosen = &parts[from..(from + 1 + random.below(3)).min(parts.len())];
            let keys: Vec<u32> = chosen.iter().flat_map(|part| seen_in(part)).collect();
            let numbers: Vec<u64> = chosen.iter().map(|part| part.number()).collect();
            if keys.is_empty() {
                catalog.remove(&numbers);
            } else {
                let mut numbers = numbers;
                numbers.sort_unstable();
                let written = write(catalog, &keys, &numbers)?;
                catalog.publish(vec![written])?;
            }
            catalog.sweep()?;
        }
        3 if !model.surely.is_empty() => {
            let keys: Vec<u32> = model.surely.iter().copied().collect();
            let key = keys[random.below(keys.len())];
            model.surely.remove(&key);
            model.perhaps.insert(key);
            catalog.delete(&deletion(key))?;
        }
        4 if !parts.is_empty() => {
            let part = &parts[random.below(parts.len())];
            let keys = seen_in(part);
            for key in &keys {
                model.surely.remove(key);
                model.perhaps.insert(*key);
            }
            catalog.remove(&[part.number()]);
            catalog.sweep()?;
        }
        _ => {}
    }
    model.perhaps.clear();
    model.together.clear();
    Ok(())
}

fn check(seed: u64) {
    let simulated = SimulatedDisk::new(seed);
    let mut random = Random(seed);
    let mut model = Model::default();
    let mut next = 1;
    for _ in 0..LIVES {
        let left = Arc::new(AtomicU32::new(u32::MAX));
        let disk: Arc<dyn Disk> = Arc::new(Dying {
            disk: simulated.clone(),
            left: Arc::clone(&left),
        });
        let (mut catalog, found) = opened(&disk);
        assert!(
            found.aside.is_empty(),
            "seed {seed}: damaged after a crash: {found:?}"
        );
        let now = seen(&catalog);
        model.check(&now, seed);
        model = Model {
            surely: now,
            ..Model::default()
        };
        left.store(random.below(60) as u32, Ordering::Relaxed);
        while change(&mut catalog, &mut model, &mut random, &mut next).is_ok() {
            assert_eq!(seen(&catalog), model.surely, "seed {seed}");
        }
        // Sometimes the process goes on for a while.
        if random.below(2) == 0 {
            left.store(100, Ordering::Relaxed);
            model.check(&seen(&catalog), seed);
            let _ = catalog.sweep();
        }
        simulated.crash();
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_there_by_half() {
    for seed in 0..SEEDS {
        check(seed);
    }
}
