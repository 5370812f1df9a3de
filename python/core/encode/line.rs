//! The pieces of which lines are made.

use ferula_exposition::{escape, float};

use super::Style;

/// A sample's name as its lines begin.
pub(super) struct Head {
    /// `name{` or, with a name that must be quoted, `{"name",`.
    with_labels: Vec<u8>,
    /// `name` or `{"name"}`.
    alone: Vec<u8>,
}

impl Head {
    pub(super) fn new(name: &str, style: Style) -> Self {
        let name = style.escaping.name(name, true);
        if escape::is_bare(&name, true) {
            let with_labels = format!("{name}{{").into_bytes();
            return Self {
                with_labels,
                alone: name.into_owned().into_bytes(),
            };
        }
        let mut quoted = b"{\"".to_vec();
        escape::push_quoted(&mut quoted, &name);
        quoted.push(b'"');
        let (mut with_labels, mut alone) = (quoted.clone(), quoted);
        with_labels.push(b',');
        alone.push(b'}');
        Self { with_labels, alone }
    }

    /// The start of a line up to the value. `labels` are texts of labels, of which some may be empty.
    #[inline]
    pub(super) fn push(&self, out: &mut Vec<u8>, labels: &[&str]) {
        let mut any = false;
        for labels in labels.iter().filter(|labels| !labels.is_empty()) {
            if any {
                out.push(b',');
            } else {
                out.extend_from_slice(&self.with_labels);
                any = true;
            }
            out.extend_from_slice(labels.as_bytes());
        }
        if any {
            out.extend_from_slice(b"} ");
        } else {
            out.extend_from_slice(&self.alone);
            out.push(b' ');
        }
    }

    /// A whole line.
    #[inline]
    pub(super) fn line(&self, out: &mut Vec<u8>, labels: &[&str], value: f64) {
        self.push(out, labels);
        float::push_python(out, value);
        out.push(b'\n');
    }
}

/// `# HELP`, `# TYPE`, and `# UNIT` if there is one.
pub(super) fn push_family(
    out: &mut Vec<u8>,
    name: &str,
    kind: &str,
    documentation: &str,
    unit: &str,
    style: Style,
) {
    let name = style.escaping.name(name, true);
    let keyword = |out: &mut Vec<u8>, keyword: &[u8]| {
        out.extend_from_slice(keyword);
        if escape::is_bare(&name, true) {
            out.extend_from_slice(name.as_bytes());
        } else {
            out.push(b'"');
            escape::push_quoted(out, &name);
            out.push(b'"');
        }
        out.push(b' ');
    };
    keyword(out, b"# HELP ");
    if style.openmetrics {
        escape::push_quoted(out, documentation);
    } else {
        escape::push_help(out, documentation);
    }
    out.push(b'\n');
    keyword(out, b"# TYPE ");
    out.extend_from_slice(kind.as_bytes());
    out.push(b'\n');
    if style.openmetrics && !unit.is_empty() {
        keyword(out, b"# UNIT ");
        out.extend_from_slice(unit.as_bytes());
        out.push(b'\n');
    }
}

/// Appends `name="value"`, after a comma if it isn't the first of its kind.
pub(super) fn push_label(out: &mut Vec<u8>, first: bool, name: &str, value: &str, style: Style) {
    if !first {
        out.push(b',');
    }
    let name = style.escaping.name(name, false);
    if escape::is_bare(&name, false) {
        out.extend_from_slice(name.as_bytes());
    } else {
        out.push(b'"');
        escape::push_quoted(out, &name);
        out.push(b'"');
    }
    out.extend_from_slice(b"=\"");
    escape::push_quoted(out, value);
    out.push(b'"');
}

/// A float as Python's `repr` has it, which is how timestamps are shown: never in Go's way.
pub(super) fn push_repr(out: &mut Vec<u8>, value: f64) {
    /// Where Python changes to exponents.
    const PLAIN: std::ops::Range<f64> = 1e-4..1e16;
    if PLAIN.contains(&value.abs()) || value == 0.0 {
        out.extend_from_slice(format!("{value:?}").as_bytes());
    } else {
        float::push_python(out, value);
    }
}
