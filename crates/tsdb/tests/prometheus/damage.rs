//! Every bit of every file of a block may be wrong, and every file may end anywhere: we say so or read on, and never panic.

use model::{Labels, TimeRange};
use platform::disk::{Disk as _, SystemDisk};
use tsdb::prometheus::{Block, Error};

use crate::oracle::{Scratch, float, write};

/// Reads all there is.
fn read(disk: &SystemDisk, folder: &str) -> Result<usize, Error> {
    let block = Block::open(disk, folder)?;
    let mut count = 0;
    block.for_each(TimeRange::ALL, |_, samples| {
        count += samples.len();
        std::ops::ControlFlow::Continue(())
    })?;
    Ok(count)
}

fn block() -> (Scratch, String) {
    let scratch = Scratch::new();
    let series: Vec<_> = (0..3)
        .map(|n| {
            let labels = Labels::from_pairs([("__name__", "m".to_owned()), ("n", n.to_string())]);
            let samples = (0..150).map(|i| float(i * 1000, (i * n) as f64)).collect();
            (labels, samples)
        })
        .collect();
    let id = write(&scratch, &series);
    (scratch, id.to_string())
}

#[test]
fn no_damage_panics() {
    let (scratch, id) = block();
    let disk = scratch.disk();
    assert_eq!(read(&disk, &id).expect("it is whole"), 450);
    for name in ["index", "chunks/000001", "meta.json"] {
        let path = format!("{id}/{name}");
        let file = disk.open(&path).expect("it is there");
        let length = file.length().expect("it has one");
        let mut whole = vec![0; length as usize];
        file.read_at(0, &mut whole).expect("it can be read");
        for place in (0..length).step_by(3) {
            let bit = 1 << (place % 8);
            let byte = whole[place as usize];
            file.write_at(place, &[byte ^ bit])
                .expect("it can be written");
            let _ = read(&disk, &id);
            file.write_at(place, &[byte]).expect("it can be written");
        }
        for cut in (0..length).step_by(7) {
            file.truncate(cut).expect("it can be cut");
            assert!(read(&disk, &id).is_err(), "{name} cut at {cut}");
            file.write_at(0, &whole).expect("it can be written");
        }
        assert_eq!(read(&disk, &id).expect("it is whole again"), 450);
    }
}

#[test]
fn errors_name_file_and_place() {
    let (scratch, id) = block();
    let disk = scratch.disk();
    let file = disk
        .open(&format!("{id}/chunks/000001"))
        .expect("it is there");
    // The data of the first chunk, behind the head, the length and the encoding.
    file.write_at(30, &[0xff]).expect("it can be written");
    let error = read(&disk, &id).expect_err("a byte is wrong");
    let expected = format!("{id}/chunks/000001: checksum mismatch at byte 9");
    assert_eq!(error.to_string(), expected);
}
