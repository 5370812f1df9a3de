//! Puts the UI's files into the binary, if they have been built.
//!
//! Each file of `ui/dist` becomes an entry of a table, plain and compressed. Without the folder the table is empty, and
//! the server shows a page that says how to build it: so `cargo build` works without Node.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a build script speaks to cargo on its output, has no platform to go through, and may stop the build"
)]

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let ui = manifest.join("../../ui");
    let dist = ui.join("dist");
    if ui.is_dir() && !dist.is_dir() {
        // Cargo takes a path that is missing for one that changed, and would build this crate anew each time. An empty
        // folder, which git ignores, is there to be looked at.
        fs::create_dir(&dist).expect("the UI's own folder can be written");
    }
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");

    let mut files = Vec::new();
    if dist.is_dir() {
        collect(&dist, &mut files);
    }
    files.sort();
    let mut table = String::from("&[\n");
    for (number, file) in files.iter().enumerate() {
        let bytes = fs::read(file).expect("a file that was just listed");
        let packed = out.join(format!("{number}.gz"));
        fs::write(&packed, gzip(&bytes)).expect("cargo's own folder can be written");
        let path = file.strip_prefix(&dist).expect("it was found there");
        let path = format!("/{}", path.to_string_lossy().replace('\\', "/"));
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        writeln!(
            table,
            "Asset {{ path: {path:?}, tag: \"{:016x}\", plain: include_bytes!({:?}), gzip: include_bytes!({:?}) }},",
            hasher.finish(),
            file.canonicalize().expect("it exists"),
            packed,
        )
        .expect("a string takes everything");
    }
    table.push(']');
    fs::write(out.join("assets.rs"), table).expect("cargo's own folder can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder that exists") {
        let path = entry.expect("an entry of it").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}
