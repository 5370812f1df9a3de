//! One script, both disks: without faults they can't be told apart.

use crate::disk::{Disk, SimulatedDisk, SystemDisk};

fn read_all(disk: &dyn Disk, path: &str) -> Vec<u8> {
    let file = disk.open_to_read(path).unwrap();
    let mut bytes = vec![0; file.length().unwrap() as usize + 3];
    let read = file.read_at(0, &mut bytes).unwrap();
    bytes.truncate(read);
    bytes
}

fn script(disk: &dyn Disk) {
    disk.create_folder("a/b").unwrap();
    disk.create_folder("a/b").unwrap();
    let file = disk.create("a/b/one").unwrap();
    assert!(disk.create("a/b/one").is_err());
    assert!(disk.create("missing/one").err().unwrap().is_missing());
    file.write_at(0, b"hello").unwrap();
    file.write_at(7, b"you").unwrap();
    file.sync().unwrap();
    disk.sync_folder("a/b").unwrap();
    assert_eq!(read_all(disk, "a/b/one"), b"hello\0\0you");
    file.truncate(4).unwrap();
    assert_eq!(file.length().unwrap(), 4);

    disk.link("a/b/one", "a/b/two").unwrap();
    assert!(disk.link("a/b/one", "a/b/two").is_err());
    disk.create("a/b/three").unwrap();
    assert_eq!(disk.list("a/b").unwrap(), ["one", "three", "two"]);
    disk.rename("a/b/three", "a/b/one").unwrap();
    assert_eq!(read_all(disk, "a/b/one"), b"");
    assert_eq!(read_all(disk, "a/b/two"), b"hell");
    // A file that lost its names still serves those who have it open.
    disk.remove("a/b/two").unwrap();
    file.write_at(0, b"H").unwrap();
    assert!(disk.open("a/b/two").err().unwrap().is_missing());
    assert!(disk.remove("a/b/two").unwrap_err().is_missing());
    assert!(disk.rename("a/b/two", "a/b/x").unwrap_err().is_missing());
    assert!(disk.list("a/c").unwrap_err().is_missing());

    let reader = disk.open_to_read("a/b/one").unwrap();
    assert!(reader.write_at(0, b"x").is_err());
    assert!(disk.remove_folder("a/b").is_err());
    disk.remove("a/b/one").unwrap();
    disk.remove_folder("a/b").unwrap();
    assert_eq!(disk.list("a").unwrap(), [""; 0]);
    assert_eq!(disk.list("").unwrap(), ["a"]);

    let lock = disk.lock("lock").unwrap();
    assert!(disk.lock("lock").err().unwrap().is_locked());
    drop(lock);
    drop(disk.lock("lock").unwrap());
    assert!(disk.free_bytes().unwrap() > 0);
}

#[test]
fn the_simulated_disk_does_what_a_disk_does() {
    script(&SimulatedDisk::new(1));
}

#[test]
fn the_system_disk_does_what_a_disk_does() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let disk = SystemDisk::new(root).unwrap();
    script(&disk);
    let said = disk.open("none").err().unwrap().to_string();
    let expected = format!("open {}/none: no such file or directory", root.display());
    assert_eq!(said, expected);
}
