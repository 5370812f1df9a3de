//! The files that we wrote.

use crate::shell::{command, output, root};

/// A text file of the tree.
pub(crate) struct Source {
    /// From the root.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// TypeScript that we wrote, as opposed to what a tool made.
    pub(crate) fn is_typescript(&self) -> bool {
        self.path.ends_with(".ts") || self.path.ends_with(".tsx")
    }

    /// Whether it holds tests and nothing else.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/")
            || self.path.ends_with("tests.rs")
            || self.path.contains(".test.")
    }

    pub(crate) fn lines(&self) -> usize {
        self.text.lines().count()
    }
}

/// All text files that git tracks, or would.
pub(crate) fn read() -> Result<Vec<Source>, String> {
    let listed = output(command(
        "git",
        &["ls-files", "--cached", "--others", "--exclude-standard"],
        "",
    ))?;
    let mut sources = Vec::new();
    for path in listed.lines() {
        // Pictures, and files that were deleted but not yet committed, are none of ours.
        let Ok(text) = std::fs::read_to_string(root().join(path)) else {
            continue;
        };
        sources.push(Source {
            path: path.to_owned(),
            text,
        });
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}
