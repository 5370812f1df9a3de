//! A host made of files, in a folder of its own that goes away with it.
#![expect(
    clippy::disallowed_methods,
    reason = "a test makes the files that it reads"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use exporters::node::{NodeCollector, Options, Roots, part_names};
use ferula::{Format, Selection, Style};
use platform::SimulatedClock;
use tempfile::TempDir;

pub(crate) struct Tree {
    folder: TempDir,
    collector: NodeCollector,
}

impl Tree {
    /// Files by path and content, below `proc`, `sys`, `root` and `udev`. A content that begins with `->` makes the
    /// path a link.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(&path).expect("a folder");
            path
        };
        let roots = Roots {
            proc: root("proc"),
            sys: root("sys"),
            root: root("root"),
            udev: root("udev"),
        };
        let parts = part_names().map(str::to_owned).collect();
        let options = Options {
            roots,
            parts,
            textfile_directories: vec![root("text")],
            ..Options::of_this_host()
        };
        let clock = Arc::new(SimulatedClock::default());
        let collector = NodeCollector::new(&options, clock).expect("usual filters");
        let tree = Self { folder, collector };
        for (path, content) in files {
            match content.strip_prefix("->") {
                Some(target) => tree.link(path, target),
                None => tree.write(path, content.as_bytes()),
            }
        }
        tree
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, content: &[u8]) {
        fs::write(self.place(path), content).expect("a file");
    }

    fn link(&self, path: &str, target: &str) {
        let target = self.folder.path().join(target);
        fs::create_dir_all(&target).expect("a folder");
        symlink(target, self.place(path)).expect("a link");
    }

    fn place(&self, path: &str) -> PathBuf {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        path
    }

    /// The lines of one part that are not comments, without those on the page itself.
    pub(crate) fn lines(&self, part: &str) -> Vec<String> {
        let page = self.page(part);
        let of_page = |line: &&str| {
            ["#", "node_scrape_", "node_exporter_"]
                .iter()
                .any(|prefix| line.starts_with(prefix))
        };
        page.lines()
            .filter(|line| !of_page(line))
            .map(str::to_owned)
            .collect()
    }

    pub(crate) fn page(&self, part: &str) -> String {
        let mut out = Vec::new();
        let only = self.collector.only(&[part]).expect("a part");
        only.render(&Selection::all(), Style::new(Format::Text), &mut out);
        String::from_utf8(out).expect("text")
    }
}
